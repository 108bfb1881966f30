package person_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"guiche/internal/audit"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

const stateAgency = "agency-state"

func (w *world) withAgency() {
	w.Helper()
	w.must(w.DB.Transact(context.Background(), func(tx *db.Tx) error {
		if _, err := tx.Exec(`INSERT INTO municipality (id, state, name, sort_key) VALUES ('4314902', 'RS', 'Porto Alegre', 'porto alegre')`); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO agency (id, code, kind, name, short_name, municipality_id, installed) VALUES ($1, '0001', 'state', 'Procon', 'Procon', '4314902', 1)`, stateAgency)
		return err
	}))
}

func TestARoleIsGivenToACPFAndEndsAtOnce(t *testing.T) { // R-9, Q section 3
	each(t, func(w *world) {
		w.withAgency()
		ctx := context.Background()
		w.must(w.Grant(ctx, "console", "529.982.247-25", person.Officer, "0001"))
		w.must(w.Grant(ctx, "console", "52998224725", person.Officer, "0001"))
		elisa := w.signIn(person.Identity{Issuer: "i", Subject: "e", CPF: "52998224725", Name: "Elisa Prates", Level: person.Gold})
		if actor := w.actor(elisa.ID); !slices.Equal(actor.Grants, []person.Grant{{Role: person.Officer, AgencyID: stateAgency}}) {
			t.Fatalf("granted twice is granted once: %v", actor.Grants)
		}
		list, err := w.Grants(ctx)
		w.must(err)
		if len(list) != 1 || list[0].Name != "Elisa Prates" || list[0].AgencyCode != "0001" || list[0].GrantedBy != "console" || !list[0].GrantedAt.Equal(w.now) {
			t.Errorf("list: %+v", list)
		}
		w.must(w.Revoke(ctx, "console", "52998224725", person.Officer, "0001"))
		w.must(w.Revoke(ctx, "console", "52998224725", person.Officer, "0001"))
		if actor := w.actor(elisa.ID); len(actor.Grants) != 0 {
			t.Errorf("revoked and still there: %v", actor.Grants)
		}
		w.must(w.Grant(ctx, "console", "52998224725", person.Officer, "0001"))
		if got := w.acts("roles"); !slices.Equal(got, []string{"grant_role", "revoke_role", "grant_role"}) {
			t.Errorf("recorded %v", got)
		}
		if _, err := audit.Verify(ctx, w.DB); err != nil {
			t.Error(err)
		}
	})
}

func TestAnActorIsOneQuery(t *testing.T) {
	each(t, func(w *world) {
		w.withAgency()
		w.must(w.Grant(context.Background(), "console", ana().CPF, person.Manager, "0001"))
		account := w.signIn(ana())
		before := w.DB.Queries()
		w.actor(account.ID)
		if n := w.DB.Queries() - before; n != 1 {
			t.Errorf("%d queries", n)
		}
	})
}

func TestWithoutACPFThereAreNoRoles(t *testing.T) {
	each(t, func(w *world) {
		w.withAgency()
		w.must(w.Grant(context.Background(), "console", ana().CPF, person.Admin, "0001"))
		w.must(w.DB.Transact(context.Background(), func(tx *db.Tx) error { // as a wrong import might leave it
			_, err := tx.Exec(`INSERT INTO role_grant (id, cpf, role, agency_id, granted_by, granted_at) VALUES ('x', '', 'admin', $1, 'import', 0)`, stateAgency)
			return err
		}))
		nameless := w.signIn(person.Identity{Issuer: "i", Subject: "x", Name: "Alguém"})
		if actor := w.actor(nameless.ID); len(actor.Grants) != 0 {
			t.Errorf("roles without a CPF: %v", actor.Grants)
		}
	})
}

func TestARoleThatCannotBeGivenSaysWhy(t *testing.T) {
	each(t, func(w *world) {
		w.withAgency()
		ctx := context.Background()
		w.refused(w.Grant(ctx, "c", "52998224724", person.Officer, "0001"), "cpf", "CPF")
		w.refused(w.Grant(ctx, "c", "52998224725", "king", "0001"), "role", "officer")
		w.refused(w.Grant(ctx, "c", "52998224725", person.Officer, "9999"), "agency", "órgão")
		w.refused(w.Revoke(ctx, "c", "52998224725", person.Officer, "9999"), "agency", "órgão")
	})
}

func TestOnlyTheOwnerSeesAndEndsASession(t *testing.T) {
	each(t, func(w *world) {
		ctx := context.Background()
		mine, other := w.signIn(ana()), w.signIn(person.Identity{Issuer: "i", Subject: "o", Name: "Outra"})
		add := func(token, account string, expires time.Duration) {
			w.must(w.DB.Transact(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(`INSERT INTO session (token, account_id, data, agent, created_at, seen_at, expires_at) VALUES ($1, $2, '{}', 'Firefox', $3, $3, $4)`,
					token, account, w.now.UnixMicro(), w.now.Add(expires).UnixMicro())
				return err
			}))
		}
		add("a", mine.ID, time.Hour)
		add("b", other.ID, time.Hour)
		add("c", mine.ID, -time.Second)
		add("d", "", time.Hour)
		list, err := w.Sessions(ctx, mine.ID)
		w.must(err)
		if len(list) != 1 || list[0].ID != "a" || list[0].Agent != "Firefox" || !list[0].Seen.Equal(w.now) {
			t.Fatalf("mine: %+v", list)
		}
		if list, err := w.Sessions(ctx, ""); err != nil || len(list) != 0 {
			t.Errorf("nobody's sessions: %v %v", list, err)
		}
		if err := w.EndSession(ctx, mine.ID, "b"); !fault.Is(err, fault.NotFound) {
			t.Errorf("ending another's: %v", err)
		}
		w.must(w.EndSession(ctx, mine.ID, "a"))
		if list, err := w.Sessions(ctx, mine.ID); err != nil || len(list) != 0 {
			t.Errorf("ended: %v %v", list, err)
		}
	})
}
