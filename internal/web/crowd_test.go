package web_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"guiche/internal/person"
	"guiche/internal/web/ui"
)

// guests are requests that are in work until they are let go.
type guests struct {
	*site
	inside, leave chan bool
	all           sync.WaitGroup
}

// openWithRoom is a site for so many requests at once, behind a proxy. /lenta waits, and so does whoever sends a body
// that does not come.
func openWithRoom(t *testing.T, crowd int) *guests {
	g := &guests{inside: make(chan bool), leave: make(chan bool)}
	wait := func(http.ResponseWriter, *http.Request, person.Actor) error {
		g.inside <- true
		<-g.leave
		return nil
	}
	send := func(w http.ResponseWriter, r *http.Request, who person.Actor) error {
		g.inside <- true
		if err := readBody(w, r, who); err != nil {
			return err
		}
		g.inside <- true
		<-g.leave
		return nil
	}
	g.site = newSite(t, home, ui.Route{Pattern: "GET /lenta", Who: ui.Anyone, Handler: wait}, ui.Route{Pattern: "POST /envio", Who: ui.Anyone, Handler: send})
	g.Crowd, g.Proxies = crowd, []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")} // where httptest's requests come from
	g.open()
	return g
}

// by is a request of a visitor.
func by(visitor, method, path string, body io.Reader) *http.Request {
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("X-Forwarded-For", visitor)
	return r
}

// enter starts a request and waits until it is in work.
func (g *guests) enter(r *http.Request) {
	g.all.Go(func() { g.ask(r) })
	<-g.inside
}

func (g *guests) letGo(n int) {
	for range n {
		g.leave <- true
	}
	g.all.Wait()
}

func TestOneVisitorHasAnEighthOfTheRoom(t *testing.T) { // quality 3: limits per address
	g := openWithRoom(t, 16)
	g.enter(by("198.51.100.1", "GET", "/lenta", nil))
	g.enter(by("2001:db8:0:1::1", "GET", "/lenta", nil))
	g.enter(by("198.51.100.1", "GET", "/lenta", nil))
	g.enter(by("2001:db8:0:1::2", "GET", "/lenta", nil)) // the same customer
	for _, visitor := range []string{"198.51.100.1", "2001:db8:0:1::3"} {
		if w := g.ask(by(visitor, "GET", "/", nil)); w.Code != 429 || w.Header().Get("Retry-After") != "10" {
			t.Errorf("a third request of %s: %d, Retry-After %q", visitor, w.Code, w.Header().Get("Retry-After"))
		}
	}
	if w := g.ask(by("198.51.100.2", "GET", "/", nil)); w.Code != 200 {
		t.Errorf("another visitor: %d", w.Code)
	}
	g.letGo(4)
	if w := g.ask(by("198.51.100.1", "GET", "/", nil)); w.Code != 200 {
		t.Errorf("when the first had gone: %d", w.Code)
	}
}

func TestWhoIsSendingLeavesHalfOfTheRoomToPages(t *testing.T) { // quality 3: slow clients
	g := openWithRoom(t, 4)
	first, rest := io.Pipe()
	g.enter(by("198.51.100.1", "POST", "/envio", first))
	silent, end := io.Pipe()
	g.enter(by("198.51.100.2", "POST", "/envio", silent))
	w := g.ask(by("198.51.100.3", "POST", "/envio", strings.NewReader("x")))
	if w.Code != 503 || w.Header().Get("Retry-After") != "10" || w.Header().Get("Connection") != "close" {
		t.Errorf("a third sender: %d, %v", w.Code, w.Header())
	}
	if w := g.ask(by("198.51.100.4", "GET", "/", nil)); w.Code != 200 {
		t.Errorf("a page: %d", w.Code)
	}
	rest.Close() // all of the first has come; its work goes on
	<-g.inside
	g.enter(by("198.51.100.3", "POST", "/envio", io.MultiReader(strings.NewReader("x"))))
	<-g.inside
	end.Close()
	<-g.inside
	g.letGo(3)
}

