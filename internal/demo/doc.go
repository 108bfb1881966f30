// Package demo is what only the demonstration has: the page that lists the people to be, and the mail that was
// "sent", which stays in memory. The embedded sign-in provider is in devidp.
//
// None of it is mounted in production: the pages show everybody's mail to anybody.
package demo
