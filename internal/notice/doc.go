// Package notice is what we tell people: typed messages, their words beside them, and the letters on paper.
//
// A mail says that something happened and leads to the case; it never carries a CPF, an address or what anybody
// wrote there (quality.md section 3). Each message is a struct that says which values it has (About, Fields); its
// words stand in KIND.txt, where {placeholders} are filled with them. Messages about the same thing that happens,
// told to the consumer and to the company, share a Go file. To add one: the struct, its text, a line in samples.go.
//
// An agency may put other words in the place of ours (Texts). Words that would make no good mail are refused when
// they are written (Check); should they stop being good later, ours are sent: a mail is never lost for its words.
package notice
