// Package notice is what we tell people: one typed message a file, its words beside it, and the letters on paper.
//
// A mail says that something happened and leads to the case; it never carries a CPF, an address or what anybody
// wrote there (quality.md section 3). Each message is a struct with a Frame method; adding one is adding a file.
package notice
