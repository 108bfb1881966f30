package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

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