func TestWhatComesFromMemoryIsNotCounted(t *testing.T) {
	g := openWithRoom(t, 1)
	g.enter(by("198.51.100.1", "GET", "/lenta", nil))
	css, err := g.UI.Static.URL("app.css")
	if w := g.ask(by("198.51.100.2", "GET", css, nil)); err != nil || w.Code != 200 {
		t.Errorf("the stylesheet: %d, %v", w.Code, err)
	}
	g.letGo(1)
}

// TestWhoIsTurnedAwayNeedNotSendFirst wants the answer while the body has not come.
func TestWhoIsTurnedAwayNeedNotSendFirst(t *testing.T) {
	g := openWithRoom(t, 1)
	g.enter(by("198.51.100.1", "GET", "/lenta", nil))
	server := httptest.NewServer(g.door)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	sendText(t, conn, "POST /envio HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nsó isto")
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || answer.StatusCode != 503 || !answer.Close {
		t.Errorf("%v, %+v", err, answer)
	}
	g.letGo(1)
}

func sendText(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
}

func TestWhoReadsNothingIsCutOff(t *testing.T) { // quality 3: slow clients
	ended := make(chan error, 1)
	s := newSite(t, ui.Route{Pattern: "GET /arquivo", Who: ui.Anyone, Handler: func(w http.ResponseWriter, _ *http.Request, _ person.Actor) error {
		_, err := io.Copy(w, io.LimitReader(neverEnding{}, 1<<30))
		ended <- err
		return nil
	}})
	s.Now = func() time.Time { return time.Now().Add(-29800 * time.Millisecond) } // patience ends in a fifth of a second
	server := httptest.NewServer(s.open().door)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	sendText(t, conn, "GET /arquivo HTTP/1.1\r\nHost: x\r\n\r\n")
	if err := <-ended; err == nil {
		t.Error("a gigabyte was accepted by nobody")
	}
}

// TestWhoReadsTooSlowlyIsCutOff takes a piece often enough for the patience of each, and too seldom for the whole.
func TestWhoReadsTooSlowlyIsCutOff(t *testing.T) {
	c := &slowClock{now: time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)}
	s := newSite(t, ui.Route{Pattern: "GET /arquivo", Who: ui.Anyone, Handler: func(w http.ResponseWriter, _ *http.Request, _ person.Actor) error {
		for range 10 {
			if _, err := io.WriteString(w, strings.Repeat("x", 32<<10)); err != nil {
				return err
			}
		}
		return nil
	}})
	s.Now = c.read
	w := &slowReader{ResponseRecorder: httptest.NewRecorder(), clock: c}
	s.open().door.ServeHTTP(w, httptest.NewRequest("GET", "/arquivo", nil))
	if want := 3 * 32 << 10; w.Body.Len() != want { // each takes 15 s and earns 8: of the first 30 the fourth finds 9
		t.Errorf("%d bytes were taken, want %d", w.Body.Len(), want)
	}
}

type slowClock struct{ now time.Time }

func (c *slowClock) read() time.Time { return c.now }

// slowReader takes each piece after 15 seconds, when the deadline lets it.
type slowReader struct {
	*httptest.ResponseRecorder
	clock    *slowClock
	deadline time.Time
}

func (w *slowReader) SetWriteDeadline(t time.Time) error { w.deadline = t; return nil }

func (w *slowReader) Write(b []byte) (int, error) {
	const takes = 15 * time.Second
	if !w.deadline.IsZero() && w.clock.now.Add(takes).After(w.deadline) {
		return 0, http.ErrHandlerTimeout
	}
	w.clock.now = w.clock.now.Add(takes)
	return w.ResponseRecorder.Write(b)
}

func TestEnormousHeadersAreRefused(t *testing.T) {
	s := newSite(t, home).open()
	server := httptest.NewUnstartedServer(nil)
	server.Config = s.door.HTTP()
	server.Start()
	defer server.Close()
	r, err := http.NewRequest("GET", server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Long", strings.Repeat("x", 64<<10))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("answered %d", answer.StatusCode)
	}
}
