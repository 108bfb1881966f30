package seed

import (
	"context"
	"fmt"

	"guiche/internal/agency"
	"guiche/internal/calendar"
	"guiche/internal/db"
)

// The agencies that work on the installation from its first day, and what their ids and rules are made of.
const (
	StateAgency = "procon-rs"
	StateCode   = "0001"
	RioGrande   = "procon-4315602"
	RioGrandeID = "4315602" // IBGE code
	RioGrandeNo = "0002"

	portoAlegre    = "4314902"
	saoJoseDoNorte = "4318507"
	firstDay       = "2000-01-01"
	lastDay        = "9999-12-31"
)

// Base stores the reference data of any installation.
func Base(ctx context.Context, d *db.DB) error {
	places, err := municipalities()
	if err != nil {
		return err
	}
	known, err := procons()
	if err != nil {
		return err
	}
	return d.Transact(ctx, func(tx *db.Tx) error {
		for _, m := range places {
			if err := agency.PutMunicipality(tx, m); err != nil {
				return fmt.Errorf("municipality %s: %w", m.Name, err)
			}
		}
		if err := addAgencies(tx, known); err != nil {
			return err
		}
		if err := addRules(tx, places, known); err != nil {
			return err
		}
		if err := agency.SeedHolidays(tx, calendar.Holidays()); err != nil {
			return err
		}
		if err := addDeadlines(tx); err != nil {
			return err
		}
		return addTerms(tx)
	})
}

func addAgencies(tx *db.Tx, known map[string]procon) error {
	err := agency.AddAgency(tx, agency.Agency{
		ID: StateAgency, Code: StateCode, Kind: agency.State, Name: "Procon do Estado do Rio Grande do Sul", ShortName: "Procon RS",
		Municipality: portoAlegre, Installed: true, Site: "https://www.procon.rs.gov.br",
	})
	if err != nil {
		return err
	}
	for id, p := range known {
		if p.presence != agency.Present {
			continue
		}
		a := p.agency(id)
		if err := agency.AddAgency(tx, a); err != nil {
			return fmt.Errorf("agency %s: %w", a.Name, err)
		}
	}
	return nil
}

// agreement is the one that is known: Rio Grande also serves its neighbours across the channel.
func agreement() agency.Rule {
	return agency.Rule{
		ID: "acordo-" + saoJoseDoNorte + "-" + RioGrandeID, Kind: agency.Agreement, Residence: saoJoseDoNorte, FactIn: RioGrandeID,
		Presence: agency.Present, AgencyID: RioGrande, ValidFrom: firstDay, ValidTo: lastDay,
		Reason: "Por acordo entre os municípios, o Procon de Rio Grande também atende quem mora em São José do Norte quando o problema aconteceu em Rio Grande.",
		Source: "Declarado pela agência estadual nesta instalação",
	}
}

func addRules(tx *db.Tx, places []agency.Municipality, known map[string]procon) error {
	rules := []agency.Rule{agreement()}
	for _, m := range places {
		rules = append(rules, presence(m, known[m.ID]))
	}
	for _, r := range rules {
		if err := agency.AddRule(tx, r); err != nil {
			return fmt.Errorf("rule %s: %w", r.ID, err)
		}
	}
	return nil
}

// presence is the rule for the residents of one municipality, by what is known of its Procon.
func presence(m agency.Municipality, p procon) agency.Rule {
	r := agency.Rule{ID: "presenca-" + m.ID, Kind: agency.Presence, Residence: m.ID, Presence: agency.Unknown, ValidFrom: firstDay, ValidTo: lastDay, Source: p.source}
	confirms := "O Procon do estado atende você e confirma isso ao receber a reclamação."
	switch p.presence {
	case agency.Present:
		r.Presence, r.AgencyID = agency.Present, agencyID(m.ID)
		r.Reason = m.Name + " tem Procon próprio. Quem mora no município é atendido por ele."
	case agency.Absent:
		r.Presence = agency.Absent
		r.Reason = m.Name + " não tem Procon municipal. Quem mora no município é atendido pelo Procon do estado."
	case historic:
		r.Reason = "Há notícia antiga, de cerca de " + p.sourceOn + ", de um Procon em " + m.Name + ", que não conseguimos confirmar. " + confirms
	case planned:
		r.Reason = "A criação do Procon de " + m.Name + " foi aprovada em agosto de 2025, mas a abertura não está confirmada. " + confirms
	default:
		r.Reason = "Não temos notícia de Procon em " + m.Name + ". " + confirms
	}
	return r
}

func agencyID(municipality string) string { return "procon-" + municipality }
