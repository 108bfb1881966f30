package notice

import "guiche/internal/mail"

// NewCase tells the company that a consumer complained of it in the direct channel.
type NewCase struct {
	Company
	Until string // last day to answer, as people say it
}

func (n NewCase) About() About { return About{"new_case", "Nova reclamação", ToCompany} }

func (n NewCase) Fields() []Field { return n.fields(must("prazo", "até quando responder", n.Until)) }

// Notified tells the consumer that the agency sent the company the preliminary notice.
type Notified struct {
	Case
	Until   string // last day of the company, as people say it
	Channel string // how it went: "por e-mail", "pelo correio"
}

func (n Notified) About() About { return About{"notified", "O Procon notificou a empresa", ToConsumer} }

func (n Notified) Fields() []Field {
	return n.fields(must("prazo", "até quando a empresa deve responder", n.Until), may("meio", "como a notificação foi enviada", n.Channel))
}

// PreliminaryNotice takes the preliminary notice to a company without registration, with the code that opens that one
// case. Name is not used: the address is the company's.
type PreliminaryNotice struct {
	Company
	Number    string // of the letter, as written on it
	Until     string // last day to answer, as people say it
	Code      string
	CodeUntil string // last day of the code, as people say it
}

func (n PreliminaryNotice) About() About {
	return About{"preliminary_notice", "Notificação (CIP) a empresa sem cadastro", ToCompany}
}

func (n PreliminaryNotice) Fields() []Field {
	return n.basic(must("prazo", "até quando responder", n.Until), must("codigo", "código de acesso, que abre só este caso", n.Code),
		may("validade", "até quando o código vale", n.CodeUntil), may("numero", "número da notificação", n.Number), may("protocolo", "número do protocolo", n.Protocol))
}

func (n PreliminaryNotice) frame() mail.Frame {
	f := n.frameBecause("O " + n.Agency + " enviou este e-mail ao endereço da empresa. Quem tem o código lê a reclamação: passe-o só a quem vai responder. Nunca pedimos senha nem pagamento por e-mail.")
	f.Greeting = "Prezados,"
	f.Facts = append([]mail.Fact{{Label: "Notificação", Value: n.Number}}, f.Facts...)
	return f
}
