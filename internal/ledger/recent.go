package ledger

import "sync"

// remembered is how many entries at least are known to be written, so that a form sent twice costs one line.
const remembered = 4096

// recent knows the cases of the last lines, in two generations, so that it stays small.
type recent struct {
	mu       sync.Mutex
	now, old map[string]string // protocol by case
}

func (r *recent) has(e Entry) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return e.CaseID != "" && (r.now[e.CaseID] == e.Protocol || r.old[e.CaseID] == e.Protocol)
}

func (r *recent) add(e Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.now == nil || len(r.now) == remembered {
		r.now, r.old = make(map[string]string), r.now
	}
	r.now[e.CaseID] = e.Protocol
}
