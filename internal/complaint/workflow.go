package complaint

// Act is something that can be done to a case.
type Act string

const (
	ActFile                Act = "file"
	ActTake                Act = "take"
	ActRelease             Act = "release"
	ActMessage             Act = "message"
	ActNote                Act = "note"
	ActConfirmJurisdiction Act = "confirm_jurisdiction"
	ActAsk                 Act = "ask"            // for information: an officer, or in the direct channel the company
	ActSupply              Act = "supply"         // the consumer answers what was asked
	ActNotify              Act = "notify"         // the preliminary notice to the company
	ActTrackLetter         Act = "track_letter"   // the letter went by post, under this number
	ActDeliverLetter       Act = "deliver_letter" // by post: the company's clock counts from the delivery
	ActRestartClock        Act = "restart_clock"  // delivered later than the provisional clock ran: the company still has time
	ActReturnLetter        Act = "return_letter"  // by post: it reached nobody
	ActRenewCode           Act = "renew_code"     // of a letter; the old one dies
	ActOpenLetter          Act = "open_letter"    // somebody of the company opened it: with the code, or where the company answers
	ActAddSupplier         Act = "add_supplier"   // one more company answers in the same attendance
	ActAssign              Act = "assign"         // to somebody at the company
	ActAnswer              Act = "answer"
	ActRefuse              Act = "refuse"
	ActAcceptRefusal       Act = "accept_refusal"
	ActOverturnRefusal     Act = "overturn_refusal"
	ActAccept              Act = "accept" // the consumer takes the company's offer
	ActRate                Act = "rate"
	ActEscalate            Act = "escalate" // from the direct channel to the agency, same protocol
	ActScheduleHearing     Act = "schedule_hearing"
	ActHoldHearing         Act = "hold_hearing"
	ActRefer               Act = "refer"
	ActRecall              Act = "recall" // the agency takes a referred case back
	ActTransfer            Act = "transfer"
	ActClose               Act = "close"
	ActReopen              Act = "reopen"
	ActPromiseDue          Act = "promise_due" // the day of an accepted offer: the consumer is asked whether it was kept
	ActPromiseKept         Act = "promise_kept"
	ActPromiseBroken       Act = "promise_broken"
	ActExpire              Act = "expire"
	ActRemind              Act = "remind" // the owner of a running clock is told that time passes
)

// Acts in the order of a case's life.
var Acts = []Act{ActFile, ActTake, ActRelease, ActMessage, ActNote, ActConfirmJurisdiction, ActAsk, ActSupply, ActNotify, ActTrackLetter, ActDeliverLetter,
	ActRestartClock, ActReturnLetter, ActRenewCode, ActOpenLetter, ActAddSupplier, ActAssign, ActAnswer, ActRefuse,
	ActAcceptRefusal, ActOverturnRefusal, ActAccept, ActRate, ActEscalate, ActScheduleHearing, ActHoldHearing, ActRefer, ActRecall, ActTransfer,
	ActClose, ActReopen, ActPromiseDue, ActPromiseKept, ActPromiseBroken, ActExpire, ActRemind}

// Two targets that depend on the case and not on the table alone.
const (
	same   State = "(same)"   // the act changes no state
	resume State = "(resume)" // the state in which the consumer was asked
)

// unfiled is the state of a draft, before a case exists.
const unfiled State = ""

var (
	onBoth   = []Route{Direct, Agency}
	onDirect = []Route{Direct}
	onAgency = []Route{Agency}
	whenOpen = []State{Screening, AwaitingConsumer, AwaitingSupplier, RefusalReview, AwaitingRating, InReview, Hearing, Referred}
)

// row is one line of the life of a case: on these routes, in these states, these roles may do the act; it leads to.
type row struct {
	routes []Route
	from   []State
	act    Act
	roles  []Role
	to     State
}

