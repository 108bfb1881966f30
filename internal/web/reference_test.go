package web_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"guiche/internal/person"
	"guiche/internal/web/ui"
)

// TestTheProxysIDFindsTheRequestInTheLog follows an id from a proxy to the page of an error and to every line of the log.
func TestTheProxysIDFindsTheRequestInTheLog(t *testing.T) { // interface.md
	const ours, stranger = "10.1.1.1:1", "203.0.113.9:1"
	tests := []struct {
		name, peer, id string
		taken          bool
	}{
		{"thirty-two digits", ours, "3f2a9c0d4e5b6a7f8091a2b3c4d5e6f7", true},
		{"a UUID", ours, "0198c2f4-7a1b-7c3d-8e4f-5a6b7c8d9e0f", true},
		{"of a stranger", stranger, "3f2a9c0d4e5b6a7f8091a2b3c4d5e6f7", false},
		{"none", ours, "", false},
		{"too short to find anything by", ours, "1234567", false},
		{"too long", ours, strings.Repeat("a", 65), false},
		{"two words of a log", ours, "aaaaaaaa level=ERROR", false},
		{"a second line of a log", ours, "aaaaaaaa\nlevel=ERROR", false},
		{"a tag", ours, "<b>aaaaaaaa</b>", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newSite(t, ui.Route{Pattern: "GET /quebra", Who: ui.Anyone, Handler: func(http.ResponseWriter, *http.Request, person.Actor) error {
				return errors.New("quebrou")
			}})
			s.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
			r := httptest.NewRequest("GET", "/quebra", nil)
			r.RemoteAddr = test.peer
			r.Header.Set("X-Request-Id", test.id)
			w := s.open().ask(r)
			got := w.Header().Get("X-Request-Id")
			if (got == test.id) != test.taken || len(got) < 8 {
				t.Errorf("the request is called %q", got)
			}
			if !strings.Contains(w.Body.String(), got) {
				t.Error("the page does not say it")
			}
			for _, line := range strings.Split(strings.TrimSpace(s.log.String()), "\n") {
				if !strings.Contains(line, `"reference":"`+got+`"`) {
					t.Errorf("a line of the log lacks it: %s", line)
				}
			}
		})
	}
}
