package agency

import (
	"sync"
	"time"
)

// rememberedFor is how long a node may show something as it was before a change.
const rememberedFor = time.Minute

// remembered keeps what pages ask for again and again, by key.
type remembered[V any] struct {
	sync.Mutex
	byKey map[string]entry[V]
}

type entry[V any] struct {
	value V
	until time.Time
}

func (r *remembered[V]) get(key string, now time.Time) (V, bool) {
	r.Lock()
	defer r.Unlock()
	e, has := r.byKey[key]
	return e.value, has && now.Before(e.until)
}

func (r *remembered[V]) put(key string, value V, now time.Time) {
	r.Lock()
	defer r.Unlock()
	if r.byKey == nil {
		r.byKey = map[string]entry[V]{}
	}
	r.byKey[key] = entry[V]{value, now.Add(rememberedFor)}
}