// life is the whole table. What it does not allow is not allowed.
var life = []row{
	{onAgency, []State{unfiled}, ActFile, []Role{AsConsumer, AsOfficer}, Screening},
	{onDirect, []State{unfiled}, ActFile, []Role{AsConsumer, AsOfficer}, AwaitingSupplier},

	{onBoth, whenOpen, ActTake, []Role{AsOfficer}, same},
	{onBoth, whenOpen, ActRelease, []Role{AsOfficer}, same},
	{onBoth, whenOpen, ActMessage, []Role{AsConsumer, AsOfficer, AsSupplier}, same},
	{onBoth, States, ActNote, []Role{AsOfficer, AsSupplier}, same},
	{onBoth, whenOpen, ActAssign, []Role{AsSupplier}, same},
	{onBoth, whenOpen, ActConfirmJurisdiction, []Role{AsOfficer}, same},

	{onBoth, []State{Screening, InReview, RefusalReview}, ActAsk, []Role{AsOfficer}, AwaitingConsumer},
	{onBoth, []State{AwaitingSupplier}, ActAsk, []Role{AsOfficer}, AwaitingConsumer},
	{onDirect, []State{AwaitingSupplier}, ActAsk, []Role{AsSupplier}, AwaitingConsumer},
	{onBoth, []State{AwaitingConsumer}, ActSupply, []Role{AsConsumer}, resume},
	{onDirect, []State{AwaitingConsumer}, ActExpire, []Role{AsSystem}, resume},
	{onAgency, []State{AwaitingConsumer}, ActExpire, []Role{AsSystem}, InReview},

	{onAgency, []State{Screening, InReview}, ActNotify, []Role{AsOfficer}, AwaitingSupplier},
	{onAgency, whenOpen, ActTrackLetter, []Role{AsOfficer}, same},
	{onAgency, whenOpen, ActDeliverLetter, []Role{AsOfficer}, same},
	{onAgency, []State{InReview}, ActRestartClock, []Role{AsOfficer}, AwaitingSupplier},
	{onAgency, []State{AwaitingSupplier, InReview}, ActReturnLetter, []Role{AsOfficer}, InReview},
	{onAgency, whenOpen, ActRenewCode, []Role{AsOfficer}, same},
	{onBoth, whenOpen, ActOpenLetter, []Role{AsSupplier}, same},
	{onAgency, whenOpen, ActAddSupplier, []Role{AsOfficer}, same},
	{onDirect, []State{AwaitingSupplier}, ActAnswer, []Role{AsSupplier}, AwaitingRating},
	{onAgency, []State{AwaitingSupplier}, ActAnswer, []Role{AsSupplier}, InReview},
	{onAgency, []State{InReview}, ActAnswer, []Role{AsSupplier}, same},       // late: accepted and marked
	{onDirect, []State{AwaitingRating}, ActAnswer, []Role{AsSupplier}, same}, // late too
	{onDirect, []State{AwaitingSupplier}, ActExpire, []Role{AsSystem}, AwaitingRating},
	{onAgency, []State{AwaitingSupplier}, ActExpire, []Role{AsSystem}, InReview},

	{onDirect, []State{AwaitingSupplier}, ActRefuse, []Role{AsSupplier}, RefusalReview},
	{onDirect, []State{RefusalReview}, ActAcceptRefusal, []Role{AsOfficer}, Closed},
	{onDirect, []State{RefusalReview}, ActOverturnRefusal, []Role{AsOfficer}, AwaitingSupplier},

	{onBoth, []State{AwaitingConsumer, AwaitingSupplier, AwaitingRating}, ActRemind, []Role{AsSystem}, same},

	{onDirect, []State{AwaitingRating}, ActAccept, []Role{AsConsumer}, Closed},
	{onAgency, []State{InReview}, ActAccept, []Role{AsConsumer}, same}, // the officer ends the case
	{onDirect, []State{AwaitingRating}, ActRate, []Role{AsConsumer}, Closed},
	{onDirect, []State{AwaitingRating}, ActExpire, []Role{AsSystem}, Closed},
	{onDirect, []State{AwaitingRating, Closed}, ActEscalate, []Role{AsConsumer}, Screening},

	{onAgency, []State{InReview}, ActScheduleHearing, []Role{AsOfficer}, Hearing},
	{onAgency, []State{Hearing}, ActScheduleHearing, []Role{AsOfficer}, same},
	{onAgency, []State{Hearing}, ActHoldHearing, []Role{AsOfficer}, InReview},

	{onAgency, []State{Screening, InReview}, ActRefer, []Role{AsOfficer}, Referred},
	{onAgency, []State{Referred}, ActRecall, []Role{AsOfficer}, InReview},
	{onAgency, []State{Screening, InReview}, ActTransfer, []Role{AsOfficer}, Screening},

	{onBoth, whenOpen, ActClose, []Role{AsOfficer}, Closed},
	{onAgency, []State{Closed}, ActReopen, []Role{AsConsumer, AsOfficer}, InReview},
	{onDirect, []State{Closed}, ActReopen, []Role{AsOfficer}, AwaitingSupplier},

	{onBoth, States, ActPromiseDue, []Role{AsSystem}, same},
	{onBoth, States, ActPromiseKept, []Role{AsConsumer}, same},
	{onBoth, whenOpen, ActPromiseBroken, []Role{AsConsumer}, same},
	{onBoth, []State{Closed}, ActPromiseBroken, []Role{AsConsumer}, InReview},
}

type step struct {
	route Route
	from  State
	act   Act
	role  Role
}

var steps = expand(life)

func expand(rows []row) map[step]State {
	out := map[step]State{}
	for _, r := range rows {
		for _, route := range r.routes {
			for _, from := range r.from {
				for _, role := range r.roles {
					key := step{route, from, r.act, role}
					if _, twice := out[key]; twice {
						panic("complaint: the life of a case says two things about " + string(from) + " " + string(r.act))
					}
					out[key] = r.to
				}
			}
		}
	}
	return out
}

// Next is the state an act leads to; ok is false when this role may not do it here. resumeTo is where a case that
// waits for its consumer goes back to.
func Next(route Route, from, resumeTo State, act Act, role Role) (to State, ok bool) {
	to, ok = steps[step{route, from, act, role}]
	switch to {
	case same:
		to = from
	case resume:
		to = resumeTo
	}
	return to, ok
}

// Allowed lists what a role may do to a case now, in the order of Acts.
func Allowed(c Complaint, role Role) []Act {
	var out []Act
	for _, act := range Acts {
		if _, ok := Next(c.Route, c.State, c.Resume, act, role); ok {
			out = append(out, act)
		}
	}
	return out
}
