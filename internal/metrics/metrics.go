package metrics

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"guiche/internal/fault"
)

// Metrics are the figures of one process. Its methods may be called by many goroutines.
type Metrics struct {
	registry *prometheus.Registry

	requests     *prometheus.CounterVec
	requestTime  *prometheus.HistogramVec
	transactions *prometheus.CounterVec
	transactTime prometheus.Observer
	transactWait prometheus.Observer
	commitActs   prometheus.Observer
	jobs         *prometheus.CounterVec
	jobTime      *prometheus.HistogramVec
	deadlines    prometheus.Counter
	mails        *prometheus.CounterVec
	scans        *prometheus.CounterVec
	fileTime     *prometheus.HistogramVec
	now          gauges
}

// New begins all figures at zero. The version and the engine of the database are told beside them.
func New(version, engine string) *Metrics {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m := &Metrics{
		registry:     r,
		requests:     counter(r, "requests_total", "Requests answered, by pattern of the address, method and class of the status.", "route", "method", "class"),
		requestTime:  times(r, "request_seconds", "From the request's header to the end of its answer, the visitor's line included.", "route", "method"),
		transactions: counter(r, "transactions_total", "Transactions: done, refused (by a rule), or failed.", "outcome"),
		transactTime: times(r, "transaction_seconds", "Whole transactions, waiting included.").WithLabelValues(),
		transactWait: times(r, "transaction_wait_seconds", "Waiting for the writer, or for a connection to write on.").WithLabelValues(),
		commitActs:   histogram(r, "commit_acts", "Transactions that shared one commit, where they do.", []float64{1, 2, 4, 8, 16, 32, 64}).WithLabelValues(),
		jobs:         counter(r, "jobs_total", "Attempts of jobs: done, failed (tried again later), or dead (given up).", "kind", "outcome"),
		jobTime:      times(r, "job_seconds", "Attempts of jobs.", "kind"),
		deadlines:    counter(r, "deadlines_moved_total", "Cases that the sweep of deadlines moved or reminded of.").WithLabelValues(),
		mails:        counter(r, "mails_total", "Mails handed to the mail server: sent or failed.", "outcome"),
		scans:        counter(r, "scans_total", "Files scanned: clean, infected, or failed (tried again later).", "verdict"),
		fileTime:     times(r, "file_seconds", "Files stored (put) and opened (open).", "act", "outcome"),
		now:          newGauges(r),
	}
	gauge(r, "build_info", "Always 1; the labels tell the version and the engine of the database.", "version", "engine").WithLabelValues(version, engine).Set(1)
	return m
}

const prefix = "guiche_"

// seconds are the bounds of what takes time: from a page out of memory to a slow upload.
var seconds = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60}

func counter(r *prometheus.Registry, name, help string, labels ...string) *prometheus.CounterVec {
	v := prometheus.NewCounterVec(prometheus.CounterOpts{Name: prefix + name, Help: help}, labels)
	r.MustRegister(v)
	return v
}

func gauge(r *prometheus.Registry, name, help string, labels ...string) *prometheus.GaugeVec {
	v := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: prefix + name, Help: help}, labels)
	r.MustRegister(v)
	return v
}

func times(r *prometheus.Registry, name, help string, labels ...string) *prometheus.HistogramVec {
	return histogram(r, name, help, seconds, labels...)
}

func histogram(r *prometheus.Registry, name, help string, bounds []float64, labels ...string) *prometheus.HistogramVec {
	v := prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: prefix + name, Help: help, Buckets: bounds}, labels)
	r.MustRegister(v)
	return v
}

// Request counts one answer. The route is its pattern, with or without a method before it; empty: it came to none.
func (m *Metrics) Request(route, method string, status int, took time.Duration) {
	if _, path, found := strings.Cut(route, " /"); found {
		route = "/" + path
	}
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, method, fmt.Sprintf("%dxx", status/100)).Inc()
	m.requestTime.WithLabelValues(route, method).Observe(took.Seconds())
}

// Transaction counts one transaction: how long it waited to begin and how long it took in all.
func (m *Metrics) Transaction(waited, took time.Duration, err error) {
	m.transactions.WithLabelValues(outcome(err)).Inc()
	m.transactWait.Observe(waited.Seconds())
	m.transactTime.Observe(took.Seconds())
}

// outcome tells what a rule refused from what did not work.
func outcome(err error) string {
	switch {
	case err == nil:
		return "done"
	case fault.Is(err, fault.Unavailable) || fault.KindOf(err) == fault.Unknown:
		return "failed"
	}
	return "refused"
}

// Commit counts the transactions that shared one commit.
func (m *Metrics) Commit(acts int) { m.commitActs.Observe(float64(acts)) }

// Job counts one attempt of a job.
func (m *Metrics) Job(kind, outcome string, took time.Duration) {
	m.jobs.WithLabelValues(kind, outcome).Inc()
	m.jobTime.WithLabelValues(kind).Observe(took.Seconds())
}

// Deadlines counts cases that a sweep moved.
func (m *Metrics) Deadlines(cases int) { m.deadlines.Add(float64(cases)) }

// Mail counts one mail that was handed over, or not.
func (m *Metrics) Mail(err error) {
	m.mails.WithLabelValues(map[bool]string{true: "sent", false: "failed"}[err == nil]).Inc()
}

// Scan counts one file that was looked at, or not.
func (m *Metrics) Scan(clean bool, err error) {
	verdict := "infected"
	switch {
	case err != nil:
		verdict = "failed"
	case clean:
		verdict = "clean"
	}
	m.scans.WithLabelValues(verdict).Inc()
}

// File times one act on a file: "put" or "open".
func (m *Metrics) File(act string, took time.Duration, err error) {
	m.fileTime.WithLabelValues(act, outcome(err)).Observe(took.Seconds())
}

// Handler answers a scrape; look is asked first how things stand now.
func (m *Metrics) Handler(look func(context.Context) Standing) http.Handler {
	all := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.now.set(look(r.Context()))
		all.ServeHTTP(w, r)
	})
}
