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

// suffixed is a case of a further company in an attendance: the number of the first, then its own after a slash.
var suffixed = regexp.MustCompile(`/(\d{4}\.\d{4}\.\d{7}-\d{2})/(\d{1,2})(/|$)`)

// oneSegment lets such a number, written as people write it, be one part of an address for the routes.
func oneSegment(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if address := asRouted(r.URL); address != r.URL {
			r = r.WithContext(r.Context())
			r.URL = address
		}
		next.ServeHTTP(w, r)
	})
}

// asRouted is an address as the routes take it.
func asRouted(u *url.URL) *url.URL {
	escaped := u.EscapedPath()
	if !suffixed.MatchString(escaped) {
		return u
	}
	address := *u
	address.RawPath = suffixed.ReplaceAllString(escaped, "/$1%2F$2$3")
	return &address
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
