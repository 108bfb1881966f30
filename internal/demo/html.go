package demo

import (
	_ "embed"
	"io"
	"net/http"
	"strings"

	"guiche/internal/person"
)

// mailPolicy shows a mail as a mail program does: its own style, no script, nothing fetched; links open elsewhere.
const mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"

// html serves the HTML form of a mail, to be shown inside the page of the mail.
func (s *Site) html(w http.ResponseWriter, r *http.Request, _ person.Actor) error {
	m, err := s.find(r)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Security-Policy", mailPolicy)
	h.Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, strings.Replace(m.HTML, "<head>", `<head><base target="_blank">`, 1)) // who left needs no answer
	return nil
}

//go:embed letter.css
var letterStyle string

func style(w http.ResponseWriter, _ *http.Request, _ person.Actor) error {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = io.WriteString(w, letterStyle)
	return nil
}
