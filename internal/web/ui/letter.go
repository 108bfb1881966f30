package ui

import (
	"io"
	"net/http"
	"strings"
)

// letterPolicy shows a mail as a mail program does: its own style, no script, nothing fetched; links open elsewhere.
const letterPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"

// Letter answers with the HTML form of a mail, to be shown in a frame of a page that called FrameLetter. The page's
// head has the stylesheet letter.css.
func Letter(w http.ResponseWriter, html string) {
	h := w.Header()
	h.Set("Content-Security-Policy", letterPolicy)
	h.Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, strings.Replace(html, "<head>", `<head><base target="_blank">`, 1)) // who left needs no answer
}

// FrameLetter lets the page that is about to be rendered show a Letter.
func FrameLetter(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Security-Policy", h.Get("Content-Security-Policy")+"; frame-src 'self'")
}
