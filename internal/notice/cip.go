package notice

import (
	"io"
	"strings"
	"time"

	"guiche/internal/calendar"
	"guiche/internal/pdf"
)

// CIP is the preliminary notice to a company (carta de informações preliminares, R-22) as it was issued.
type CIP struct {
	Number        string    `json:"number"` // "CIP 2026/000012"
	IssuedAt      time.Time `json:"issued_at"`
	Agency        string    `json:"agency"`
	AgencyAddress []string  `json:"agency_address"`
	Brand         string    `json:"brand"`
	Company       string    `json:"company"`
	CNPJ          string    `json:"cnpj"`    // as shown; may be empty
	Care          string    `json:"care"`    // somebody at the company; may be empty
	Address       string    `json:"address"` // lines; may be empty
	Protocol      string    `json:"protocol"`
	Consumer      string    `json:"consumer"`
	Subject       string    `json:"subject"`
	Problem       string    `json:"problem"`
	Remedy        string    `json:"remedy"`
	Narrative     string    `json:"narrative"`
	Words         string    `json:"words"` // the officer's own; may be empty
	Term          string    `json:"term"`  // "10 dias corridos"
	Until         string    `json:"until"` // last day, as people say it
	Channel       string    `json:"channel"`
	Officer       string    `json:"officer"`
	Verification  string    `json:"verification"`

	Site string `json:"-"` // address of the site
	Code string `json:"-"` // only on the copy that goes by post
}

// Section is a part of a letter, on paper and on a page.
type Section struct {
	Title string
	Text  []string
	Rows  []Row
}

// Row is one line of what and how much.
type Row struct{ Label, Value string }

const cipLaw = "Esta carta se baseia no art. 55, § 4º, do Código de Defesa do Consumidor (Lei 8.078/1990): os órgãos oficiais podem notificar os fornecedores para que, sob pena de desobediência, " +
	"prestem informações sobre questões de interesse do consumidor, resguardado o segredo industrial."

// Sections are the whole letter below its head.
func (c CIP) Sections() []Section {
	company := c.Company
	if c.CNPJ != "" {
		company += " · CNPJ " + c.CNPJ
	}
	demand := []string{"Um consumidor reclamou da empresa. O " + c.Agency + " pede que ela explique o que aconteceu e diga o que vai fazer sobre o pedido.", c.deadline()}
	if c.Words != "" {
		demand = append(demand, c.Words)
	}
	return []Section{
		{Rows: rows("Protocolo", c.Protocol, "Consumidor", c.Consumer, "Empresa", company, "Assunto", c.Subject, "Problema", c.Problem, "Pedido", c.Remedy)},
		{Title: "O que a empresa precisa fazer", Text: demand},
		{Title: "Como responder", Text: c.how()},
		{Title: "O que o consumidor conta", Text: []string{c.Narrative}},
		{Title: "Base legal", Text: []string{cipLaw, "Sem resposta no prazo, o caso segue sem a palavra da empresa e pode virar processo administrativo."}},
		{Text: []string{c.Officer + "\n" + c.Agency}},
	}
}

// To are the lines of the addressee.
func (c CIP) To() []string {
	lines := []string{c.Company}
	if c.CNPJ != "" {
		lines = append(lines, "CNPJ "+c.CNPJ)
	}
	if c.Care != "" {
		lines = append(lines, "Aos cuidados de "+c.Care)
	}
	if c.Address != "" {
		lines = append(lines, strings.Split(c.Address, "\n")...)
	}
	return lines
}

// Day is when the letter was issued, as people say it.
func (c CIP) Day() string { return calendar.LongDate(calendar.Of(c.IssuedAt)) }

// VerifyURL is the page that tells whether the letter is genuine.
func (c CIP) VerifyURL() string { return c.Site + "/verificar/" + c.Verification }

func (c CIP) deadline() string {
	if c.Channel == "post" {
		return "Prazo: " + c.Term + ", contados do dia em que esta carta foi entregue, sem incluir esse dia."
	}
	return "Prazo: até " + c.Until + " (" + c.Term + ")."
}

func (c CIP) how() []string {
	if c.Channel == "portal" {
		return []string{"Entre em " + c.Site + "/empresa com a conta gov.br de quem responde pela empresa e abra o caso " + c.Protocol + "."}
	}
	steps := "Abra " + c.Site + "/empresa/codigo, entre com uma conta gov.br de nível prata ou ouro e escreva o código de acesso. Não é preciso ter cadastro."
	switch {
	case c.Code != "":
		return []string{steps, "Código de acesso: " + c.Code, "O código abre só este caso e serve uma vez, para uma pessoa. Passe-o só a quem vai responder."}
	case c.Channel == "post":
		return []string{steps, "O código está na via que foi pelo correio."}
	}
	return []string{steps, "O código foi enviado por e-mail. Ele abre só este caso e serve uma vez, para uma pessoa."}
}

// rows are those that have a value.
func rows(pairs ...string) (out []Row) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, Row{pairs[i], pairs[i+1]})
		}
	}
	return out
}

// Write prints the letter as PDF. The same letter always gives the same bytes.
func (c CIP) Write(w io.Writer) error {
	letter := pdf.Letter{
		Title:      "Carta de informações preliminares",
		Agency:     pdf.Agency{Name: c.Agency, Address: c.AgencyAddress, Brand: c.Brand},
		Number:     c.Number,
		Date:       c.Day(),
		Blocks:     []pdf.Block{pdf.Lines(c.To())},
		QR:         c.VerifyURL(),
		QRCaption:  "Aponte a câmera para conferir se esta carta é verdadeira.",
		FooterNote: c.Number + " · protocolo " + c.Protocol + ". Conhecer o número do protocolo não dá acesso à reclamação.",
	}
	for _, s := range c.Sections() {
		letter.Blocks = append(letter.Blocks, s.blocks()...)
	}
	return pdf.Write(w, letter, c.IssuedAt)
}

func (s Section) blocks() (out []pdf.Block) {
	if s.Title != "" {
		out = append(out, pdf.Heading(s.Title))
	}
	if len(s.Rows) > 0 {
		list := make(pdf.Definitions, len(s.Rows))
		for i, row := range s.Rows {
			list[i] = pdf.Definition(row)
		}
		out = append(out, list)
	}
	for _, text := range s.Text {
		out = append(out, pdf.Paragraph(text))
	}
	return out
}
