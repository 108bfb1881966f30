// Package scan asks the virus scanner clamd whether a file is clean.
//
// There are three answers, and only one lets a file through: clean, found, and
// not scanned. Whatever goes wrong, from a time-out to half a reply, is an
// error, and an error means "not scanned": the file waits and may be tried again.
package scan
