package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// baseKey holds, among the values of a loaded session, what was loaded. It is never stored.
const baseKey = "\x00base"

// values are what a session holds, each in JSON.
type values map[string]json.RawMessage

func (v values) text(key string) string {
	var s string
	if json.Unmarshal(v[key], &s) != nil {
		return ""
	}
	return s
}

// base is what a request found: under which token, and with which values.
type base struct {
	Token  string `json:"token"`
	Values values `json:"values"`
}

// envelope travels between scs and the store: what a request found and what it leaves.
type envelope struct {
	Base     *base     `json:"base,omitempty"` // nil: the session is new
	Deadline time.Time `json:"deadline"`
	Values   values    `json:"values"`
}

// codec keeps the base beside the values through a request, so that the store knows what the request changed.
type codec struct{}

// Encode is for scs.
func (codec) Encode(deadline time.Time, held map[string]any) ([]byte, error) {
	e := envelope{Deadline: deadline, Values: make(values, len(held))}
	for key, value := range held {
		if found, ok := value.(*base); ok && key == baseKey {
			e.Base = found
			continue
		}
		raw, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("session value %q: %w", key, err)
		}
		e.Values[key] = raw
	}
	return json.Marshal(e)
}

// Decode is for scs.
func (codec) Decode(data []byte) (time.Time, map[string]any, error) {
	e := envelope{Base: &base{}}
	if err := json.Unmarshal(data, &e); err != nil {
		return time.Time{}, nil, fmt.Errorf("session data: %w", err)
	}
	held := make(map[string]any, len(e.Base.Values)+1)
	for key, raw := range e.Base.Values {
		var value any
		if err := json.Unmarshal(raw, &value); err != nil {
			return time.Time{}, nil, fmt.Errorf("session value %q: %w", key, err)
		}
		held[key] = value
	}
	held[baseKey] = e.Base
	return e.Deadline, held, nil
}

// merge applies what a request changed to what the session holds by now.
func merge(now, found, left values) values {
	for key := range found {
		if _, kept := left[key]; !kept {
			delete(now, key)
		}
	}
	for key, value := range left {
		if !bytes.Equal(found[key], value) {
			now[key] = value
		}
	}
	return now
}
