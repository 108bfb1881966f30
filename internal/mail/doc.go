// Package mail sends e-mail: a Message through a Sender, which is either SMTP
// (a real server) or Outbox (kept in memory, for the demo and for tests).
//
// What a mail says is the caller's; Frame gives it one look. A Message carries a
// unique ID, so that the same mail sent twice after a doubt is one to its reader.
// Errors never name the recipient: they end in logs.
package mail
