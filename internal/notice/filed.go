package notice

import "guiche/internal/mail"

// Filed confirms a new complaint.
type Filed struct {
	Case
	Next string // who does what now, until when
}

func (n Filed) About() About { return About{"filed", "Reclamação registrada", ToConsumer} }

func (n Filed) Fields() []Field {
	return n.fields(must("proximo", "o que acontece agora, e até quando", n.Next))
}

// FiledUnconfirmed confirms a new complaint to an address that its owner has not confirmed yet: it may be somebody
// else's, so it names neither the person nor the company.
type FiledUnconfirmed struct {
	Agency, Brand string
	Protocol      string
	URL           string
}

func (n FiledUnconfirmed) About() About {
	return About{"filed_unconfirmed", "Reclamação registrada, com e-mail ainda não confirmado", ToConsumer}
}

func (n FiledUnconfirmed) Fields() []Field {
	return []Field{may("protocolo", "número do protocolo", n.Protocol), agencyField(n.Agency)}
}

func (n FiledUnconfirmed) frame() mail.Frame {
	return mail.Frame{
		Agency: n.Agency, Brand: n.Brand, Greeting: greet(""), Facts: []mail.Fact{{Label: "Protocolo", Value: n.Protocol}}, Button: mail.Button{URL: n.URL},
		Footer: "Conhecer o número do protocolo não dá acesso à reclamação. Nunca pedimos senha nem pagamento por e-mail.",
	}
}
