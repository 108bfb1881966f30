package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// oneName leads from http://localhost to the address the demonstration is known by: cookies of the one are unknown to
// the other, and signing in comes back to the other.
func (s *Server) oneName(next http.Handler) http.Handler {
	alias := "localhost:" + s.Base.Port()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.UI.Demo && r.Host == alias && s.Base.Host != alias && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			//nolint:gosec // G710: only path and query are the visitor's; scheme and host are ours
			http.Redirect(w, r, s.Base.Scheme+"://"+s.Base.Host+r.URL.RequestURI(), http.StatusTemporaryRedirect)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// client makes RemoteAddr the visitor's own address where a known proxy stands before us, so that limits by address
// count visitors. Of X-Forwarded-For only what our proxies wrote is believed: the last address that is not one of them.
func (s *Server) client(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.isProxy(host(r.RemoteAddr)) {
			hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
			for _, hop := range slices.Backward(hops) {
				hop = strings.TrimSpace(hop)
				if _, err := netip.ParseAddr(hop); err != nil {
					break
				}
				r.RemoteAddr = net.JoinHostPort(hop, "0")
				if !s.isProxy(hop) {
					break
				}
			}
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) isProxy(address string) bool {
	ip, err := netip.ParseAddr(address)
	return err == nil && slices.ContainsFunc(s.Proxies, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) })
}

func host(address string) string {
	h, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return h
}
