package notice

import (
	"fmt"
	"io"
	"strings"
	"time"

	"guiche/internal/calendar"
	"guiche/internal/pdf"
)

// CIP is the preliminary notice to a company, as a letter. It is kept as it was issued, so that a copy
// says what the first one said; what has no name in JSON is given anew to each copy.
type CIP struct {
	Number        string    `json:"number"` // in its series: "CIP 2026/000012"
	IssuedAt      time.Time `json:"issued_at"`
	Agency        string    `json:"agency"`
	AgencyAddress []string  `json:"agency_address"`
	Brand         string    `json:"brand"`
	City          string    `json:"city"` // of the agency
	Company       string    `json:"company"`
	CNPJ          string    `json:"cnpj"`    // as shown; may be empty
	Address       []string  `json:"address"` // of the company, or its e-mail
	Protocol      string    `json:"protocol"`
	Consumer      string    `json:"consumer"`
	Subject       string    `json:"subject"`
	Problem       string    `json:"problem"`
	Remedy        string    `json:"remedy"`
	Narrative     string    `json:"narrative"`
	Asks          string    `json:"asks"`  // what the officer wants to know besides; may be empty
	Until         string    `json:"until"` // until when the company answers, as a part of a sentence
	Registered    bool      `json:"registered"`
	Officer       string    `json:"officer"`
	Verify        string    `json:"verify"` // code by which anybody checks the letter

	VerifyURL string `json:"-"`
	AnswerURL string `json:"-"` // where the company answers
	Code      string `json:"-"` // opens the case; empty: on the copy that the company got
}

// Write prints the letter as PDF. The same letter always gives the same bytes.
func (c CIP) Write(w io.Writer) error {
	letter := pdf.Letter{
		Title:  "Carta de informações preliminares",
		Agency: pdf.Agency{Name: c.Agency, Address: c.AgencyAddress, Brand: c.Brand},
		Number: c.Number, Date: c.City + ", " + calendar.LongDate(calendar.Of(c.IssuedAt)),
		Blocks: c.blocks(), QR: c.VerifyURL,
		QRCaption:  "Aponte a câmera para conferir se esta carta é verdadeira, ou digite o código " + c.Verify + " na página de conferência.",
		FooterNote: c.Number + " · protocolo " + c.Protocol + ". Contém dados de um consumidor: use-os só para responder a este caso.",
	}
	return pdf.Write(w, letter, c.IssuedAt)
}

func (c CIP) blocks() []pdf.Block {
	to := []string{"A", c.Company}
	if c.CNPJ != "" {
		to = append(to, "CNPJ "+c.CNPJ)
	}
	blocks := []pdf.Block{pdf.Lines(append(to, c.Address...)),
		pdf.Paragraph(fmt.Sprintf("O %s recebeu a reclamação abaixo contra esta empresa e pede que ela preste informações %s.", c.Agency, c.Until)),
		pdf.Definitions{{Label: "Protocolo", Value: c.Protocol}, {Label: "Consumidor", Value: c.Consumer}, {Label: "Assunto", Value: c.Subject},
			{Label: "Problema", Value: c.Problem}, {Label: "O consumidor pede", Value: c.Remedy}},
		pdf.Heading("O que o consumidor conta"), pdf.Paragraph(c.Narrative)}
	if c.Asks != "" {
		blocks = append(blocks, pdf.Heading("O que o órgão quer saber"), pdf.Paragraph(c.Asks))
	}
	blocks = append(blocks, pdf.Heading("O que a empresa deve fazer"),
		pdf.Paragraph("Responda "+c.Until+": diga o que aconteceu, o que a empresa propõe ao consumidor e até quando cumpre. Junte os documentos que mostram o que diz. "+
			"A resposta vai ao órgão, que ouve o consumidor e decide o que fazer."),
		pdf.Heading("Como responder"))
	blocks = append(blocks, c.howTo()...)
	return append(blocks, pdf.Heading("Base legal"),
		pdf.Paragraph("Código de Defesa do Consumidor (Lei 8.078/1990), art. 55, § 4º: os órgãos oficiais podem notificar os fornecedores para que, sob pena de desobediência, "+
			"prestem informações sobre questões de interesse do consumidor, resguardado o segredo industrial."),
		pdf.Lines{c.Officer, c.Agency})
}

func (c CIP) howTo() []pdf.Block {
	site := strings.TrimPrefix(c.AnswerURL, "https://")
	switch {
	case c.Registered:
		return []pdf.Block{pdf.Paragraph("A empresa tem cadastro: quem responde por ela entra com gov.br em " + site + " e acha o caso na fila.")}
	case c.Code == "":
		return []pdf.Block{pdf.Paragraph("Entre com gov.br em " + site + " e digite o código de acesso, que está na via enviada à empresa. Não é preciso ter cadastro.")}
	}
	return []pdf.Block{pdf.Paragraph("Entre com gov.br em " + site + " e digite o código abaixo. Não é preciso ter cadastro. O código abre só este caso, uma vez: passe-o só a quem vai responder."),
		pdf.Figure{Label: "Código de acesso", Value: c.Code}}
}
