// Package admin is the face of who looks after an agency on this installation: the words of its notices and the other
// things that are data and not code. An administrator sees and changes those of their own agency.
package admin
