package agency

// Kind is whose Procon an agency is.
type Kind string

// The kinds of agencies.
const (
	State     Kind = "state"
	Municipal Kind = "municipal"
)

// Municipality is a municipality of the installation's state.
type Municipality struct {
	ID    string // IBGE code, seven digits; its last digit is not always a check digit, so it is never verified
	State string // two letters
	Name  string
}

// Agency is a Procon, working on this installation or only known to exist.
type Agency struct {
	ID           string
	Code         string // four digits, in protocol numbers; empty when not installed
	Kind         Kind
	Name         string
	ShortName    string
	Municipality string // IBGE code of the seat
	Installed    bool   // works on this installation
	Address      string
	Hours        string
	Phone        string
	Site         string
	Email        string
	Brand        Brand
	Source       string // where these facts were read
	SourceOn     string // as precise as the source: 2025-09-11, 2025-11, 2020; empty: undated
}

// Brand is the colours of an agency's pages, #rrggbb; empty: the default ones.
type Brand struct{ Main, Strong, Soft string }

// RuleKind is what a jurisdiction rule is.
type RuleKind string

// The kinds of rules, in the order in which they give way to each other.
const (
	Override  RuleKind = "override"
	Agreement RuleKind = "agreement"
	Presence  RuleKind = "presence"
)

// Whether a municipality has a Procon of its own. Unknown counts as none for the consumer.
const (
	Present = "present"
	Absent  = "absent"
	Unknown = "unknown"
)

// Rule says who serves the residents of a municipality. Both days of its validity are included.
type Rule struct {
	ID           string
	Kind         RuleKind
	Residence    string // IBGE code
	FactIn       string // only for facts in this municipality; empty: anywhere
	SupplierSeat string // only for suppliers seated in this municipality; empty: anywhere
	Presence     string
	AgencyID     string // who serves; empty: nobody but the state
	ValidFrom    string // YYYY-MM-DD
	ValidTo      string // YYYY-MM-DD
	Reason       string // shown to the person
	Source       string
}

// Holds tells whether the rule is valid on a day (YYYY-MM-DD).
func (r Rule) Holds(day string) bool { return r.ValidFrom <= day && day <= r.ValidTo }
