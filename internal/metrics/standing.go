package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Standing is how things stand at a moment.
type Standing struct {
	InWork, Sending int // requests
	Pools           []Pool
	Backlog         []Backlog
}

// Pool is a number of connections to the database, and how many may be in use at once.
type Pool struct {
	Name        string
	InUse, Most int
}

// Backlog is what is due of one kind of jobs; Oldest is for how long the first of them has been.
type Backlog struct {
	Kind   string
	Due    int
	Oldest time.Duration
}

// gauges are what is set anew for each scrape.
type gauges struct{ inWork, sending, inUse, most, due, oldest *prometheus.GaugeVec }

func newGauges(r *prometheus.Registry) gauges {
	return gauges{
		inWork:  gauge(r, "requests_in_work", "Requests being worked on; those beyond the limit are turned away."),
		sending: gauge(r, "requests_sending", "Those of them whose body is still coming."),
		inUse:   gauge(r, "db_connections", "Connections to the database in use.", "pool"),
		most:    gauge(r, "db_connections_max", "Connections to the database that may be in use at once.", "pool"),
		due:     gauge(r, "jobs_due", "Jobs that are due and wait, counted up to ten thousand in all.", "kind"),
		oldest:  gauge(r, "jobs_oldest_seconds", "For how long the first of them has been due.", "kind"),
	}
}

func (g gauges) set(s Standing) {
	g.inWork.WithLabelValues().Set(float64(s.InWork))
	g.sending.WithLabelValues().Set(float64(s.Sending))
	for _, p := range s.Pools {
		g.inUse.WithLabelValues(p.Name).Set(float64(p.InUse))
		g.most.WithLabelValues(p.Name).Set(float64(p.Most))
	}
	for _, b := range s.Backlog {
		g.due.WithLabelValues(b.Kind).Set(float64(b.Due))
		g.oldest.WithLabelValues(b.Kind).Set(b.Oldest.Seconds())
	}
}
