package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"guiche/internal/fault"
)

// readable lets only text into the site: bytes that are none name nothing here, and one database engine refuses them
// with an error. A path with such bytes is not found; in a query they are dropped, so that a search still works.
func (s *Server) readable(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isText(r.URL.Path) {
			s.UI.Fail(w, r, fault.New(fault.NotFound, ""))
			return
		}
		if query := r.URL.Query(); dropBytes(query) {
			address := *r.URL
			address.RawQuery = query.Encode()
			r = r.WithContext(r.Context())
			r.URL = &address
		}
		next.ServeHTTP(w, r)
	})
}

// caseOfAttendance is a protocol in a path, followed by the number of one of its attendance's companies.
var caseOfAttendance = regexp.MustCompile(`/(\d{4}\.\d{4}\.\d{7}-\d{2})/(\d{1,2})(/|$)`)

// oneCase makes "PROTOCOL/2" in a path one part of it, as routes take it. Addresses and logs stay as they are.
func oneCase(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if escaped := r.URL.EscapedPath(); caseOfAttendance.MatchString(escaped) {
			address := *r.URL
			address.RawPath = caseOfAttendance.ReplaceAllString(escaped, "/$1%2F$2$3")
			inner := r.WithContext(r.Context())
			inner.URL = &address
			next.ServeHTTP(w, inner)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// dropBytes leaves only text in the values and tells whether there was anything else.
func dropBytes(query url.Values) (dropped bool) {
	for _, values := range query {
		for i, value := range values {
			if !isText(value) {
				values[i], dropped = strings.ReplaceAll(strings.ToValidUTF8(value, ""), "\x00", ""), true
			}
		}
	}
	return dropped
}
