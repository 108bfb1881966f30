package agency

import (
	"context"
	"strings"
	"sync"
	"time"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/text"
)

const (
	// placesFor is how long a node may show an old list of municipalities after an import.
	placesFor = time.Minute
	// maxName bounds the work of looking for a typed name.
	maxName = 60
)

// place is a municipality with its name as it is compared.
type place struct {
	Municipality
	key string
}

// cache keeps the municipalities for a minute: they change by import only, maybe by another node.
type cache struct {
	sync.Mutex
	list  []place
	until time.Time
}

func (s *Service) cached(ctx context.Context) ([]place, error) {
	s.places.Lock()
	defer s.places.Unlock()
	if now := s.Now(); len(s.places.list) > 0 && now.Before(s.places.until) {
		return s.places.list, nil
	}
	var list []place
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = db.All(tx, func(r db.Row, p *place) error {
			err := scanMunicipality(r, &p.Municipality)
			p.key = squeeze(p.Name)
			return err
		}, `SELECT id, state, name FROM municipality ORDER BY sort_key, id`)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.places.list, s.places.until = list, s.Now().Add(placesFor)
	return list, nil
}

// Municipalities are all of the installation's state, by name.
func (s *Service) Municipalities(ctx context.Context) ([]Municipality, error) {
	list, err := s.cached(ctx)
	return first(len(list), list), err
}

// Municipality is the one with an IBGE code; fault.NotFound when there is none.
func (s *Service) Municipality(ctx context.Context, id string) (Municipality, error) {
	list, err := s.cached(ctx)
	if err != nil {
		return Municipality{}, err
	}
	for _, p := range list {
		if p.ID == id {
			return p.Municipality, nil
		}
	}
	return Municipality{}, fault.New(fault.NotFound, "Não conhecemos este município. Escreva o nome dele de novo.")
}

// FindMunicipality is what a person may mean by typing: an IBGE code; else the municipality of that very name; else
// those whose name has it, the ones that begin with it first; else those one or two typing mistakes away.
func (s *Service) FindMunicipality(ctx context.Context, typed string, limit int) ([]Municipality, error) {
	list, err := s.cached(ctx)
	wanted := squeeze(withoutState(typed))
	if err != nil || wanted == "" || len(wanted) > maxName {
		return nil, err
	}
	for _, p := range list {
		if p.ID == wanted || p.key == wanted {
			return []Municipality{p.Municipality}, nil
		}
	}
	return first(limit, containing(list, wanted), misspelt(list, wanted)), nil
}

// FindMunicipalityPrefix is FindMunicipality for suggestions while typing: a name already whole has company too.
func (s *Service) FindMunicipalityPrefix(ctx context.Context, typed string, limit int) ([]Municipality, error) {
	list, err := s.cached(ctx)
	wanted := squeeze(typed)
	if err != nil || wanted == "" || len(wanted) > maxName {
		return nil, err
	}
	return first(limit, containing(list, wanted)), nil
}

// squeeze folds and drops spaces, so that "Santana" finds Sant'Ana and "Entre Ijuis" Entre-Ijuís.
func squeeze(name string) string { return strings.ReplaceAll(text.Fold(name), " ", "") }

// withoutState drops what people add after the name: "Aceguá - RS", "Aceguá/RS", "Aceguá, RS".
func withoutState(typed string) string {
	words := strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune(" -/,()", r) })
	if n := len(words); n > 1 && strings.EqualFold(words[n-1], "RS") {
		return strings.Join(words[:n-1], " ")
	}
	return typed
}

func containing(list []place, wanted string) []place {
	var begin, within []place
	for _, m := range list {
		switch at := strings.Index(m.key, wanted); {
		case at == 0:
			begin = append(begin, m)
		case at > 0 && len(wanted) >= 3:
			within = append(within, m)
		}
	}
	return append(begin, within...)
}

func misspelt(list []place, wanted string) []place {
	var out []place
	if len(wanted) < 4 {
		return nil
	}
	limit := min(2, len(wanted)/4)
	for errors := 1; errors <= limit; errors++ {
		for _, m := range list {
			if text.Distance(m.key, wanted, limit) == errors {
				out = append(out, m)
			}
		}
	}
	return out
}

// first takes the first choice that has anything, at most limit of it.
func first(limit int, choices ...[]place) []Municipality {
	var out []Municipality
	for _, choice := range choices {
		for _, p := range choice[:min(limit, len(choice))] {
			out = append(out, p.Municipality)
		}
		if len(out) > 0 {
			break
		}
	}
	return out
}

// NamedMunicipality is the municipality whose name or IBGE code was typed in full; fault.NotFound when there is none.
func (s *Service) NamedMunicipality(ctx context.Context, typed string) (Municipality, error) {
	list, err := s.FindMunicipality(ctx, typed, 1)
	if err == nil && len(list) == 1 && (list[0].ID == squeeze(typed) || squeeze(list[0].Name) == squeeze(withoutState(typed))) {
		return list[0], nil
	}
	if err == nil {
		err = fault.New(fault.NotFound, "Não encontramos este município no estado. Confira o nome.")
	}
	return Municipality{}, err
}
