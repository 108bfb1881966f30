package notice

// OfferAccepted confirms to the consumer that they took the company's offer.
type OfferAccepted struct {
	Case
	Due string // day on which the offer is to be kept, as people say it
}

func (n OfferAccepted) About() About { return About{"offer_accepted", "Oferta aceita", ToConsumer} }

func (n OfferAccepted) Fields() []Field {
	return n.fields(must("prazo", "até quando a empresa deve cumprir", n.Due))
}

// OfferAcceptedByConsumer tells the company that the consumer took its offer.
type OfferAcceptedByConsumer struct {
	Company
	Due string
}

func (n OfferAcceptedByConsumer) About() About {
	return About{"offer_accepted_by_consumer", "Oferta aceita", ToCompany}
}

func (n OfferAcceptedByConsumer) Fields() []Field {
	return n.fields(must("prazo", "até quando cumprir", n.Due))
}

// PromiseDue asks the consumer, on the day, whether the offer was kept.
type PromiseDue struct {
	Case
	Due string
}

func (n PromiseDue) About() About {
	return About{"promise_due", "Chegou o dia da oferta: foi cumprida?", ToConsumer}
}

func (n PromiseDue) Fields() []Field {
	return n.fields(may("prazo", "dia em que a oferta devia estar cumprida", n.Due))
}

// PromiseBroken tells the consumer that the case is open again because the offer was not kept.
type PromiseBroken struct {
	Case
	Next string
}

func (n PromiseBroken) About() About {
	return About{"promise_broken", "Oferta não cumprida", ToConsumer}
}

func (n PromiseBroken) Fields() []Field {
	return n.fields(must("proximo", "o que acontece agora, e até quando", n.Next))
}

// PromiseBrokenForCompany tells the company the same.
type PromiseBrokenForCompany struct{ Company }

func (n PromiseBrokenForCompany) About() About {
	return About{"promise_broken_for_company", "Oferta não cumprida", ToCompany}
}

// PromiseKept confirms to the consumer that the offer was kept.
type PromiseKept struct{ Case }

func (n PromiseKept) About() About { return About{"promise_kept", "Oferta cumprida", ToConsumer} }
