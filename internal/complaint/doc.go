// Package complaint is the case: one record shared by the consumer, the company and the officers, each with their
// own view of it.
//
// A complaint begins as a Draft, which its author fills in step by step. File turns the draft into a case, once,
// and gives it a protocol number. From then on everything that happens to it is an act of somebody in a role:
//
//	screening ──ask──▶ awaiting_consumer ──supply──▶ (back to where it was)
//	    │                                     awaiting_supplier ──answer──▶ in_review or awaiting_rating
//	    └──refer──▶ referred                         close ──▶ closed ──reopen──▶ in_review
//
// The whole life is one table in workflow.go: (route, state, act, role) → state. Every state but closed has an owner
// and all but referred, hearing and closed run a clock (clock.go). Acts are one file each: file.go, take.go,
// message.go, ask.go (and the answer to it), refer.go (and taking back), close.go (and reopening), rate.go, escalate.go;
// the company's are answer.go, refuse.go (and its review), assign.go; what was promised is promise.go.
// Each is one transaction (act.go): load and lock, may this actor?, the table, update, event in the hash-chained
// record, clock, and the job that tells people. What clocks ask for by themselves is sweep.go.
//
// Who may see a case: its consumer; the officers and managers of the agency that has it, except of their own
// complaints; the people of the company once it is party to it (hide.go says what each role does not see). For everybody else it does not exist (fault.NotFound).
package complaint
