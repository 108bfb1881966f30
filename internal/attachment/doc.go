// Package attachment is what people send: documents of a complaint and files of a message.
//
// A file belongs to a draft until the complaint is filed (Adopt), or to a complaint from the start. One of the kind
// Message waits until its message is written (Bind) and is shown to nobody before.
//
// A document may belong to a request to act for a company instead (registration.go); only its sender and those who
// decide the request read it.
//
// What a file is, is judged by its content, never by its name or by what the browser says. The bytes are
// durable in the blob store before the row that makes them known; what is refused leaves nothing behind.
// Every read compares the SHA-256 kept with the row. Others than the sender get a copy of a photo without the
// place where it was taken. With a virus scanner, nobody opens a file before it was found clean.
//
// Who may see the file of a case is decided by whoever owns the case; this package is asked afterwards.
package attachment
