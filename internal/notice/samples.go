package notice

// Samples are one message of every kind, with invented values, in the name of an agency: what the administrator sees
// before changing words, and what the tests read.
func Samples(agency, brand string) []Message {
	const protocol = "2026.0001.0000001-49"
	c := Case{Name: "Ana", Protocol: protocol, Supplier: "Loja Sem Cadastro Ltda.", Agency: agency, Brand: brand, URL: "https://procon.exemplo/reclamacoes/" + protocol}
	e := Company{Name: "Inês", Protocol: protocol, Company: "Varejo Exemplo S.A.", Agency: agency, Brand: brand, URL: "https://procon.exemplo/empresa/casos/" + protocol}
	letter, firm := e, e // a company without registration; a company, and no case
	letter.Name, letter.Company, letter.URL = "", "Loja Sem Cadastro Ltda.", "https://procon.exemplo/cip/abrir"
	firm.Protocol, firm.URL = "", "https://procon.exemplo/empresa"
	return append(toConsumer(c), toCompany(e, letter, firm)...)
}

func toConsumer(c Case) []Message {
	the := "O " + c.Agency
	return []Message{
		Filed{c, "O Procon vai ler sua reclamação até quarta, 25 de novembro."},
		FiledUnconfirmed{Agency: c.Agency, Brand: c.Brand, Protocol: c.Protocol, URL: c.URL},
		ConfirmEmail{Name: "Dandara", Agency: c.Agency, Brand: c.Brand, URL: "https://procon.exemplo/conta/confirmar-email?codigo=ABC"},
		Said{c, the},
		Asked{c, the, "quinta, 3 de dezembro"},
		Notified{c, "segunda, 14 de dezembro", "por e-mail"},
		Answered{c, "oferta parcial", true, "segunda, 4 de janeiro"},
		LateAnswer{c},
		OfferAccepted{c, "terça, 15 de dezembro"},
		PromiseDue{c, "terça, 15 de dezembro"},
		PromiseKept{c},
		PromiseBroken{c, the + " vai analisar até segunda, 7 de dezembro."},
		RefusedByCompany{c, the, "segunda, 30 de novembro"},
		RefusalDecided{c, false, "A empresa tem até quinta, 10 de dezembro para responder."},
		Reminder{c, "quinta, 3 de dezembro", "faltam 2 dias"},
		Expired{c, "A empresa não respondeu no prazo.", "Diga até quarta, 23 de dezembro se a empresa resolveu."},
		Escalated{c, the + " vai ler sua reclamação até sexta, 4 de dezembro."},
		CaseAdded{c, "Transportadora Modelo Ltda."},
		Referred{c, "Anatel"},
		Recalled{c},
		Closed{c, "Fundamentada, atendida pela empresa", "quarta, 23 de dezembro"},
		Reopened{c, "O Procon vai analisar até segunda, 7 de dezembro."},
		ReplyRefused{c, []string{"contrato.exe", "foto-grande.png"}, "Um arquivo não é de um tipo que recebemos, e o outro passa de 20 MB."},
		ReplyTooLate{c},
	}
}

func toCompany(e, letter, firm Company) []Message {
	manager := firm
	manager.Name = "Gilda"
	return []Message{
		NewCase{e, "quinta, 3 de dezembro"},
		SaidToCompany{e, "O consumidor"},
		Supplied{e, "quarta, 9 de dezembro"},
		CompanyReminder{e, "quinta, 3 de dezembro", "faltam 2 dias"},
		CompanyExpired{e, "A empresa não respondeu até quinta, 3 de dezembro.", "O consumidor pode levar o caso ao Procon. A empresa ainda pode responder, e a resposta fica marcada como atrasada."},
		RefusalReview{e, false, "quinta, 10 de dezembro"},
		Rated{e, false, 2},
		OfferAcceptedByConsumer{e, "terça, 15 de dezembro"},
		PromiseBrokenForCompany{e},
		WentToAgency{e},
		ClosedForCompany{e, "Fundamentada, atendida pela empresa"},
		PreliminaryNotice{letter, "CIP 17/2026", "segunda, 14 de dezembro", "7KQ4-M2XP-9TRD", "domingo, 27 de dezembro"},
		RegistrationDecided{firm, true},
		Invited{firm, "João", "ver e responder reclamações", "segunda, 7 de dezembro"},
		MandateEnded{firm},
		RegistrationRequested{manager, "Inês"},
		LeaderLeft{manager},
	}
}

// Sample is the sample of a kind; ok is false when there is no such kind.
func Sample(kind, agency, brand string) (m Message, ok bool) {
	for _, m := range Samples(agency, brand) {
		if m.About().Kind == kind {
			return m, true
		}
	}
	return nil, false
}
