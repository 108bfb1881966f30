package agency

import (
	"slices"
	"testing"
)

const (
	acegua, portoAlegre, rioGrande    = "4300034", "4314902", "4315602"
	saoJoseDoNorte, pintoBandeira     = "4318507", "4314548"
	santaMaria, alegrete, santoAnjo   = "4316907", "4300406", "4317509"
	today, always                     = "2026-11-23", "9999-12-31"
	yesterday, tomorrow, longAgo      = "2026-11-22", "2026-11-24", "2020-01-01"
	stateID, poaID, riograndeID, smID = "rs", "poa", "rg", "sm"
)

func directory() Directory {
	d := Directory{State: Agency{ID: stateID, Kind: State, Installed: true, Municipality: portoAlegre}, ByID: map[string]Agency{}}
	for _, a := range []Agency{
		d.State,
		{ID: poaID, Kind: Municipal, Municipality: portoAlegre},
		{ID: riograndeID, Kind: Municipal, Municipality: rioGrande, Installed: true},
		{ID: smID, Kind: Municipal, Municipality: santaMaria},
	} {
		d.ByID[a.ID] = a
	}
	return d
}

func rule(id string, kind RuleKind, residence, presence, agency string, more ...func(*Rule)) Rule {
	r := Rule{ID: id, Kind: kind, Residence: residence, Presence: presence, AgencyID: agency,
		ValidFrom: longAgo, ValidTo: always, Reason: "porque " + id}
	for _, f := range more {
		f(&r)
	}
	return r
}

func fact(in string) func(*Rule)        { return func(r *Rule) { r.FactIn = in } }
func seat(in string) func(*Rule)        { return func(r *Rule) { r.SupplierSeat = in } }
func valid(from, to string) func(*Rule) { return func(r *Rule) { r.ValidFrom, r.ValidTo = from, to } }

func rules() []Rule {
	return []Rule{
		rule("poa", Presence, portoAlegre, Present, poaID),
		rule("rg", Presence, rioGrande, Present, riograndeID),
		rule("sm", Presence, santaMaria, Present, smID),
		rule("acegua", Presence, acegua, Absent, ""),
		rule("alegrete", Presence, alegrete, Unknown, ""),
		rule("sjn", Presence, saoJoseDoNorte, Unknown, ""),
		rule("sjn-rg", Agreement, saoJoseDoNorte, Present, riograndeID, fact(rioGrande)),
	}
}

func in(residence string) Question { return Question{Residence: residence, State: "RS"} }

