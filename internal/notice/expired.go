package notice

// Expired tells that a deadline passed, and what follows.
type Expired struct {
	Case
	What string // whose deadline, and what it means
	Next string
}

func (n Expired) About() About { return About{"expired", "Um prazo terminou", ToConsumer} }

func (n Expired) Fields() []Field {
	return n.fields(must("o_que_houve", "de quem era o prazo", n.What), must("proximo", "o que acontece agora, e até quando", n.Next))
}

// Reminder tells the consumer that their own deadline comes near.
type Reminder struct {
	Case
	Until string // last day, as people say it
	Left  string // "faltam 2 dias"
}

func (n Reminder) About() About {
	return About{"reminder", "Lembrete do prazo do consumidor", ToConsumer}
}

func (n Reminder) Fields() []Field {
	return n.fields(must("prazo", "até quando responder", n.Until), may("falta", "quanto falta", n.Left))
}

// CompanyExpired tells the company that its deadline passed, and what follows.
type CompanyExpired struct {
	Company
	What string
	Next string
}

func (n CompanyExpired) About() About { return About{"company_expired", "O prazo terminou", ToCompany} }

func (n CompanyExpired) Fields() []Field {
	return n.fields(must("o_que_houve", "qual prazo terminou", n.What), must("proximo", "o que acontece agora", n.Next))
}

// CompanyReminder tells the company that its deadline comes near.
type CompanyReminder struct {
	Company
	Until string // last day, as people say it
	Left  string // "faltam 2 dias"
}

func (n CompanyReminder) About() About {
	return About{"company_reminder", "Lembrete do prazo da empresa", ToCompany}
}

func (n CompanyReminder) Fields() []Field {
	return n.fields(must("prazo", "até quando responder", n.Until), may("falta", "quanto falta", n.Left))
}
