package ui

// ErrorPage is what error.html is rendered with.
func ErrorPage(page Page, code int) any {
	return errorPage{Page: page, Code: code, Text: "O caso mudou.", Reference: "ABCDE23456"}
}

// ErrorTitle is the title of an error page.
var ErrorTitle = errorTitle

// StaticFiles are the assets as they are in the source.
var StaticFiles = staticFiles

// BlankBytes is how much is kept of drawn fields, and how much may be.
func (u *UI) BlankBytes() (kept, most int) { return u.blank.bytes, mostBlank }
