package web

import (
	"io"
	"net/http"
	"time"
)

const (
	// maxBody is the largest request: thirty files of 20 MB and their form.
	maxBody = 640 << 20
	// patience is how long the first bytes may take, of what is sent and of what a browser accepts.
	patience = 30 * time.Second
	// slowest is the speed below which both are given up, in bytes per second: a poor mobile line.
	slowest = 4 << 10
	// lookEvery is how many bytes pass between two looks at the clock.
	lookEvery = 64 << 10
)

// limit bounds what is sent, in size and in slowness. Handlers set smaller sizes of their own.
func (s *Server) limit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > maxBody {
			s.UI.Fail(w, r, &http.MaxBytesError{Limit: maxBody})
			return
		}
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = http.MaxBytesReader(w, s.paced(w, r.Body), maxBody)
		}
		next.ServeHTTP(w, r)
	})
}

// paced is a body that must arrive at slowest or faster.
type paced struct {
	io.ReadCloser
	control  *http.ResponseController
	deadline time.Time
	got      int64
	looked   int64
}

func (s *Server) paced(w http.ResponseWriter, body io.ReadCloser) *paced {
	p := &paced{ReadCloser: body, control: http.NewResponseController(w), deadline: s.Now().Add(patience)}
	_ = p.control.SetReadDeadline(p.deadline) // a connection without deadlines is one of a test
	return p
}

func (p *paced) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	p.got += int64(n)
	switch {
	case err == io.EOF: // the deadline must not end the handler, which may work on
		_ = p.control.SetReadDeadline(time.Time{})
	case p.got-p.looked >= lookEvery:
		p.looked = p.got
		_ = p.control.SetReadDeadline(p.deadline.Add(time.Duration(p.got/slowest) * time.Second))
	}
	return n, err
}

// counter notes what was answered. Each piece must be accepted within patience, and all of it at slowest or faster; only
// the time spent writing counts.
type counter struct {
	http.ResponseWriter
	server *Server
	status int
	bytes  int64
	spent  time.Duration // waiting for the browser
}

func (c *counter) WriteHeader(status int) {
	if c.status == 0 {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *counter) Write(b []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	began := c.hurry()
	n, err := c.ResponseWriter.Write(b)
	c.bytes += int64(n)
	c.spent += c.server.Now().Sub(began)
	return n, err
}

// hurry gives what is written next a deadline. It stays with the connection, so every request begins with relax.
func (c *counter) hurry() (now time.Time) {
	now = c.server.Now()
	left := patience + time.Duration(c.bytes/slowest)*time.Second - c.spent
	_ = http.NewResponseController(c.ResponseWriter).SetWriteDeadline(now.Add(min(left, patience)))
	return now
}

func (c *counter) relax() {
	_ = http.NewResponseController(c.ResponseWriter).SetWriteDeadline(time.Time{})
}

func (c *counter) Unwrap() http.ResponseWriter { return c.ResponseWriter }
