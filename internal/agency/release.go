package agency

import (
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"guiche/internal/audit"
	"guiche/internal/cpfcnpj"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/vault"
)

// releaseDays is the longest that a released form stays open.
const releaseDays = 90

// Release opens the state's form to one person whom the rules send elsewhere, for some days from today on.
// Only officers and managers of the state agency may; the reason is kept. The fault is Invalid for a wrong CPF, no
// reason, or days outside 1 to 90.
func (s *Service) Release(ctx context.Context, actor person.Actor, cpf, reason string, days int) error {
	reason = strings.TrimSpace(reason)
	if err := checkRelease(cpf, reason, days); err != nil {
		return err
	}
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		state, err := stateAgency(tx)
		if err != nil {
			return err
		}
		if !actor.WorksIn(state.ID) {
			return fault.New(fault.Forbidden, "Só quem trabalha no "+state.ShortName+" pode abrir o formulário do estado para alguém.")
		}
		id := db.NewID()
		if err := s.insertRelease(tx, id, cpf, state.ID, reason, actor.AccountID, s.today().Add(days-1).String()); err != nil {
			return err
		}
		return s.recordRelease(tx, actor, state.ID, id, reason)
	})
}

func (s *Service) insertRelease(tx *db.Tx, id, cpf, agencyID, reason, by, validTo string) error {
	cpf = cpfcnpj.NormalizeCPF(cpf)
	sealed, err := vault.Personal{CPF: cpf}.Seal(s.Secrets, "form_release", id)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO form_release (id, cpf, agency_id, reason, granted_by, granted_at, valid_to, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		id, s.Secrets.Index(cpf), agencyID, reason, by, s.Now().UnixMicro(), validTo, sealed)
	return err
}

func checkRelease(cpf, reason string, days int) error {
	fields := fault.Fields{}
	if !cpfcnpj.ValidCPF(cpf) {
		fields.Add("cpf", "Este CPF não existe: confira os onze dígitos.")
	}
	if reason == "" {
		fields.Add("motivo", "Escreva o motivo. Ele fica registrado.")
	}
	if utf8.RuneCountInString(reason) > 1000 {
		fields.Add("motivo", "Encurte o motivo: cabem no máximo 1.000 letras.")
	}
	if days < 1 || days > releaseDays {
		fields.Add("dias", "Escolha de 1 a 90 dias.")
	}
	return fields.Err()
}

// recordRelease names the release by its row, so that the record holds no CPF.
func (s *Service) recordRelease(tx *db.Tx, actor person.Actor, agencyID, id, reason string) error {
	data, err := json.Marshal(map[string]string{"release": id})
	if err != nil {
		return err
	}
	_, err = audit.Append(tx, audit.Event{Stream: "release:" + id, At: s.Now(), Act: "release_form", ActorID: actor.AccountID, ActorName: actor.Name,
		ActorRole: string(person.Officer), AgencyID: agencyID, Reason: reason, Data: data})
	return err
}

func (s *Service) released(tx *db.Tx, cpf, day string) (bool, error) {
	n, err := db.Scalar[int64](tx, `SELECT count(*) FROM form_release WHERE cpf = $1 AND valid_to >= $2`, s.Secrets.Index(cpfcnpj.NormalizeCPF(cpf)), day)
	return n > 0, err
}
