package complaint

import (
	"math"
	"time"

	"guiche/internal/person"
)

// Route is which of the two machines handles a complaint.
type Route string

const (
	// Direct is the channel in which a company that has signed its terms answers.
	Direct Route = "direct"
	// Agency is everything else; an officer screens and notifies.
	Agency Route = "agency"
)

// State is where a case stands (doc/rules.md section 5).
type State string

const (
	Screening        State = "screening"
	AwaitingConsumer State = "awaiting_consumer"
	AwaitingSupplier State = "awaiting_supplier"
	RefusalReview    State = "refusal_review"
	AwaitingRating   State = "awaiting_rating"
	InReview         State = "in_review"
	Hearing          State = "hearing"
	Referred         State = "referred"
	Closed           State = "closed"
)

// States in the order of a case's life.
var States = []State{Screening, AwaitingConsumer, AwaitingSupplier, RefusalReview, AwaitingRating, InReview, Hearing, Referred, Closed}

// Label is what people read.
func (s State) Label() string {
	return stateLabels[s]
}

var stateLabels = map[State]string{
	Screening: "Em triagem", AwaitingConsumer: "Precisamos de informações suas", AwaitingSupplier: "Aguardando resposta da empresa",
	RefusalReview: "Recusa da empresa em análise", AwaitingRating: "Respondida: diga se resolveu", InReview: "Em análise pelo Procon",
	Hearing: "Audiência marcada", Referred: "Encaminhada a outro órgão", Closed: "Encerrada",
}

// OfficerLabel is the state as officers read it: where the consumer's label says "you", it names the consumer.
func (s State) OfficerLabel() string {
	switch s {
	case AwaitingConsumer:
		return "Aguardando o consumidor"
	case AwaitingRating:
		return "Aguardando avaliação"
	}
	return s.Label()
}

// Outcome is how a closed case ended.
type Outcome string

const (
	Resolved          Outcome = "resolved"
	NotResolved       Outcome = "not_resolved"
	Unrated           Outcome = "unrated"
	Settled           Outcome = "settled"
	SettlementBroken  Outcome = "settlement_broken"
	Refused           Outcome = "refused"
	NoInterest        Outcome = "no_interest"
	OutOfScope        Outcome = "out_of_scope"
	Merged            Outcome = "merged"
	FoundedAttended   Outcome = "founded_attended"
	FoundedUnattended Outcome = "founded_unattended"
	Unfounded         Outcome = "unfounded"
	ClosedOther       Outcome = "closed_other"
)

// Label is what people read.
func (o Outcome) Label() string {
	return outcomeLabels[o]
}

var outcomeLabels = map[Outcome]string{
	Resolved: "Resolvida", NotResolved: "Não resolvida", Unrated: "Não avaliada", Settled: "Acordo entre as partes",
	SettlementBroken: "Acordo não cumprido", Refused: "Recusada", NoInterest: "Sem interesse em continuar",
	OutOfScope: "Não é assunto do Procon", Merged: "Unida a outra reclamação", FoundedAttended: "Fundamentada, atendida pela empresa",
	FoundedUnattended: "Fundamentada, não atendida pela empresa", Unfounded: "Não fundamentada", ClosedOther: "Encerrada por outro motivo",
}

// OfficerOutcomes are those an officer may close a case with, in the order they are offered.
var OfficerOutcomes = []Outcome{FoundedAttended, FoundedUnattended, Unfounded, Settled, SettlementBroken, OutOfScope, NoInterest, ClosedOther}

// Role is in what capacity somebody acts on a case.
type Role string

const (
	AsConsumer Role = "consumer"
	AsSupplier Role = "supplier"
	AsOfficer  Role = "officer"
	AsSystem   Role = "system"
)

// NoDue stands for "nothing runs out" in DueAt, so that such cases sort last; the database holds the same number.
var NoDue = time.UnixMicro(math.MaxInt64 / 2).UTC()

// Complaint is a case as stored. Money is in cents; days are YYYY-MM-DD.
type Complaint struct {
	ID       string
	Protocol string
	AgencyID string
	Route    Route
	State    State
	Resume   State // where awaiting_consumer goes back to
	Outcome  Outcome
	Version  int64 // counts changes of state, officer or facts; messages do not change it

	OfficerID, OfficerName string // who has taken it; empty: nobody
	ConfirmJurisdiction    bool   // the officer must confirm that the agency is competent
	RouteRule, RouteWhy    string // the jurisdiction rule it was filed on

	DueAt       time.Time // end of the running clock, or NoDue
	ClockRule   string    // the deadline rule and version that set it
	ClockFromOn string    // the day whose event started it
	RemindAt    time.Time // when its owner is next reminded, or NoDue
	HeldRule    string    // the company's clock while it stands still; empty: none
	HeldFromOn  string
	Unanswered  bool // the company let its time pass
	Late        bool // and answered afterwards

	PartyAt            time.Time // since when the company sees the case; zero: it is not party
	AgentID, AgentName string    // who at the company has it; empty: nobody
	AttendanceID       string    // the first case of an attendance about several companies; empty: this one

	Consumer Consumer
	Purchase
	SupplierID string // empty: described by the consumer, not in the master

	FiledAt, UpdatedAt, ClosedAt time.Time // ClosedAt zero: open

	counted *Clock // by the act that is under way, for its event; not stored here
}

// Consumer is who complains, as they were when they filed.
type Consumer struct {
	AccountID    string
	Name         string
	CPF          string
	Level        person.Level // assurance of the account at the time
	Email, Phone string
	Address

	sealed string // CPF, telephone and address, as long as nobody opened them
}

// Address is where the consumer lives.
type Address struct {
	Postcode     string // eight digits
	Street       string
	Number       string
	Extra        string
	District     string
	Municipality string // IBGE code
}

// Purchase is what was bought, from whom, and what went wrong, as the consumer tells it.
type Purchase struct {
	SupplierName, SupplierCNPJ string
	Segment, Area, Subject     string // codes of package taxonomy
	Problem                    string
	BoughtHow                  string
	BoughtOn                   string
	AmountCents                int64
	ContractNumber             string
	ContactedSupplier          bool
	SupplierProtocol           string
	Narrative                  string
	Remedy, RemedyDetail       string
	FactIn                     string // municipality of the fact, where an agreement asked; else empty
}

// Label is the state as the consumer reads it.
func (c Complaint) Label() string {
	if c.State == AwaitingRating && c.Unanswered && !c.Late {
		return "A empresa não respondeu: diga se resolveu"
	}
	return c.State.Label()
}

// CompanyLabel is the state as the company reads it.
func (s State) CompanyLabel() string {
	switch s {
	case AwaitingSupplier:
		return "Esperando a sua resposta"
	case AwaitingConsumer:
		return "Esperando o consumidor"
	case AwaitingRating:
		return "Esperando a avaliação"
	case RefusalReview:
		return "Recusa em análise pelo Procon"
	case Screening, InReview:
		return "Com o Procon"
	}
	return s.Label()
}

// IsParty tells whether the company takes part in the case and sees it.
func (c Complaint) IsParty() bool { return !c.PartyAt.IsZero() }

// Open tells whether the case is not closed.
func (c Complaint) Open() bool { return c.State != Closed }

// HasDue tells whether a clock is running.
func (c Complaint) HasDue() bool { return c.DueAt.Before(NoDue) }
