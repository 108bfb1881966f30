// Package pdf prints letters: A4 pages with the agency's header, a title, blocks
// of text, an optional QR code and numbered pages. It knows nothing about
// complaints; what a letter says is decided by whoever fills a Letter.
//
// The pages carry no structure tags, so a screen reader gets plain text in
// reading order and nothing more. The same letter must therefore always exist as
// an accessible HTML page too.
//
// The same Letter and time give the same bytes. Text from strangers is safe in
// every field: see clean in text.go.
package pdf
