// Package agency knows the Procons, the municipalities, and which agency handles the complaint of whom.
//
// Jurisdiction is data: rules about the municipality of residence, each with its days of validity and a reason
// that is shown to the person. [Route] decides from them without looking at anything else:
//
//	registered supplier                        direct channel, the state agency watches
//	residence in another state                 that state's Procon
//	an officer released the form               state form
//	override valid on the day                  what it says: another agency, or nobody
//	agreement valid on the day, for the fact   the agency that also serves these residents
//	presence                                   present: the municipal Procon; absent: the state form
//	unknown, or no rule                        state form, and an officer confirms the jurisdiction
//
// A rule for a given place of the fact or seat of the supplier goes before one for any place. Where an agreement
// depends on the place of the fact and nobody said it, the destination asks ([Destination.AskFactIn]).
package agency
