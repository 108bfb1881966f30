// Package web is the door of the site: it takes the faces' routes and puts around them, in one order, what every
// request needs. From the outside in:
//
//	reference   an id, a proxy's or our own, that the answer, the error page and the log share
//	access log  pattern, status, time, size; never the path, which may name a case
//	recover     a panic becomes the page of an error
//	headers     what browsers must and must not do with our pages
//	health      /saude/vivo and /saude/pronto, answered also under overload
//	client      the visitor's address, where a proxy stands before us
//	limits      size of what is sent, and the slowest speed it may be sent at
//	crowd       so many requests at once, in all and of one visitor; the rest is asked to come back
//	one name    the demonstration has one address, not also http://localhost
//	gzip        for pages
//	cross-site  forms of other sites are refused
//	mux         the routes, each inside a session
//
// Faces do not import this package; cmd puts both together.
package web
