package notice

import "guiche/internal/mail"

// RegistrationRequested tells a manager of the agency that a company wants to be in the direct channel.
type RegistrationRequested struct {
	Company
	By string // who asks, by first name
}

func (n RegistrationRequested) About() About {
	return About{"registration_requested", "Pedido de cadastro de empresa", ToAgency}
}

func (n RegistrationRequested) Fields() []Field { return n.basic(may("quem", "quem pediu", n.By)) }

func (n RegistrationRequested) frame() mail.Frame {
	return n.frameBecause("Você recebeu este e-mail porque é da gestão do " + n.Agency + ". Para ver os detalhes é preciso entrar com gov.br: " + neverAsk)
}

// RegistrationDecided tells who asked whether the company is in the direct channel. The reason stands on the page.
type RegistrationDecided struct {
	Company
	Approved bool
}

func (n RegistrationDecided) About() About {
	return About{"registration_decided", "Resposta ao pedido de cadastro", ToCompany}
}

func (n RegistrationDecided) Fields() []Field {
	decision := "não foi aprovado. O motivo está na página do pedido"
	if n.Approved {
		decision = "foi aprovado. A partir de agora a empresa recebe e responde reclamações por este canal"
	}
	return n.basic(must("decisao", "se o cadastro foi aprovado", decision))
}

func (n RegistrationDecided) frame() mail.Frame {
	return n.frameBecause("Você recebeu este e-mail porque pediu o cadastro de " + n.Company.Company + " no " + n.Agency + ". Para ver os detalhes é preciso entrar com gov.br: " + neverAsk)
}

// Invited asks somebody to answer for a company.
type Invited struct {
	Company
	By    string // who invites, by first name
	Role  string // in words: "responder reclamações"
	Until string // last day of the invitation, as people say it
}

func (n Invited) About() About {
	return About{"invited", "Convite para responder pela empresa", ToCompany}
}

func (n Invited) Fields() []Field {
	return n.basic(may("quem", "quem convidou", n.By), must("papel", "o que a pessoa poderá fazer", n.Role), must("prazo", "até quando aceitar", n.Until))
}

func (n Invited) frame() mail.Frame {
	return n.frameBecause("Você recebeu este e-mail porque alguém de " + n.Company.Company + " escreveu este endereço no " + n.Agency + ". Para aceitar é preciso entrar com gov.br: " + neverAsk)
}

// MandateEnded tells somebody that they do not answer for the company any more.
type MandateEnded struct{ Company }

func (n MandateEnded) About() About {
	return About{"mandate_ended", "Fim do acesso pela empresa", ToCompany}
}

func (n MandateEnded) Fields() []Field { return n.basic() }

func (n MandateEnded) frame() mail.Frame {
	return n.frameBecause("Você recebeu este e-mail porque respondia por " + n.Company.Company + " neste canal do " + n.Agency + ". Nunca pedimos senha nem pagamento por e-mail.")
}

// LeaderLeft tells a manager of the agency that nobody decides any more who acts for a company.
type LeaderLeft struct{ Company }

func (n LeaderLeft) About() About {
	return About{"leader_left", "Empresa sem responsável", ToAgency}
}

func (n LeaderLeft) Fields() []Field { return n.basic() }

func (n LeaderLeft) frame() mail.Frame {
	return n.frameBecause("Você recebeu este e-mail porque é da gestão do " + n.Agency + ". Para ver os detalhes é preciso entrar com gov.br: " + neverAsk)
}
