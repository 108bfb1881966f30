package demo

import (
	"net/http"

	"guiche/internal/person"
	"guiche/internal/web/ui"
)

// html serves the HTML form of a mail, to be shown inside the page of the mail.
func (s *Site) html(w http.ResponseWriter, r *http.Request, _ person.Actor) error {
	m, err := s.find(r)
	if err != nil {
		return err
	}
	ui.Letter(w, m.HTML)
	return nil
}
