package metrics_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"guiche/internal/fault"
	"guiche/internal/metrics"
)

func TestEachFigureHasFewLabels(t *testing.T) {
	m := metrics.New("1.0", "sqlite")
	m.Request("GET /painel", "GET", 200, time.Second)
	m.Request("/", "GET", 404, time.Second)
	m.Request("", "POST", 413, time.Second)
	m.Request("turned away", "GET", 503, time.Second)
	m.Transaction(0, time.Second, nil)
	m.Transaction(0, time.Second, fault.New(fault.Invalid, "não"))
	m.Transaction(0, time.Second, errors.New("disk full"))
	m.Commit(3)
	m.Mail(errors.New("down"))
	m.Scan(true, nil)
	m.Scan(false, nil)
	m.Scan(false, errors.New("down"))
	m.File("open", time.Millisecond, fault.New(fault.Unavailable, ""))
	w := httptest.NewRecorder()
	m.Handler(func(context.Context) metrics.Standing {
		return metrics.Standing{InWork: 4, Pools: []metrics.Pool{{Name: "read", InUse: 1, Most: 2}}, Backlog: []metrics.Backlog{{Kind: "mail", Due: 7, Oldest: time.Minute}}}
	}).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{
		`guiche_requests_total{class="2xx",method="GET",route="/painel"} 1`,
		`guiche_requests_total{class="4xx",method="GET",route="/"} 1`,
		`guiche_requests_total{class="4xx",method="POST",route="none"} 1`,
		`guiche_requests_total{class="5xx",method="GET",route="turned away"} 1`,
		`guiche_transactions_total{outcome="done"} 1`, `guiche_transactions_total{outcome="refused"} 1`, `guiche_transactions_total{outcome="failed"} 1`,
		`guiche_commit_acts_bucket{le="4"} 1`, `guiche_mails_total{outcome="failed"} 1`,
		`guiche_scans_total{verdict="clean"} 1`, `guiche_scans_total{verdict="infected"} 1`, `guiche_scans_total{verdict="failed"} 1`,
		`guiche_file_seconds_count{act="open",outcome="failed"} 1`,
		`guiche_requests_in_work 4`, `guiche_db_connections{pool="read"} 1`, `guiche_jobs_due{kind="mail"} 7`, `guiche_jobs_oldest_seconds{kind="mail"} 60`,
	} {
		if !strings.Contains(w.Body.String(), "\n"+want+"\n") {
			t.Errorf("missing: %s", want)
		}
	}
}
