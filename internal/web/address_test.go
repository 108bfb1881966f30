package web_test

import (
	"net/http"
	"testing"

	"guiche/internal/person"
	"guiche/internal/web/ui"
)

func TestOnlyTextComesIntoTheSite(t *testing.T) { // quality 3: one database engine refuses such bytes with an error
	var got string
	s := newSite(t, ui.Route{Pattern: "GET /busca/{nome}", Who: ui.Anyone, Handler: func(w http.ResponseWriter, r *http.Request, _ person.Actor) error {
		got = r.PathValue("nome") + " " + r.URL.Query().Get("q")
		return ui.SeeOther(w, r, "/")
	}}).open()
	for _, c := range []struct {
		name, address, want string
		status              int
	}{
		{"text goes through", "/busca/a%C3%A7%C3%A3o?q=%C3%A1gua+100%25", "ação água 100%", 303},
		{"a NUL in a query is dropped", "/busca/x?q=%00%C3%A1gua", "x água", 303},
		{"broken letters in a query are dropped", "/busca/x?q=%E1gua%FF", "x gua", 303},
		{"a NUL in a path is not found", "/busca/%00", "", 404},
		{"broken letters in a path are not found", "/busca/%FF", "", 404},
	} {
		t.Run(c.name, func(t *testing.T) {
			got = ""
			if w := s.get(c.address); w.Code != c.status || got != c.want {
				t.Errorf("%d, %q", w.Code, got)
			}
		})
	}
}
