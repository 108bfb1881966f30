package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"testing"

	"guiche/internal/simulate"
)

// BenchmarkPages is what the pages of quality 1 cost inside the program, without a network: time and, because time is
// noisy, allocations. The queue has fifty rows of three thousand cases.
func BenchmarkPages(b *testing.B) {
	s := openSite(b, "")
	elisa := newBrowser(b, s.BaseURL).signIn(cpfOf()["elisa"])
	h := &simulate.History{DB: s.db, People: s.people, Suppliers: s.suppliers, Complaints: s.complaints, Now: s.now, Seed: 1}
	if _, err := h.Load(b.Context(), 3000, 3000); err != nil {
		b.Fatal(err)
	}
	home, err := url.Parse(s.BaseURL)
	s.must(err)
	first := regexp.MustCompile(`/servidor/casos/[^"?]+`).FindString(elisa.get("/servidor/fila").body)
	for _, page := range []struct {
		name, path string
		cookies    []*http.Cookie
	}{
		{"queue", "/servidor/fila", elisa.http.Jar.Cookies(home)},
		{"officer's case", first, elisa.http.Jar.Cookies(home)},
		{"start", "/", nil},
		{"search", "/atendimento?q=varejo", nil},
		{"destination", "/atendimento/destino?fornecedor=nao-listado&municipio=4300034", nil},
	} {
		b.Run(page.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodGet, page.path, nil)
				r.Host = home.Host
				r.Header.Set("Accept-Encoding", "gzip")
				for _, c := range page.cookies {
					r.AddCookie(c)
				}
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatalf("%s: %d", page.path, w.Code)
				}
			}
		})
	}
}
