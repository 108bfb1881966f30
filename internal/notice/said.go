package notice

// Said tells that somebody wrote to the consumer.
type Said struct {
	Case
	By string // who wrote: "O Procon RS" or the company
}

func (n Said) About() About { return About{"said", "Nova mensagem", ToConsumer} }

func (n Said) Fields() []Field { return n.fields(may("quem", "quem escreveu", n.By)) }

// SaidToCompany tells that somebody wrote to the company.
type SaidToCompany struct {
	Company
	By string // "O consumidor" or "O Procon RS"
}

func (n SaidToCompany) About() About { return About{"said_to_company", "Nova mensagem", ToCompany} }

func (n SaidToCompany) Fields() []Field { return n.fields(may("quem", "quem escreveu", n.By)) }
