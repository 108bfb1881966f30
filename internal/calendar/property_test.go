package calendar

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// question is what Due is asked.
type question struct {
	start   Day
	rule    Rule
	cal     Calendar
	suspend []Suspension
}

func (q question) due(t *testing.T) Result {
	t.Helper()
	got, err := Due(q.start, q.rule, q.cal, q.suspend)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	return got
}

// What must be true of every deadline, over questions made at random.
func TestWhatIsTrueOfEveryDeadline(t *testing.T) {
	properties := []struct {
		name  string
		holds func(*testing.T, question) bool
	}{
		{"the last day is a working day", func(t *testing.T, q question) bool {
			working, _ := q.cal.Working(q.due(t).Due)
			return working
		}},
		{"the last day is not suspended", func(t *testing.T, q question) bool {
			last := q.due(t).Due
			for _, s := range q.suspend {
				if within(last, s.From, s.To) {
					return false
				}
			}
			return true
		}},
		{"each day after the event either counts or is listed as skipped", func(t *testing.T, q question) bool {
			got := q.due(t)
			return got.Due.Sub(q.start) == q.rule.Amount+len(got.Skipped)
		}},
		{"skipped days are in order and between the event and the end", func(t *testing.T, q question) bool {
			got, before := q.due(t), q.start
			for _, s := range got.Skipped {
				if s.On <= before || s.On >= got.Due || s.Why == "" {
					return false
				}
				before = s.On
			}
			return true
		}},
		{"one more day never ends earlier", func(t *testing.T, q question) bool {
			longer := q
			longer.rule.Amount++
			return longer.due(t).Due >= q.due(t).Due
		}},
		{"an event one day later never ends earlier", func(t *testing.T, q question) bool {
			later := q
			later.start++
			return later.due(t).Due >= q.due(t).Due
		}},
		{"a suspension never ends earlier", func(t *testing.T, q question) bool {
			free := q
			free.suspend = nil
			return free.due(t).Due <= q.due(t).Due
		}},
		{"business days never end before calendar days", func(t *testing.T, q question) bool {
			business, calendar := q, q
			business.rule.Unit, calendar.rule.Unit = Business, CalendarDays
			return business.due(t).Due >= calendar.due(t).Due
		}},
		{"the end is after the event", func(t *testing.T, q question) bool { return q.due(t).Due > q.start }},
		{"a closure never ends earlier", func(t *testing.T, q question) bool {
			open := q
			open.cal.Closures = nil
			return open.due(t).Due <= q.due(t).Due
		}},
		{"one more suspended day never ends earlier", func(t *testing.T, q question) bool {
			more := q
			more.suspend = append(slices.Clone(q.suspend), Suspension{q.start + 3, q.start + 3})
			return more.due(t).Due >= q.due(t).Due
		}},
		{"suspensions may come in any order", func(t *testing.T, q question) bool {
			turned := q
			turned.suspend = slices.Clone(q.suspend)
			slices.Reverse(turned.suspend)
			return slices.Equal(turned.due(t).Skipped, q.due(t).Skipped)
		}},
		{"a suspension is the same in two pieces, also when they overlap", func(t *testing.T, q question) bool {
			pieces := q
			pieces.suspend = nil
			for _, s := range q.suspend {
				half := s.From + (s.To-s.From)/2
				pieces.suspend = append(pieces.suspend, Suspension{s.From, half}, Suspension{half, s.To})
			}
			return pieces.due(t).Due == q.due(t).Due
		}},
		{"every suspended day on the way is counted, once", func(t *testing.T, q question) bool {
			got, suspended, listed := q.due(t), 0, 0
			for on := q.start + 1; on < got.Due; on++ {
				if slices.ContainsFunc(q.suspend, func(s Suspension) bool { return within(on, s.From, s.To) }) {
					suspended++
				}
			}
			for _, s := range got.Skipped {
				if s.Why == "prazo suspenso" {
					listed++
				}
			}
			return suspended == listed
		}},
		{"skipped days put together are the same days", func(t *testing.T, q question) bool {
			got, days := q.due(t), int64(0)
			for _, run := range got.Runs() {
				days += run.Count()
			}
			return days == int64(len(got.Skipped))
		}},
		{"a municipal holiday never ends earlier", func(t *testing.T, q question) bool {
			state, city := q, q
			state.cal, city.cal = For(""), For(PortoAlegre)
			return city.due(t).Due >= state.due(t).Due
		}},
	}
	for _, p := range properties {
		t.Run(p.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(29, 30))
			for range 2000 {
				if q := anyQuestion(random); !p.holds(t, q) {
					t.Fatalf("not true of %s, %s, suspended %v: %+v", q.start, q.rule, q.suspend, q.due(t))
				}
			}
		})
	}
}

func anyQuestion(random *rand.Rand) question {
	q := question{
		start: day("2023-01-01").Add(random.IntN(12 * 365)),
		rule:  Rule{Amount: 1 + random.IntN(60), Unit: pick(random, Business, CalendarDays)},
	}
	q.cal = For(pick(random, "", PortoAlegre, acegua, saoPauloCity), Closure{
		From: q.start.Add(random.IntN(30)),
		To:   q.start.Add(30 + random.IntN(20)),
	})
	for range random.IntN(4) {
		from := q.start.Add(random.IntN(80) - 10)
		q.suspend = append(q.suspend, Suspension{From: from, To: from.Add(random.IntN(30))})
	}
	return q
}

func pick[T any](random *rand.Rand, from ...T) T { return from[random.IntN(len(from))] }
