package notice

// Closed tells that the case ended.
type Closed struct {
	Case
	Outcome     string // in words
	ReopenUntil string // last day to reopen, as people say it
}

func (n Closed) About() About { return About{"closed", "Reclamação encerrada", ToConsumer} }

func (n Closed) Fields() []Field {
	return n.fields(must("resultado", "resultado da reclamação", n.Outcome), must("prazo", "até quando pedir a reabertura", n.ReopenUntil))
}

// ClosedForCompany tells the company that the case ended.
type ClosedForCompany struct {
	Company
	Outcome string // in words
}

func (n ClosedForCompany) About() About {
	return About{"closed_for_company", "Caso encerrado", ToCompany}
}

func (n ClosedForCompany) Fields() []Field {
	return n.fields(must("resultado", "resultado do caso", n.Outcome))
}

// Reopened tells that a closed case is open again.
type Reopened struct {
	Case
	Next string
}

func (n Reopened) About() About { return About{"reopened", "Reclamação reaberta", ToConsumer} }

func (n Reopened) Fields() []Field {
	return n.fields(must("proximo", "o que acontece agora, e até quando", n.Next))
}
