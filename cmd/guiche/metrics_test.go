package main

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// scrape asks the program for its figures, as Prometheus does.
func scrape(t testing.TB, addr string) string {
	t.Helper()
	answer, err := http.Get("http://" + addr + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%d, %v", answer.StatusCode, err)
	}
	return string(text)
}

// TestTheFiguresOfARunningProgram files a complaint and asks for odd addresses, then reads what Prometheus would.
func TestTheFiguresOfARunningProgram(t *testing.T) {
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			metrics := freeAddress(t)
			p := &process{TB: t, data: t.TempDir(), addr: freeAddress(t), database: open(t), more: []string{"--metrics-addr", metrics}}
			p.start()
			p.complain("ana")
			b := newBrowser(t, "http://"+p.addr).signIn(cpfOf()["elisa"])
			protocol := regexp.MustCompile(`20\d\d\.\d{4}\.\d{7}-\d\d`).FindString(b.get("/servidor/fila").body)
			for _, path := range []string{"/servidor/casos/" + protocol, "/atendimento?q=" + typedMarker, "/verificar/11144477735"} {
				b.get(path)
			}
			for i := range 20 {
				b.get(fmt.Sprintf("/nada/%d?cpf=111.444.777-35", i))
			}
			b.send("ZEBRA", "/", "")
			checkFigures(t, engine, waitForMail(t, metrics))
			if r := b.get("/metrics"); r.status != http.StatusNotFound {
				t.Errorf("the site itself tells the figures: %d", r.status)
			}
		})
	}
}

// waitForMail is what a scrape says once the mail about the complaint has left and its job is counted.
func waitForMail(t *testing.T, addr string) string {
	t.Helper()
	for range 100 {
		if text := scrape(t, addr); strings.Contains(text, `guiche_jobs_total{kind="case_notice",outcome="done"}`) {
			return text
		}
		time.Sleep(100 * time.Millisecond)
	}
	return scrape(t, addr)
}

func checkFigures(t *testing.T, engine, text string) {
	t.Helper()
	pool := map[string]string{"sqlite": "write", "postgres": "all"}[engine]
	for _, want := range []string{
		`guiche_requests_total{class="2xx",method="GET",route="/servidor/casos/{protocolo}"} 1`,
		`guiche_requests_total{class="4xx",method="GET",route="/"} 20`, // what is nowhere, all together
		`guiche_requests_total{class="4xx",method="other",route="/"} 1`,
		`guiche_requests_total{class="3xx",method="POST",route="/reclamacoes/nova"} `,
		`guiche_request_seconds_bucket{method="GET",route="/servidor/casos/{protocolo}",le="60"} 1`,
		`guiche_requests_in_work 0`, `guiche_requests_sending 0`,
		`guiche_transactions_total{outcome="done"} `, `guiche_transaction_seconds_count `, `guiche_transaction_wait_seconds_count `,
		`guiche_db_connections_max{pool="` + pool + `"} `, `guiche_build_info{engine="` + engine + `",version="` + version + `"} 1`,
		`guiche_jobs_total{kind="case_notice",outcome="done"} `, `guiche_jobs_due{kind="case_notice"} 0`, `guiche_jobs_oldest_seconds{kind="deadlines"} 0`,
		`guiche_job_seconds_count{kind="case_notice"} `, `guiche_mails_total{outcome="failed"} 0`, `guiche_deadlines_moved_total 0`,
		`guiche_file_seconds_count{act="put",outcome="done"} 3`, `go_goroutines `, `process_resident_memory_bytes `,
	} {
		if !strings.Contains(text, "\n"+want) {
			t.Errorf("no figure begins with %s", want)
		}
	}
	if strings.Contains(text, `guiche_mails_total{outcome="sent"} 0`) {
		t.Error("no mail was counted")
	}
	if n := strings.Count(text, "\n"); n > 4000 {
		t.Errorf("%d lines: some label has too many values", n)
	}
	for _, fault := range findPersonal(text) {
		t.Error("the figures have " + fault)
	}
	if t.Failed() {
		t.Log(text)
	}
}