func TestRoute(t *testing.T) {
	flood := func(from, to string) Rule { return rule("flood", Override, portoAlegre, Absent, "", valid(from, to)) }
	for name, c := range map[string]struct {
		q     Question
		extra []Rule
		want  DestinationKind
		by    string // agency
		rule  string
		check bool // jurisdiction to be confirmed
		ask   []string
	}{
		"a registered supplier leads to the direct channel (R-2)":                {q: Question{SupplierRegistered: true}, want: Direct, by: stateID},
		"a registered supplier does so wherever the person lives":                {q: Question{SupplierRegistered: true, Residence: portoAlegre, State: "RS"}, want: Direct, by: stateID},
		"a registered supplier serves residents of other states too":             {q: Question{SupplierRegistered: true, State: "SC"}, want: Direct, by: stateID},
		"another state has its own Procon (R-7)":                                 {q: Question{State: "SC"}, want: OtherState},
		"Porto Alegre has a Procon elsewhere (R-4)":                              {q: in(portoAlegre), want: MunicipalSite, by: poaID, rule: "poa"},
		"Rio Grande has one on this installation (R-4)":                          {q: in(rioGrande), want: MunicipalHere, by: riograndeID, rule: "rg"},
		"Aceguá is known to have none: the state's form opens (R-5)":             {q: in(acegua), want: StateForm, by: stateID, rule: "acegua"},
		"historic news of Alegrete is unknown: form and confirmation (R-6)":      {q: in(alegrete), want: StateForm, by: stateID, rule: "alegrete", check: true},
		"no rule at all is unknown as well, as in Pinto Bandeira":                {q: in(pintoBandeira), want: StateForm, by: stateID, check: true},
		"a released person gets the state's form although Porto Alegre has one":  {q: Question{Residence: portoAlegre, State: "RS", Released: true}, want: StateForm, by: stateID},
		"a release does not open the form to another state":                      {q: Question{State: "SC", Released: true}, want: OtherState},
		"São José do Norte, fact in Rio Grande: the agreement":                   {q: Question{Residence: saoJoseDoNorte, State: "RS", FactIn: rioGrande}, want: MunicipalHere, by: riograndeID, rule: "sjn-rg"},
		"São José do Norte, fact at home: the agreement does not reach":          {q: Question{Residence: saoJoseDoNorte, State: "RS", FactIn: saoJoseDoNorte}, want: StateForm, by: stateID, rule: "sjn", check: true},
		"São José do Norte, place not said: it is asked":                         {q: in(saoJoseDoNorte), want: StateForm, by: stateID, rule: "sjn", check: true, ask: []string{rioGrande}},
		"a fact in Rio Grande does not move a resident of Porto Alegre":          {q: Question{Residence: portoAlegre, State: "RS", FactIn: rioGrande}, want: MunicipalSite, by: poaID, rule: "poa"},
		"an override that starts today holds":                                    {q: in(portoAlegre), extra: []Rule{flood(today, tomorrow)}, want: StateForm, by: stateID, rule: "flood"},
		"an override that ends today still holds":                                {q: in(portoAlegre), extra: []Rule{flood(yesterday, today)}, want: StateForm, by: stateID, rule: "flood"},
		"an override of this one day holds":                                      {q: in(portoAlegre), extra: []Rule{flood(today, today)}, want: StateForm, by: stateID, rule: "flood"},
		"an override that ended yesterday does not":                              {q: in(portoAlegre), extra: []Rule{flood(longAgo, yesterday)}, want: MunicipalSite, by: poaID, rule: "poa"},
		"an override that starts tomorrow does not":                              {q: in(portoAlegre), extra: []Rule{flood(tomorrow, always)}, want: MunicipalSite, by: poaID, rule: "poa"},
		"an override may name another agency":                                    {q: in(portoAlegre), extra: []Rule{rule("help", Override, portoAlegre, Present, riograndeID)}, want: MunicipalHere, by: riograndeID, rule: "help"},
		"an override may name the state agency":                                  {q: in(rioGrande), extra: []Rule{rule("state", Override, rioGrande, Present, stateID)}, want: StateForm, by: stateID, rule: "state"},
		"an override goes before an agreement":                                   {q: Question{Residence: saoJoseDoNorte, State: "RS", FactIn: rioGrande}, extra: []Rule{rule("out", Override, saoJoseDoNorte, Absent, "")}, want: StateForm, by: stateID, rule: "out"},
		"with an override the place of the fact is not asked":                    {q: in(saoJoseDoNorte), extra: []Rule{rule("out", Override, saoJoseDoNorte, Absent, "")}, want: StateForm, by: stateID, rule: "out"},
		"an agreement that has ended is not asked about":                         {q: in(alegrete), extra: []Rule{rule("old", Agreement, alegrete, Present, smID, fact(santaMaria), valid(longAgo, yesterday))}, want: StateForm, by: stateID, rule: "alegrete", check: true},
		"an agreement for any fact needs no question":                            {q: in(alegrete), extra: []Rule{rule("any", Agreement, alegrete, Present, smID)}, want: MunicipalSite, by: smID, rule: "any"},
		"a rule for a supplier's seat holds for suppliers seated there":          {q: Question{Residence: alegrete, State: "RS", SupplierSeat: santaMaria}, extra: []Rule{rule("seat", Agreement, alegrete, Present, smID, seat(santaMaria))}, want: MunicipalSite, by: smID, rule: "seat"},
		"and not for others":                                                     {q: Question{Residence: alegrete, State: "RS", SupplierSeat: acegua}, extra: []Rule{rule("seat", Agreement, alegrete, Present, smID, seat(santaMaria))}, want: StateForm, by: stateID, rule: "alegrete", check: true},
		"of two agreements the one for this fact goes first":                     {q: Question{Residence: alegrete, State: "RS", FactIn: rioGrande}, extra: []Rule{rule("any", Agreement, alegrete, Present, smID), rule("here", Agreement, alegrete, Present, riograndeID, fact(rioGrande))}, want: MunicipalHere, by: riograndeID, rule: "here"},
		"of two presences the newer goes first":                                  {q: in(alegrete), extra: []Rule{rule("new", Presence, alegrete, Present, smID, valid(yesterday, always))}, want: MunicipalSite, by: smID, rule: "new"},
		"a rule that names an agency nobody knows opens the form, to be checked": {q: in(santoAnjo), extra: []Rule{rule("lost", Presence, santoAnjo, Present, "gone")}, want: StateForm, by: stateID, rule: "lost", check: true},
		"a rule of another residence is not looked at":                           {q: in(santoAnjo), want: StateForm, by: stateID, check: true},
	} {
		t.Run(name, func(t *testing.T) {
			got := Route(c.q, append(rules(), c.extra...), directory(), today)
			if got.Kind != c.want || got.Agency.ID != c.by || got.RuleID != c.rule || got.ConfirmJurisdiction != c.check {
				t.Errorf("%s by %q, rule %q, confirm %v; want %s by %q, rule %q, confirm %v",
					got.Kind, got.Agency.ID, got.RuleID, got.ConfirmJurisdiction, c.want, c.by, c.rule, c.check)
			}
			if !slices.Equal(got.AskFactIn, c.ask) {
				t.Errorf("asks about %v, want %v", got.AskFactIn, c.ask)
			}
			if got.Why == "" {
				t.Error("no reason for the person")
			}
		})
	}
}

func TestTheOrderOfRulesDoesNotMatter(t *testing.T) {
	all := append(rules(), rule("any", Agreement, saoJoseDoNorte, Present, smID), rule("b", Override, saoJoseDoNorte, Absent, "", valid(tomorrow, always)))
	for _, q := range []Question{in(saoJoseDoNorte), {Residence: saoJoseDoNorte, State: "RS", FactIn: rioGrande}, in(portoAlegre)} {
		want := Route(q, all, directory(), today)
		reversed := slices.Clone(all)
		slices.Reverse(reversed)
		if got := Route(q, reversed, directory(), today); got.Kind != want.Kind || got.RuleID != want.RuleID {
			t.Errorf("%+v: rule %q one way, %q the other", q, want.RuleID, got.RuleID)
		}
	}
}

func TestStates(t *testing.T) {
	if got := OtherStates("RS"); len(got) != 26 || slices.ContainsFunc(got, func(o OtherProcon) bool { return o.UF == "RS" }) {
		t.Errorf("%d other states", len(got))
	}
	for code, want := range map[string]string{acegua: "RS", "3550308": "SP", "5300108": "DF", "": "", "9912345": "", "43": ""} {
		if got := StateOf(code); got != want {
			t.Errorf("StateOf(%q) = %q, want %q", code, got, want)
		}
	}
}
