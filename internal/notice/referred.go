package notice

// Referred tells that another body handles the case now.
type Referred struct {
	Case
	Body string
}

func (n Referred) About() About { return About{"referred", "Encaminhada a outro órgão", ToConsumer} }

func (n Referred) Fields() []Field {
	return n.fields(must("destino", "para onde a reclamação foi", n.Body))
}

// Recalled tells that the agency took a referred case back.
type Recalled struct{ Case }

func (n Recalled) About() About { return About{"recalled", "Voltou de outro órgão", ToConsumer} }
