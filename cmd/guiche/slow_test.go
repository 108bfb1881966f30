package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestTwoHundredSlowClientsHinderNobody has many clients that dawdle, in three ways, while somebody signs in and complains
// (quality.md 3). Each way has an address, as one attacker has.
func TestTwoHundredSlowClientsHinderNobody(t *testing.T) {
	onTwoProcessors(t)
	p := &process{TB: t, data: t.TempDir(), addr: freeAddress(t)}
	p.start()
	alone := p.complain("bruno")
	s := &slowClients{process: p}
	t.Cleanup(s.end)
	const mine = room / 8 // that one visitor has
	s.open(60, "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.1\r\nX-Slow: ")
	s.open(mine+50, "POST /reclamacoes/nova HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.2\r\nContent-Type: "+formType+"\r\nContent-Length: 100000\r\n\r\nrelato=")
	s.open(60, strings.Repeat("GET /atendimento?q=loja HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.3\r\n\r\n", 1000)) // and reads nothing
	s.waitForRefusals(60, 60+mine+50, 50)
	t.Logf("a complaint took %s alone, %s beside 200 slow clients", alone, p.complain("ana"))
}

// complain signs somebody in and files a complaint, page by page; every answer must be the usual one.
func (p *process) complain(name string) time.Duration {
	p.Helper()
	began := time.Now()
	b := newBrowser(p, "http://"+p.addr).signIn(cpfOf()[name])
	if r := b.send("POST", review(p.ready(b)), "declaracao=1", "Content-Type", formType); !strings.HasPrefix(r.to, "/reclamacoes/2") {
		p.Errorf("the complaint is answered %d to %s", r.status, r.to)
	}
	return time.Since(began)
}

// slowClients are connections that send a letter now and then.
type slowClients struct {
	*process
	all []net.Conn
}

func (s *slowClients) open(n int, begin string) {
	s.Helper()
	for range n {
		conn, err := net.Dial("tcp", s.addr)
		if err != nil {
			s.Fatal(err)
		}
		s.all = append(s.all, conn)
		go func() { // ends with the connection
			_, err := io.WriteString(conn, begin)
			for err == nil {
				time.Sleep(time.Second)
				_, err = io.WriteString(conn, "x")
			}
		}()
	}
}

func (s *slowClients) end() {
	for _, conn := range s.all {
		_ = conn.Close()
	}
}

// waitForRefusals wants so many of the connections from one to another turned away; the others are still being heard.
func (s *slowClients) waitForRefusals(from, to, want int) {
	s.Helper()
	var mu sync.Mutex
	answers := map[string]int{}
	var reading sync.WaitGroup
	for _, conn := range s.all[from:to] {
		reading.Go(func() {
			_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
			answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
			what := "none"
			if err == nil {
				what = fmt.Sprint(answer.StatusCode)
			}
			mu.Lock()
			defer mu.Unlock()
			answers[what]++
		})
	}
	reading.Wait()
	if answers["429"] != want || answers["none"] != to-from-want {
		s.Errorf("slow senders are answered %v, want %d turned away", answers, want)
	}
}
