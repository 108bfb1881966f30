package notice

// RefusedByCompany tells that the company says the case is not for it, and that the agency looks at that.
type RefusedByCompany struct {
	Case
	By    string // who looks at the reason: "O Procon RS"
	Until string // last day of that, as people say it
}

func (n RefusedByCompany) About() About {
	return About{"refused_by_company", "A empresa recusou a reclamação", ToConsumer}
}

func (n RefusedByCompany) Fields() []Field {
	return n.fields(may("quem", "quem confere o motivo da recusa", n.By), must("prazo", "até quando", n.Until))
}

// RefusalDecided tells the consumer whether the agency accepts the company's refusal.
type RefusalDecided struct {
	Case
	Upheld bool // the company need not answer
	Next   string
}

func (n RefusalDecided) About() About {
	return About{"refusal_decided", "O Procon decidiu sobre a recusa", ToConsumer}
}

func (n RefusalDecided) Fields() []Field {
	decision := "não aceitou a recusa: a empresa tem de responder à sua reclamação"
	if n.Upheld {
		decision = "aceitou a recusa: a empresa não precisa responder por este canal"
	}
	return n.fields(must("decisao", "se a recusa foi aceita", decision), must("proximo", "o que acontece agora, e até quando", n.Next))
}

// RefusalReview tells the company whether the agency accepts its refusal.
type RefusalReview struct {
	Company
	Upheld bool   // the company need not answer
	Until  string // else: last day to answer, as people say it
}

func (n RefusalReview) About() About {
	return About{"refusal_review", "O Procon decidiu sobre a recusa", ToCompany}
}

func (n RefusalReview) Fields() []Field {
	decision := "não aceitou a recusa. Responda ao caso até " + n.Until
	if n.Upheld {
		decision = "aceitou a recusa. A empresa não precisa responder a este caso"
	}
	return n.fields(must("decisao", "se a recusa foi aceita e, se não foi, até quando responder", decision))
}
