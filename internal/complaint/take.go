package complaint

import (
	"context"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// Take makes the actor the officer of the case.
func (s *Service) Take(ctx context.Context, actor person.Actor, ref Ref) error {
	return s.act(ctx, actor, AsOfficer, ref, taking(actor))
}

func taking(actor person.Actor) change {
	return change{act: ActTake, edit: func(c *Complaint) { c.OfficerID, c.OfficerName = actor.AccountID, actor.Name }}
}

// Release puts the case back for anybody to take.
func (s *Service) Release(ctx context.Context, actor person.Actor, ref Ref) error {
	return s.act(ctx, actor, AsOfficer, ref, change{act: ActRelease, edit: func(c *Complaint) {
		c.OfficerID, c.OfficerName = "", ""
	}})
}

// TakeNext takes the case of the actor's agency that nobody has and that runs out first. It returns its
// protocol, or a fault.NotFound when there is none. The same form, sent again, gives the case that it took.
func (s *Service) TakeNext(ctx context.Context, actor person.Actor, form string) (protocol string, err error) {
	if form != "" {
		form = "next " + form // the page of a case takes that case by the same key
	}
	for range 5 { // colleagues may press the same key at the same moment
		err = s.DB.Transact(ctx, func(tx *db.Tx) error {
			protocol, err = s.takeNext(tx, actor, form)
			return err
		})
		if !fault.Is(err, fault.Conflict) {
			return protocol, err
		}
	}
	return "", err
}

func (s *Service) takeNext(tx *db.Tx, actor person.Actor, form string) (string, error) {
	if protocol, err := s.tookBy(tx, actor, form); protocol != "" || err != nil {
		return protocol, err
	}
	c, err := db.One(tx, scanComplaint, `SELECT `+columns+` FROM complaint
		WHERE agency_id = $1 AND state <> 'closed' AND state IN ('screening', 'in_review', 'refusal_review') AND officer_id = '' AND consumer_id <> $2 AND consumer_cpf <> $3
		ORDER BY due_at, id LIMIT 1`, actor.Agency(), actor.AccountID, s.Secrets.Index(actor.CPF))
	if fault.Is(err, fault.NotFound) {
		return "", fault.New(fault.NotFound, "Não há caso sem responsável esperando por você.")
	}
	if err != nil {
		return "", err
	}
	return c.Protocol, s.actTx(tx, actor, AsOfficer, Ref{Protocol: c.Protocol, Version: c.Version, Key: form}, taking(actor))
}

// tookBy is the open case that the actor took with this form and still has; empty: none. One person's forms wait here
// for each other.
func (s *Service) tookBy(tx *db.Tx, actor person.Actor, form string) (string, error) {
	key, err := taking(actor).key(form)
	if key == "" || err != nil {
		return "", err
	}
	if _, err := db.Scalar[string](tx, `SELECT id FROM account WHERE id = $1`+tx.ForUpdate(), actor.AccountID); err != nil {
		return "", err
	}
	// Counted for each of the person's cases: joined, PostgreSQL may read all events there are.
	return db.Scalar[string](tx, `SELECT coalesce(max(c.protocol), '') FROM complaint c WHERE c.agency_id = $1 AND c.officer_id = $2 AND c.state <> 'closed'
		AND (SELECT count(*) FROM event e WHERE e.stream = 'case:' || c.id AND e.key = $3 AND e.key <> '') > 0`, actor.Agency(), actor.AccountID, key)
}
