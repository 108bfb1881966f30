// Package db is one handle for two engines, SQLite (the embedded default) and PostgreSQL, running one SQL text.
//
// There are two ways in. Transact writes: the closure's statements are durable, all or none, when it returns nil.
// Read sees one consistent state and cannot write. Both hand out a *Tx; every query of the program takes one, so
// the transaction of an act is visible in the act. Placeholders are $1, $2, ...; instants are BIGINT unix
// microseconds; days are TEXT; ids are TEXT made by NewID.
//
// On SQLite there is one writer. Concurrent Transact calls queue to it; it runs each in a savepoint and commits a
// batch at once, so that many short acts share one fsync (adr/0002). Readers are bounded so that they cannot
// starve the writer. What differs between the engines lives in dialect.go and nowhere else.
package db
