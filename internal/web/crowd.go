package web

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"guiche/internal/web/ui"
)

// comeBack is after how many seconds those who were turned away may try again.
const comeBack = "10"

// crowd counts the requests in work. Those in work are the queue: hundreds wait for the processor and the database
// inside, each answered within seconds, so nobody waits before the door as well.
type crowd struct {
	most int

	mu      sync.Mutex
	in      int
	sending int            // whose body is still coming: at most half, so that pages go on
	each    map[string]int // by visitor: at most an eighth

	refused int // since the log was told
	told    time.Time
}

func newCrowd(most int) *crowd { return &crowd{most: most, each: map[string]int{}} }

// enter takes a place in work; zero means go on, otherwise it is the status to turn the request away with.
func (c *crowd) enter(visitor string, sends bool) (p *place, refused int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.in >= c.most, sends && c.sending >= max(1, c.most/2):
		c.refused++
		return nil, http.StatusServiceUnavailable
	case c.each[visitor] >= max(1, c.most/8):
		c.refused++
		return nil, http.StatusTooManyRequests
	}
	c.in++
	c.each[visitor]++
	if sends {
		c.sending++
	}
	return &place{crowd: c, visitor: visitor, sending: sends}, 0
}

// InWork is how many requests are worked on now, and of how many of them the body is still coming.
func (s *Server) InWork() (all, sending int) {
	s.crowd.mu.Lock()
	defer s.crowd.mu.Unlock()
	return s.crowd.in, s.crowd.sending
}

// tell is how many were refused since it was last asked; zero when that was less than a second ago.
func (c *crowd) tell(now time.Time) (refused int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now.Sub(c.told) < time.Second {
		return 0
	}
	refused, c.refused, c.told = c.refused, 0, now
	return refused
}

// place is one request in work. Its methods are for one goroutine.
type place struct {
	crowd         *crowd
	visitor       string
	sending       bool
	io.ReadCloser // the request's body
}

// Read reads the body and notes when all of it has come.
func (p *place) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	if err != nil {
		p.crowd.mu.Lock()
		defer p.crowd.mu.Unlock()
		p.arrived()
	}
	return n, err
}

func (p *place) arrived() {
	if p.sending {
		p.crowd.sending--
		p.sending = false
	}
}

func (p *place) leave() {
	c := p.crowd
	c.mu.Lock()
	defer c.mu.Unlock()
	p.arrived()
	c.in--
	if c.each[p.visitor]--; c.each[p.visitor] == 0 {
		delete(c.each, p.visitor)
	}
}

// bound lets so many requests in at once. The rest is answered at once too, so that it can come back (quality.md 2).
// What comes from memory is not counted.
func (s *Server) bound(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/static/") {
			next.ServeHTTP(w, r)
			return
		}
		sends := r.Body != nil && r.Body != http.NoBody
		p, refused := s.crowd.enter(ui.Visitor(r), sends)
		if refused != 0 {
			s.turnAway(w, r, refused, sends)
			return
		}
		defer p.leave()
		if sends {
			p.ReadCloser = r.Body
			r.Body = p
		}
		next.ServeHTTP(w, r)
	})
}

// away is the page of who is turned away, before and after the reference.
type away struct{ before, after []byte }

// makeAway makes the pages of 429 and 503.
func (s *Server) makeAway() error {
	const mark = "REFERENCE"
	s.away = map[int]away{}
	for status, text := range map[int]string{http.StatusTooManyRequests: "", http.StatusServiceUnavailable: "Há muita gente usando o serviço agora."} {
		page, err := s.UI.TurnedAway(status, text, mark)
		if err != nil {
			return err
		}
		before, after, _ := bytes.Cut(page, []byte(mark))
		s.away[status] = away{before, after}
	}
	return nil
}

func (s *Server) turnAway(w http.ResponseWriter, r *http.Request, status int, sends bool) {
	if n := s.crowd.tell(s.Now()); n > 0 {
		s.Log.Warn("requests turned away", slog.Int("number", n))
	}
	if n, ok := r.Context().Value(noteKey{}).(*note); ok {
		n.pattern = "turned away"
	}
	h := w.Header()
	h.Set("Retry-After", comeBack)
	h.Set("Content-Type", "text/html; charset=utf-8")
	if sends {
		h.Set("Connection", "close") // the answer does not wait for a body that nobody reads
	}
	w.WriteHeader(status)
	page := s.away[status]
	for _, part := range [][]byte{page.before, []byte(ui.RequestID(r.Context())), page.after} {
		_, _ = w.Write(part) // a visitor who left needs no answer
	}
}
