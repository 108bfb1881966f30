package complaint

import (
	"encoding/json"
	"slices"

	"guiche/internal/attachment"
	"guiche/internal/audit"
	"guiche/internal/db"
)

// silent are acts that a party's timeline does not show: they are somebody else's own housekeeping.
var silent = map[Role][]Act{
	AsConsumer: {ActNote, ActRelease, ActConfirmJurisdiction, ActRemind, ActAssign, HappenedReturn, HappenedStranger},
	AsSupplier: {ActTake, ActRelease, ActConfirmJurisdiction, ActRemind, HappenedReturn, HappenedStranger},
	AsOfficer:  {ActAssign},
}

// reasonsForConsumer are acts whose written reason is for the consumer, not for the company.
var reasonsForConsumer = []Act{ActRefer, ActRecall}

// hide takes out of a case what a role may not see: other people's notes with their files, and housekeeping. The
// company is also spared everything from before it was party, and the consumer's data that it does not need.
func (v *Case) hide(role Role) {
	said := map[string]bool{"": true}
	for _, m := range v.Messages {
		said[m.ID] = true
	}
	v.Events = slices.DeleteFunc(v.Events, func(e audit.Event) bool {
		spoken := Act(e.Act) == ActMessage || Act(e.Act) == ActNote
		early := role == AsSupplier && e.At.Before(v.PartyAt)
		return slices.Contains(silent[role], Act(e.Act)) || spoken && !said[FactsOf(e).Message] || early
	})
	v.Files = slices.DeleteFunc(v.Files, func(f attachment.Attachment) bool {
		private := role == AsSupplier && (f.Kind == attachment.AddressProof || f.Kind == attachment.Identity)
		return !said[f.MessageID] || private
	})
	if role != AsOfficer {
		v.AgentID, v.AgentName = ownOnly(role, v.Complaint)
	}
	if role == AsSupplier {
		v.hideFromCompany()
	}
}

// ownOnly is who at the company has the case, which is the company's own affair.
func ownOnly(role Role, c Complaint) (id, name string) {
	if role == AsSupplier {
		return c.AgentID, c.AgentName
	}
	return "", ""
}

// hideFromCompany leaves of the consumer the name, the CPF and the town: what finds a customer. Where they live and
// how to reach them stays with the agency; the company writes to them here.
func (v *Case) hideFromCompany() {
	v.Consumer = Consumer{Name: v.Consumer.Name, CPF: v.Consumer.CPF, Address: Address{Municipality: v.Consumer.Municipality}}
	v.OfficerID, v.OfficerName, v.RouteRule, v.RouteWhy, v.ConfirmJurisdiction, v.FactIn = "", "", "", "", false, ""
	for i, e := range v.Events {
		if slices.Contains(reasonsForConsumer, Act(e.Act)) {
			v.Events[i].Reason, v.Events[i].Data = "", json.RawMessage("{}")
		}
	}
}

// filesOf are all files of a case; one about a further company also has those of the attendance's filing.
func (s *Service) filesOf(tx *db.Tx, c Complaint) ([]attachment.Attachment, error) {
	files, err := s.Files.OfComplaint(tx, c.ID)
	if err != nil || c.AttendanceID == "" {
		return files, err
	}
	first, err := s.Files.OfComplaint(tx, c.AttendanceID)
	first = slices.DeleteFunc(first, func(f attachment.Attachment) bool { return f.MessageID != "" })
	return append(first, files...), err
}
