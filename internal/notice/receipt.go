package notice

import (
	"io"
	"time"

	"guiche/internal/calendar"
	"guiche/internal/pdf"
)

// Receipt is the paper that proves a filing.
type Receipt struct {
	Protocol  string
	FiledAt   time.Time
	Agency    string
	Address   []string // of the agency
	Brand     string
	Consumer  string
	CPF       string // as shown, masked
	Supplier  string
	CNPJ      string // as shown; may be empty
	Subject   string
	Problem   string
	Remedy    string
	Next      string   // who does what, until when, as it stood at filing
	Files     []string // names and sizes
	VerifyURL string
}

// Write prints the receipt as PDF. The same receipt always gives the same bytes.
func (r Receipt) Write(w io.Writer) error {
	supplier := r.Supplier
	if r.CNPJ != "" {
		supplier += " · CNPJ " + r.CNPJ
	}
	letter := pdf.Letter{
		Title:  "Comprovante de reclamação",
		Agency: pdf.Agency{Name: r.Agency, Address: r.Address, Brand: r.Brand},
		Date:   calendar.Moment(r.FiledAt, 0),
		Blocks: []pdf.Block{
			pdf.Figure{Label: "Protocolo", Value: r.Protocol},
			pdf.Definitions{
				{Label: "Consumidor", Value: r.Consumer}, {Label: "CPF", Value: r.CPF}, {Label: "Empresa", Value: supplier},
				{Label: "Assunto", Value: r.Subject}, {Label: "Problema", Value: r.Problem}, {Label: "Pedido", Value: r.Remedy},
				{Label: "Registrada em", Value: calendar.Moment(r.FiledAt, 0)},
			},
			pdf.Heading("O que acontece agora"), pdf.Paragraph(r.Next),
			pdf.Heading("Documentos enviados"), pdf.List(r.Files),
		},
		QR:         r.VerifyURL,
		QRCaption:  "Aponte a câmera para conferir se este comprovante é verdadeiro.",
		FooterNote: "Conhecer o número do protocolo não dá acesso à reclamação: só quem entra com gov.br e é parte dela pode ver.",
	}
	return pdf.Write(w, letter, r.FiledAt)
}
