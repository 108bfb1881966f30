package person

import (
	"slices"
	"strings"
	"time"
)

// Level is gov.br's assurance level of an account, stored with each act.
type Level string

const (
	Bronze Level = "bronze"
	Silver Level = "silver"
	Gold   Level = "gold"
)

var rank = map[Level]int{Bronze: 1, Silver: 2, Gold: 3}

// AtLeast tells whether l is as assured as want. An unknown level is below all.
func (l Level) AtLeast(want Level) bool { return rank[l] >= rank[want] && rank[want] > 0 }

// Label is the name people know: bronze, prata, ouro.
func (l Level) Label() string {
	return map[Level]string{Bronze: "bronze", Silver: "prata", Gold: "ouro"}[l]
}

// Role is what an agency lets a person do.
type Role string

const (
	Officer Role = "officer"
	Manager Role = "manager"
	Admin   Role = "admin"
)

// Grant is a role in an agency.
type Grant struct {
	Role     Role
	AgencyID string
}

// MandateRole is what a person may do for a company.
type MandateRole string

const (
	// Lead answers, and also decides who acts for the company.
	Lead MandateRole = "lead"
	// Agent answers complaints.
	Agent MandateRole = "agent"
)

// Label is what people read.
func (r MandateRole) Label() string {
	return map[MandateRole]string{Lead: "responsável", Agent: "atendente"}[r]
}

// Mandate is a company a person acts for.
type Mandate struct {
	SupplierID string
	Role       MandateRole
}

// Actor is who makes a request. The zero Actor is a visitor who has not signed in.
type Actor struct {
	AccountID      string
	CPF            string
	Name           string // as the person wants to be called: the social name when there is one
	Email          string
	EmailConfirmed bool
	Phone          string
	Level          Level
	Grants         []Grant
	Mandates       []Mandate
	Opened         []string // ids of cases that an access code opened to this account
}

// SignedIn tells a known person from a visitor.
func (a Actor) SignedIn() bool { return a.AccountID != "" }

// FirstName is for greetings.
func (a Actor) FirstName() string {
	first, _, _ := strings.Cut(a.Name, " ")
	return first
}

// Has tells whether the actor holds a role in any agency.
func (a Actor) Has(role Role) bool {
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role == role })
}

// HasIn tells whether the actor holds a role in one agency.
func (a Actor) HasIn(role Role, agencyID string) bool {
	return slices.Contains(a.Grants, Grant{role, agencyID})
}

// WorksIn tells whether the actor handles cases of an agency: its officers and managers do.
func (a Actor) WorksIn(agencyID string) bool {
	return a.HasIn(Officer, agencyID) || a.HasIn(Manager, agencyID)
}

// Agency is the agency whose cases the actor works on, the first one granted; empty for everybody else.
func (a Actor) Agency() string {
	for _, g := range a.Grants {
		if g.Role == Officer || g.Role == Manager {
			return g.AgencyID
		}
	}
	return ""
}

// ActsFor tells whether the actor acts for a company.
func (a Actor) ActsFor(supplierID string) bool {
	return supplierID != "" && slices.ContainsFunc(a.Mandates, func(m Mandate) bool { return m.SupplierID == supplierID })
}

// Leads tells whether the actor decides who acts for a company.
func (a Actor) Leads(supplierID string) bool {
	return supplierID != "" && slices.Contains(a.Mandates, Mandate{supplierID, Lead})
}

// AdminOf is the agency that the actor administers, the first one granted; empty for everybody else.
func (a Actor) AdminOf() string {
	for _, g := range a.Grants {
		if g.Role == Admin {
			return g.AgencyID
		}
	}
	return ""
}

// Account is a person as the provider told us, with what they typed where the provider was silent.
type Account struct {
	ID               string
	Issuer           string
	CPF              string // eleven digits, or empty when the provider gave none
	Name, SocialName string
	Email            string
	EmailConfirmedAt time.Time // zero: typed, not confirmed by a link yet
	Phone            string
	Level            Level
}

// DisplayName is how the person is called everywhere.
func (a Account) DisplayName() string {
	if a.SocialName != "" {
		return a.SocialName
	}
	return a.Name
}
