package account

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"guiche/internal/oidc"
)

// Keys of the session.
const (
	flowPrefix  = "flow:" // + state: a sign-in under way
	pendingKey  = "pending"
	providerKey = "provider" // where the person signed in
)

const maxFlows = 5

// flow is a sign-in under way and where it leads.
type flow struct {
	oidc.Flow
	Back  string
	Begun time.Time
}

// keepFlow remembers a flow by its state; of more than five the oldest is forgotten.
func (s *Site) keepFlow(ctx context.Context, f flow) error {
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	s.forgetOldest(ctx)
	s.Sessions.Put(ctx, flowPrefix+f.State, string(data))
	s.Sessions.Put(ctx, pendingKey, f.Back)
	return nil
}

func (s *Site) forgetOldest(ctx context.Context) {
	oldest, n := flow{}, 0
	for _, key := range s.Sessions.Keys(ctx) {
		f, ok := s.flow(ctx, key)
		if !ok {
			continue
		}
		n++
		if n == 1 || f.Begun.Before(oldest.Begun) {
			oldest = f
		}
	}
	if n >= maxFlows {
		s.Sessions.Remove(ctx, flowPrefix+oldest.State)
	}
}

func (s *Site) flow(ctx context.Context, key string) (f flow, ok bool) {
	if !strings.HasPrefix(key, flowPrefix) {
		return flow{}, false
	}
	return f, json.Unmarshal([]byte(s.Sessions.GetString(ctx, key)), &f) == nil
}

// takeFlow gives the flow of a state at a provider, once. An unknown one is a flow that matches no answer.
func (s *Site) takeFlow(ctx context.Context, state, provider string) (flow, bool) {
	f, ok := s.flow(ctx, flowPrefix+state)
	if !ok || f.Provider != provider {
		return flow{Flow: oidc.Flow{Provider: provider}}, false
	}
	s.Sessions.Remove(ctx, flowPrefix+state)
	return f, true
}
