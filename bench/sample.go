package main

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// sample is how long calls took.
type sample struct {
	times   []time.Duration // sorted
	elapsed time.Duration   // of all together
}

// and is both samples as one, taken one after the other.
func (s sample) and(other sample) sample {
	s.times, s.elapsed = append(s.times, other.times...), s.elapsed+other.elapsed
	slices.Sort(s.times)
	return s
}

// perSecond is how many calls were done a second, all clients together.
func (s sample) perSecond() float64 {
	if s.elapsed <= 0 {
		return 0
	}
	return float64(len(s.times)) / s.elapsed.Seconds()
}

// percentile is the time within which so many of a hundred calls were done, in milliseconds.
func (s sample) percentile(p int) float64 {
	if len(s.times) == 0 {
		return 0
	}
	at := min(len(s.times)*p/100, len(s.times)-1)
	return milliseconds(s.times[at])
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// drive calls f from several clients at once, each one after the other, until the span is over or every client has
// made its calls (0: no limit). The first error ends all.
func drive(clients int, span time.Duration, calls int, f func(client, call int) error) (sample, error) {
	var (
		all    = make([][]time.Duration, clients)
		failed atomic.Pointer[error]
		wait   sync.WaitGroup
	)
	start := time.Now()
	for client := range clients {
		wait.Go(func() {
			for call := 0; failed.Load() == nil && time.Since(start) < span && (calls == 0 || call < calls); call++ {
				began := time.Now()
				if err := f(client, call); err != nil {
					failed.CompareAndSwap(nil, &err)
					return
				}
				all[client] = append(all[client], time.Since(began))
			}
		})
	}
	wait.Wait()
	s := sample{times: slices.Concat(all...), elapsed: time.Since(start)}
	slices.Sort(s.times)
	if err := failed.Load(); err != nil {
		return s, *err
	}
	return s, nil
}

func median[T cmp.Ordered](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
