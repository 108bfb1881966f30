package notice

// CaseAdded tells that one more company answers under the same protocol.
type CaseAdded struct {
	Case
	Other string // name of the company that came in
}

func (n CaseAdded) About() About {
	return About{"case_added", "Outra empresa entrou na reclamação", ToConsumer}
}

func (n CaseAdded) Fields() []Field {
	return n.fields(must("outra_empresa", "nome da empresa que entrou", n.Other))
}
