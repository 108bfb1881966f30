package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"guiche/internal/web/ui"
)

// health answers machines that watch over this one, before anything that may be full.
func (s *Server) health(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/saude/vivo" && r.URL.Path != "/saude/pronto" {
			next.ServeHTTP(w, r)
			return
		}
		if n, ok := r.Context().Value(noteKey{}).(*note); ok {
			n.pattern, n.quiet = r.URL.Path, true
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		if r.URL.Path == "/saude/pronto" {
			s.ready(w, r)
			return
		}
		_, _ = io.WriteString(w, "vivo\n")
	})
}

// ready tells whether this node can do its work now.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	if err := s.Ready(ctx); err != nil {
		s.Log.Error("not ready", slog.String("reference", ui.RequestID(ctx)), slog.Any("error", err))
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "indisponível\n")
		return
	}
	_, _ = io.WriteString(w, "pronto\n")
	if s.Trouble != "" {
		_, _ = io.WriteString(w, "atenção: "+s.Trouble+"\n")
	}
}
