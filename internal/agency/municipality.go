package agency

import (
	"context"
	"slices"
	"strings"
	"time"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/text"
)

// placesFor is how long a node may show an old list of municipalities after an import.
const placesFor = time.Minute

// Municipalities are all of the installation's state, by name.
func (s *Service) Municipalities(ctx context.Context) ([]Municipality, error) {
	s.places.Lock()
	defer s.places.Unlock()
	if now := s.Now(); len(s.places.list) > 0 && now.Before(s.places.until) {
		return s.places.list, nil
	}
	var list []Municipality
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		list, err = db.All(tx, scanMunicipality, `SELECT id, state, name FROM municipality ORDER BY sort_key, id`)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.places.list, s.places.until = list, s.Now().Add(placesFor)
	return list, nil
}

// Municipality is the one with an IBGE code; fault.NotFound when there is none.
func (s *Service) Municipality(ctx context.Context, id string) (Municipality, error) {
	list, err := s.Municipalities(ctx)
	if err != nil {
		return Municipality{}, err
	}
	for _, m := range list {
		if m.ID == id {
			return m, nil
		}
	}
	return Municipality{}, fault.New(fault.NotFound, "Não conhecemos este município. Escreva o nome dele de novo.")
}

// FindMunicipality is what a person may mean by typing: an IBGE code; else the municipality of that very name; else
// those whose name has it, the ones that begin with it first; else those one or two typing mistakes away.
func (s *Service) FindMunicipality(ctx context.Context, typed string, limit int) ([]Municipality, error) {
	list, err := s.Municipalities(ctx)
	if err != nil {
		return nil, err
	}
	wanted := squeeze(withoutState(typed))
	if wanted == "" || len(wanted) > 60 {
		return nil, nil
	}
	for _, m := range list {
		if m.ID == wanted || squeeze(m.Name) == wanted {
			return []Municipality{m}, nil
		}
	}
	return first(limit, containing(list, wanted), misspelt(list, wanted)), nil
}

// FindMunicipalityPrefix is FindMunicipality for suggestions while typing: a name already whole has company too.
func (s *Service) FindMunicipalityPrefix(ctx context.Context, typed string, limit int) ([]Municipality, error) {
	list, err := s.Municipalities(ctx)
	wanted := squeeze(typed)
	if err != nil || wanted == "" || len(wanted) > 60 {
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

func containing(list []Municipality, wanted string) []Municipality {
	var begin, within []Municipality
	for _, m := range list {
		switch at := strings.Index(squeeze(m.Name), wanted); {
		case at == 0:
			begin = append(begin, m)
		case at > 0 && len(wanted) >= 3:
			within = append(within, m)
		}
	}
	return append(begin, within...)
}

func misspelt(list []Municipality, wanted string) []Municipality {
	var out []Municipality
	if len(wanted) < 4 {
		return nil
	}
	limit := min(2, len(wanted)/4)
	for errors := 1; errors <= limit; errors++ {
		for _, m := range list {
			if text.Distance(squeeze(m.Name), wanted, limit) == errors {
				out = append(out, m)
			}
		}
	}
	return out
}

// first takes the first choice that has anything, at most limit of it.
func first(limit int, choices ...[]Municipality) []Municipality {
	for _, choice := range choices {
		if len(choice) > 0 {
			return slices.Clone(choice[:min(limit, len(choice))])
		}
	}
	return nil
}
