package ui

import (
	"bytes"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"guiche/internal/person"
)

// Limiter counts requests by key, usually an address. It forgets keys that have been quiet for as long as a full
// allowance takes to grow back, and never holds more than maxKeys.
type Limiter struct {
	every time.Duration
	burst int
	now   func() time.Time

	mu    sync.Mutex
	keys  map[string]*allowance
	swept time.Time
}

type allowance struct {
	*rate.Limiter
	used time.Time
}

// maxKeys bounds the memory an attacker with many addresses can take, about 20 MB.
const maxKeys = 100_000

// NewLimiter allows burst requests at once and perMinute in the long run, for each key.
func NewLimiter(perMinute, burst int, now func() time.Time) *Limiter {
	return &Limiter{every: time.Minute / time.Duration(perMinute), burst: burst, now: now, keys: map[string]*allowance{}}
}

// Take uses one request of a key. Zero means go on; otherwise it is how long to wait, and nothing was used.
func (l *Limiter) Take(key string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.sweep(now)
	a := l.keys[key]
	if a == nil {
		a = &allowance{Limiter: rate.NewLimiter(rate.Every(l.every), l.burst)}
		l.keys[key] = a
	}
	a.used = now
	reservation := a.ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait > 0 {
		reservation.CancelAt(now)
	}
	return wait
}

// Size is how many keys are remembered.
func (l *Limiter) Size() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.keys)
}

// sweep forgets full allowances. Too many keys even so: all start anew, which is kinder than refusing everybody.
func (l *Limiter) sweep(now time.Time) {
	full := time.Duration(l.burst) * l.every
	if now.Sub(l.swept) < full && len(l.keys) < maxKeys {
		return
	}
	l.swept = now
	for key, a := range l.keys {
		if now.Sub(a.used) >= full {
			delete(l.keys, key)
		}
	}
	if len(l.keys) >= maxKeys {
		clear(l.keys)
	}
}

// Limit answers 429 with Retry-After, in seconds, to an address that asks too often.
func (u *UI) Limit(l *Limiter, next Handler) Handler {
	return u.limit(l, next, func(r *http.Request, _ person.Actor) string { return Visitor(r) })
}

// LimitPerson is Limit for a person, from whatever address.
func (u *UI) LimitPerson(l *Limiter, next Handler) Handler {
	return u.limit(l, next, func(_ *http.Request, who person.Actor) string { return who.AccountID })
}

func (u *UI) limit(l *Limiter, next Handler, key func(*http.Request, person.Actor) string) Handler {
	return func(w http.ResponseWriter, r *http.Request, who person.Actor) error {
		wait := l.Take(key(r, who))
		if wait == 0 {
			return next(w, r, who)
		}
		u.Log.Warn("too many requests", slog.String("reference", RequestID(r.Context())), slog.String("route", r.Pattern))
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		const status = http.StatusTooManyRequests
		return u.Render(w, status, "ui/error", errorPage{Page: u.Page(r, who, errorTitle(status)), Code: status, Reference: RequestID(r.Context())})
	}
}

// TurnedAway is the page for who is turned away before anything was done for them, with text in place of the reference:
// made once, because under a flood most answers are this one.
func (u *UI) TurnedAway(status int, text, reference string) ([]byte, error) {
	var page bytes.Buffer
	err := u.execute(&page, "ui/error", errorPage{
		Page: Page{Title: errorTitle(status), Path: "/", Demo: u.Demo, Theme: DefaultTheme}, Code: status, Text: text, Reference: reference})
	return page.Bytes(), err
}

// Visitor is who asks, as the connection tells. One IPv6 customer has a whole /64, so that is one key.
func Visitor(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || ip.Unmap().Is4() {
		return host
	}
	const customer = 64
	network, err := ip.WithZone("").Prefix(customer)
	if err != nil {
		return host
	}
	return network.String()
}
