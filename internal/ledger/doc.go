// Package ledger is an independent trace of what was promised: a text file beside the database, one line for each
// protocol that was given to a person who sent a complaint, written and synced before the answer shows it. A damaged database can forget rows
// without a word; the ledger cannot forget with it, since nothing but this package writes there.
//
// A line has the moment in microseconds, the protocol, the id of the case, and a SHA-256 over these and the sum of the
// line before it, so that a change or a removal in the middle shows. The folder holds one ledger for each process that
// works in it at once; a process takes the first one that is free. A case may stand in it twice: it was given twice.
package ledger
