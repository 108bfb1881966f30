package notice

// Escalated tells that a case of the direct channel went to the agency.
type Escalated struct {
	Case
	Next string
}

func (n Escalated) About() About {
	return About{"escalated", "A reclamação foi para o Procon", ToConsumer}
}

func (n Escalated) Fields() []Field {
	return n.fields(must("proximo", "o que acontece agora, e até quando", n.Next))
}

// WentToAgency tells the company that the consumer took the case to the agency.
type WentToAgency struct{ Company }

func (n WentToAgency) About() About {
	return About{"went_to_agency", "O caso foi para o Procon", ToCompany}
}
