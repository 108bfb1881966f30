package job

import (
	"context"
	"time"
)

// Lane is kinds of jobs with workers of their own.
type Lane struct {
	slots, awake chan struct{}
	since, all   time.Time // what was due before since is looked at again at all; see claimOf
}

func newLane(workers int) *Lane {
	return &Lane{slots: make(chan struct{}, workers), awake: make(chan struct{}, 1)}
}

// Outside gives the kinds that wait for one part outside, such as the mail server, a lane of their own: while it is silent,
// nothing else waits. Call it before Run.
func (q *Queue) Outside(kinds ...string) *Lane {
	l := newLane(max(1, q.set.Workers*3/8))
	q.lanes = append(q.lanes, l)
	for _, kind := range kinds {
		q.outside[kind] = l
	}
	return l
}

// laneOf is the lane of a kind: that of all which wait for nothing outside, unless it was told.
func (q *Queue) laneOf(kind string) *Lane {
	if l := q.outside[kind]; l != nil {
		return l
	}
	return q.lanes[0]
}

// kinds are those of a lane that this node knows.
func (q *Queue) kinds(l *Lane) (list []string) {
	for kind := range q.handlers {
		if q.laneOf(kind) == l {
			list = append(list, kind)
		}
	}
	return list
}

// lookBack is how far back a lane that found nothing looks the next time, and how soon it looks at everything again.
const lookBack = 10 * time.Second

// claimOf is claim for a lane. What was due when it found nothing is of other lanes: tens of thousands of mails, perhaps,
// that wait for their server and are not to be read each second by whoever looks for other work.
func (q *Queue) claimOf(ctx context.Context, l *Lane, n int) ([]work, error) {
	now := q.now()
	if q.come(l.all, lookBack) {
		l.since, l.all = time.Time{}, now.Add(lookBack)
	}
	list, err := q.claimDue(ctx, q.kinds(l), l.since, n)
	if err == nil && len(list) < n {
		l.since = now.Add(-lookBack)
	}
	return list, err
}

func (l *Lane) wake() {
	select {
	case l.awake <- struct{}{}:
	default: // a wake-up is already waiting
	}
}
