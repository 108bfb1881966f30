package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"

	"guiche/internal/web/ui"
)

// note is what the log will say of a request. The pattern is written at the mux, where it is known.
type note struct {
	pattern string
	quiet   bool // health checks come every few seconds
}

type noteKey struct{}

// noted writes down which route answers.
func noted(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n, ok := r.Context().Value(noteKey{}).(*note); ok {
			n.pattern = r.Pattern
		}
		h.ServeHTTP(w, r)
	})
}

const idHeader = "X-Request-Id"

// shapeOfID is what a proxy's id may look like: no shape that could pretend to be more than one word of a log.
var shapeOfID = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)

// givenID is the id one of our proxies gave the request; empty when it gave none, or one of another shape.
func (s *Server) givenID(r *http.Request) string {
	if id := r.Header.Get(idHeader); s.isProxy(host(r.RemoteAddr)) && shapeOfID.MatchString(id) {
		return id
	}
	return ""
}

// withReference begins a request: its reference, and the line of the log when it has been answered.
func (s *Server) withReference(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, n := s.Now(), &note{}
		ctx := context.WithValue(ui.WithRequestID(r.Context(), s.givenID(r)), noteKey{}, n)
		reference := ui.RequestID(ctx)
		w.Header().Set(idHeader, reference)
		if s.leaving.Load() {
			w.Header().Set("Connection", "close")
		}
		counted := &counter{ResponseWriter: w, server: s}
		counted.relax()
		next.ServeHTTP(counted, r.WithContext(ctx))
		counted.hurry() // the rest leaves when the handler has returned
		took := s.Now().Sub(start)
		s.Answered(Answer{Route: n.pattern, Method: method(r), Status: counted.status, Took: took})
		level := slog.LevelInfo
		if n.quiet {
			level = slog.LevelDebug
		}
		s.Log.LogAttrs(ctx, level, "request", slog.String("reference", reference), slog.String("method", method(r)), slog.String("route", n.pattern),
			slog.Int("status", counted.status), slog.Int64("bytes", counted.bytes), slog.Float64("ms", float64(took.Microseconds())/1000))
	})
}

// method keeps what a stranger may write there out of the log.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions:
		return r.Method
	}
	return "other"
}

// recover turns a panic into the page of an error, when nothing was written yet.
func (s *Server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(http.ErrAbortHandler) // a handler's own way to cut the connection
			}
			s.Log.Error("panic", slog.String("reference", ui.RequestID(r.Context())), slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
			if c, ok := w.(*counter); ok && c.status != 0 {
				panic(http.ErrAbortHandler) // half an answer must not look whole
			}
			w.Header().Del("Content-Encoding")
			s.UI.Fail(w, r, errPanic)
		}()
		next.ServeHTTP(w, r)
	})
}

var errPanic = errors.New("panic, logged above with its stack")
