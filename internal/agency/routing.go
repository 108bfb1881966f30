package agency

import (
	"cmp"
	"slices"
)

// Question is what the front door knows about a complaint.
type Question struct {
	SupplierRegistered bool
	SupplierSeat       string // IBGE code, or empty
	Residence          string // IBGE code, or empty when State is another state or the supplier is registered
	State              string // two letters of the state of residence
	FactIn             string // IBGE code of where it happened, or empty when not said
	Released           bool   // an officer opened the state form to this person
}

// DestinationKind is where a complaint goes.
type DestinationKind string

// The destinations, as `guiche explain route` prints them.
const (
	Direct        DestinationKind = "direct"         // direct channel of a registered supplier
	MunicipalSite DestinationKind = "municipal"      // a municipal Procon that does not work on this installation
	MunicipalHere DestinationKind = "municipal-here" // a municipal Procon that does
	StateForm     DestinationKind = "state"          // the form of the state agency
	OtherState    DestinationKind = "other"          // the Procon of another state
)

// Destination is the answer of the front door, with the words that explain it.
type Destination struct {
	Kind   DestinationKind
	Agency Agency // who handles it; the zero Agency for another state
	RuleID string // the rule it rests on; empty when there is none
	Why    string // in Portuguese, shown to the person

	ConfirmJurisdiction bool     // an officer must confirm that the agency is competent
	AskFactIn           []string // IBGE codes: the answer changes if it happened in one of these
}

// Directory is the agencies that rules point to.
type Directory struct {
	State Agency // of the installation
	ByID  map[string]Agency
}

// Route decides who handles a complaint. It looks at nothing but its arguments; rules are those of the residence,
// valid or not, and day is YYYY-MM-DD.
func Route(q Question, rules []Rule, agencies Directory, day string) Destination {
	switch {
	case q.SupplierRegistered:
		return Destination{Kind: Direct, Agency: agencies.State, Why: "A empresa assinou o termo deste canal e responde por aqui. O Procon acompanha."}
	case q.State != agencies.stateLetters():
		return Destination{Kind: OtherState, Why: "Quem mora em outro estado é atendido pelo Procon de lá."}
	case q.Released:
		return Destination{Kind: StateForm, Agency: agencies.State, Why: "Um servidor do Procon abriu este formulário para você."}
	}
	applying := applicable(q, rules, day)
	destination := noRule(agencies)
	if len(applying) > 0 {
		destination = follow(applying[0], agencies)
	}
	destination.AskFactIn = unasked(q, rules, day, applying)
	return destination
}

// stateLetters is the state of the installation. It serves one state; its Procon is seated there.
func (d Directory) stateLetters() string { return StateOf(d.State.Municipality) }

// applicable are the rules that hold for the question, the first one to be followed.
func applicable(q Question, rules []Rule, day string) []Rule {
	var out []Rule
	for _, r := range rules {
		if r.Residence == q.Residence && r.Holds(day) && fits(r.FactIn, q.FactIn) && fits(r.SupplierSeat, q.SupplierSeat) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, before)
	return out
}

func fits(wanted, given string) bool { return wanted == "" || wanted == given }

// before orders rules: kind, then the more particular, then the newer, then the id so that every node agrees.
func before(a, b Rule) int {
	return cmp.Or(
		cmp.Compare(weight(a.Kind), weight(b.Kind)),
		cmp.Compare(particular(b), particular(a)),
		cmp.Compare(b.ValidFrom, a.ValidFrom),
		cmp.Compare(a.ID, b.ID),
	)
}

func weight(k RuleKind) int { return slices.Index([]RuleKind{Override, Agreement, Presence}, k) }

func particular(r Rule) int {
	n := 0
	for _, place := range []string{r.FactIn, r.SupplierSeat} {
		if place != "" {
			n++
		}
	}
	return n
}

func follow(r Rule, agencies Directory) Destination {
	d := Destination{RuleID: r.ID, Why: r.Reason, ConfirmJurisdiction: r.Presence == Unknown}
	serving, known := agencies.ByID[r.AgencyID]
	switch {
	case r.Presence != Present:
		d.Kind, d.Agency = StateForm, agencies.State
	case !known: // somebody serves there but the directory does not say who: an officer must look
		d.Kind, d.Agency, d.ConfirmJurisdiction = StateForm, agencies.State, true
	case serving.Kind == State:
		d.Kind, d.Agency = StateForm, serving
	case serving.Installed:
		d.Kind, d.Agency = MunicipalHere, serving
	default:
		d.Kind, d.Agency = MunicipalSite, serving
	}
	return d
}

func noRule(agencies Directory) Destination {
	return Destination{
		Kind: StateForm, Agency: agencies.State, ConfirmJurisdiction: true,
		Why: "Não temos notícia de Procon no seu município. O Procon do estado atende você e confirma isso ao receber a reclamação.",
	}
}

// unasked are the places for which a rule would be followed before the one that is, had the person named them.
func unasked(q Question, rules []Rule, day string, applying []Rule) []string {
	var places []string
	if q.FactIn != "" {
		return nil
	}
	for _, r := range rules {
		stronger := len(applying) == 0 || before(r, applying[0]) < 0
		if r.Residence == q.Residence && r.FactIn != "" && r.Holds(day) && fits(r.SupplierSeat, q.SupplierSeat) && stronger && !slices.Contains(places, r.FactIn) {
			places = append(places, r.FactIn)
		}
	}
	slices.Sort(places)
	return places
}
