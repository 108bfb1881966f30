// Package housetest reads the tree as text and keeps the rules of doc/architecture.md: who may import
// whom, how large a thing may grow, where an engine may be named, where the clock may be read.
//
// Each rule is a pure function from sources to faults. It is tested twice: on sources planted to break
// it, so that it is known to be able to fail, and on the tree. An exception is a line in a table here,
// with its reason.
package housetest
