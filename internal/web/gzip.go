package web

import (
	"net/http"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// worthZipping is the size below which a page is sent as it is.
const worthZipping = 1 << 10

// compress zips pages for browsers that can read that. Zipping a page that repeats what a stranger typed beside a
// secret would tell the secret by its length (BREACH); our pages hold none: forms are guarded by the browser's own
// word on where they came from, not by a token.
func compress(next http.Handler) http.Handler {
	pool := &sync.Pool{New: func() any { z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed); return z }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") || r.Method == http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		z := &zipped{ResponseWriter: w, pool: pool}
		next.ServeHTTP(z, r)
		z.finish()
	})
}

// zipped decides at the first byte: pages are written whole, so the first write tells their size.
type zipped struct {
	http.ResponseWriter
	pool   *sync.Pool
	status int
	sent   bool
	z      *gzip.Writer
}

func (w *zipped) WriteHeader(status int) {
	if status < http.StatusOK {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	if w.status == 0 {
		w.status = status
	}
}

func (w *zipped) Write(b []byte) (int, error) {
	if !w.sent {
		w.begin(len(b))
	}
	if w.z != nil {
		return w.z.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

func (w *zipped) begin(size int) {
	w.sent = true
	h := w.Header()
	if strings.HasPrefix(h.Get("Content-Type"), "text/html") {
		h.Add("Vary", "Accept-Encoding")
		if size >= worthZipping && h.Get("Content-Encoding") == "" && h.Get("Content-Range") == "" {
			h.Set("Content-Encoding", "gzip")
			h.Del("Content-Length")
			w.z = w.pool.Get().(*gzip.Writer)
			w.z.Reset(w.ResponseWriter)
		}
	}
	if w.status != 0 {
		w.ResponseWriter.WriteHeader(w.status)
	}
}

// finish ends the answer. A broken connection has nobody left to be told.
func (w *zipped) finish() {
	if !w.sent {
		w.begin(0)
	}
	if w.z != nil {
		_ = w.z.Close()
		w.pool.Put(w.z)
	}
}

func (w *zipped) Unwrap() http.ResponseWriter { return w.ResponseWriter }
