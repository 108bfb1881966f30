package complaint

import (
	"context"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// Take makes the actor the officer of the case.
func (s *Service) Take(ctx context.Context, actor person.Actor, ref Ref) error {
	return s.act(ctx, actor, AsOfficer, ref, change{act: ActTake, edit: func(c *Complaint) {
		c.OfficerID, c.OfficerName = actor.AccountID, actor.Name
	}})
}

// Release puts the case back for anybody to take.
func (s *Service) Release(ctx context.Context, actor person.Actor, ref Ref) error {
	return s.act(ctx, actor, AsOfficer, ref, change{act: ActRelease, edit: func(c *Complaint) {
		c.OfficerID, c.OfficerName = "", ""
	}})
}

// TakeNext takes the case of the actor's agency that nobody has and that runs out first. It returns its
// protocol, or a fault.NotFound when there is none.
func (s *Service) TakeNext(ctx context.Context, actor person.Actor) (protocol string, err error) {
	for range 5 { // colleagues may press the same key at the same moment
		var c Complaint
		err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
			c, err = db.One(tx, scanComplaint, `SELECT `+columns+` FROM complaint
				WHERE agency_id = $1 AND state <> 'closed' AND state IN ('screening', 'in_review', 'refusal_review') AND officer_id = '' AND consumer_id <> $2 AND consumer_cpf <> $3
				ORDER BY due_at, id LIMIT 1`, actor.Agency(), actor.AccountID, s.Secrets.Index(actor.CPF))
			return err
		})
		if fault.Is(err, fault.NotFound) {
			return "", fault.New(fault.NotFound, "Não há caso sem responsável esperando por você.")
		}
		if err != nil {
			return "", err
		}
		err = s.Take(ctx, actor, Ref{Protocol: c.Protocol, Version: c.Version})
		if !fault.Is(err, fault.Conflict) {
			return c.Protocol, err
		}
	}
	return "", err
}
