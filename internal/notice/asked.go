package notice

// Asked tells that the case waits for something from the consumer.
type Asked struct {
	Case
	By    string
	Until string // as people say it: "quinta, 3 de dezembro"
}

func (n Asked) About() About {
	return About{"asked", "Pedido de informação ou documento", ToConsumer}
}

func (n Asked) Fields() []Field {
	return n.fields(may("quem", "quem pede", n.By), must("prazo", "até quando responder", n.Until))
}

// Supplied tells the company that the consumer answered what it had asked: its clock runs again.
type Supplied struct {
	Company
	Until string // last day to answer, as people say it
}

func (n Supplied) About() About {
	return About{"supplied", "O consumidor enviou o que a empresa pediu", ToCompany}
}

func (n Supplied) Fields() []Field { return n.fields(must("prazo", "até quando responder", n.Until)) }
