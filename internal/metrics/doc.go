// Package metrics counts and times what the program does, and tells it to Prometheus. Nothing about people is ever in a
// name or a label: addresses are the patterns of routes, and every label has few values, known beforehand.
//
// The parts of the program do not know this package: they call the functions they are given where everything is wired.
package metrics
