package web

import (
	"net/http"
	"net/url"
	"strings"
)

// policy is the content security policy: nothing inline, nothing from elsewhere. Browsers apply form-action to the
// redirects that follow a form too, and signing out leads to the provider.
func policy(formTargets []string) string {
	forms := "'self'"
	for _, target := range formTargets {
		if u, err := url.Parse(target); err == nil && u.Host != "" && !strings.Contains(forms, u.Host) {
			forms += " " + u.Scheme + "://" + u.Host
		}
	}
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'",
		"form-action " + forms, "frame-ancestors 'none'", "base-uri 'none'",
	}, "; ")
}

// headers sets what every answer says to the browser; a handler may replace one (quality.md section 3).
func (s *Server) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", s.policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin") // addresses name cases; other sites learn nothing
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Cache-Control", "no-store")
		if s.Base.Scheme == "https" {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}
