package agency

import (
	"sync"
	"time"
)

// agenciesFor is how long a node may show an agency as it was before a change.
const agenciesFor = time.Minute

// agencies keeps those that pages name again and again.
type agencies struct {
	sync.Mutex
	byID map[string]keptAgency
}

type keptAgency struct {
	Agency
	until time.Time
}

func (c *agencies) get(id string, now time.Time) (Agency, bool) {
	c.Lock()
	defer c.Unlock()
	kept, has := c.byID[id]
	return kept.Agency, has && now.Before(kept.until)
}

func (c *agencies) put(a Agency, until time.Time) {
	c.Lock()
	defer c.Unlock()
	if c.byID == nil {
		c.byID = map[string]keptAgency{}
	}
	c.byID[a.ID] = keptAgency{a, until}
}
