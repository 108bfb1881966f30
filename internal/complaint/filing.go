package complaint

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"guiche/internal/calendar"
	"guiche/internal/cpfcnpj"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/taxonomy"
)

// NotListed stands for a company that is not in the supplier master (field fornecedor).
const NotListed = "nao-listado"

// Filing is what a complaint says, read from the answers.
type Filing struct {
	Email, Phone string
	Address
	Purchase
	SupplierID string // empty: not listed
	Declared   bool
}

// lengths are the most letters of each typed answer.
var lengths = map[string]int{"email": 254, "telefone": 20, "cep": 9, "logradouro": 120, "numero": 10, "complemento": 60, "bairro": 80,
	"fornecedor_nome": 120, "fornecedor_cnpj": 20, "valor": 20, "numero_contrato": 60, "protocolo_fornecedor": 60, "relato": MessageLimit,
	"pedido_detalhe": 1000}

var postcodeShape = regexp.MustCompile(`^\d{8}$`)

// Read makes a Filing of the answers. The messages are by field name; a nil map of them means the filing is whole.
func (a Answers) Read(today calendar.Day) (Filing, fault.Fields) {
	p := fault.Fields{}
	for field, limit := range lengths {
		if utf8.RuneCountInString(a[field]) > limit {
			p.Add(field, "Encurte: cabem no máximo "+strconv.Itoa(limit)+" letras aqui.")
		}
	}
	f := Filing{Declared: a["declaracao"] == "1"}
	a.readContact(&f, p)
	a.readAddress(&f, p)
	a.readSupplier(&f, p)
	a.readProblem(&f, p)
	a.readPurchase(&f, p, today)
	a.readStory(&f, p)
	if !f.Declared {
		p.Add("declaracao", "Marque a declaração para enviar.")
	}
	if len(p) == 0 {
		return f, nil
	}
	return f, p
}

func (a Answers) need(p fault.Fields, field, text string) string {
	if a[field] == "" {
		p.Add(field, text)
	}
	return a[field]
}

func (a Answers) readContact(f *Filing, p fault.Fields) {
	a.need(p, "email", "Escreva seu e-mail. Os avisos sobre a reclamação vão para ele.")
	contact, err := person.CheckContact(a["email"], a["telefone"])
	for field, text := range fault.FieldsOf(err) {
		p.Add(field, text)
	}
	f.Email, f.Phone = contact.Email, contact.Phone
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

func (a Answers) readAddress(f *Filing, p fault.Fields) {
	f.Postcode = digits(a["cep"])
	switch {
	case a["cep"] == "":
		p.Add("cep", "Escreva o CEP da sua casa.")
	case !postcodeShape.MatchString(f.Postcode):
		p.Add("cep", "O CEP tem oito números, como 96445-000.")
	}
	f.Street = a.need(p, "logradouro", "Escreva o nome da rua, avenida ou estrada.")
	f.Number = a.need(p, "numero", "Escreva o número da casa. Se não tem, escreva s/n.")
	f.Extra = a["complemento"]
	f.District = a.need(p, "bairro", "Escreva o bairro ou a localidade.")
	f.Municipality = a.need(p, "municipio", "Diga em que município você mora.")
	f.FactIn = a["fato"]
}

func (a Answers) readSupplier(f *Filing, p fault.Fields) {
	if id := a["fornecedor"]; id != "" && id != NotListed {
		f.SupplierID = id
		return
	}
	f.SupplierName = a.need(p, "fornecedor_nome", "Escreva o nome da empresa, como aparece na nota ou no site.")
	f.SupplierCNPJ = cpfcnpj.NormalizeCNPJ(a["fornecedor_cnpj"])
	if a["fornecedor_cnpj"] != "" && !cpfcnpj.ValidCNPJ(a["fornecedor_cnpj"]) {
		p.Add("fornecedor_cnpj", "Confira o CNPJ: são 14 caracteres, na nota fiscal ou no rodapé do site. Se não tem, deixe em branco.")
	}
	f.Segment = a["segmento"]
	if f.Segment != "" && !taxonomy.Segments().Has(f.Segment) {
		p.Add("segmento", "Escolha um ramo da lista, ou deixe em branco.")
	}
}

func (a Answers) readProblem(f *Filing, p fault.Fields) {
	f.Area, f.Subject, f.Problem = a["area"], a["assunto"], a["problema"]
	subject, known := taxonomy.Subjects().Find(f.Subject)
	if known {
		f.Area = subject.Parent // the subject knows its area better than whoever searched for it
	}
	if !taxonomy.Areas().Has(f.Area) {
		p.Add("area", "Escolha a área do produto ou serviço.")
	}
	if !known {
		p.Add("assunto", "Escolha o assunto.")
	}
	if !taxonomy.Problems().Has(f.Problem) {
		p.Add("problema", "Escolha o que aconteceu.")
	}
}

func (a Answers) readPurchase(f *Filing, p fault.Fields, today calendar.Day) {
	f.BoughtHow = a["como_comprou"]
	if !taxonomy.Purchases().Has(f.BoughtHow) {
		p.Add("como_comprou", "Diga como você comprou ou contratou.")
	}
	f.BoughtOn = a["data_compra"]
	switch day, err := calendar.Parse(f.BoughtOn); {
	case f.BoughtOn == "":
		p.Add("data_compra", "Escreva a data da compra ou do contrato. Se não lembra o dia, escreva um dia próximo.")
	case err != nil:
		p.Add("data_compra", "Confira a data: dia, mês e ano.")
	case day > today:
		p.Add("data_compra", "Esta data ainda não chegou. Escreva o dia em que você comprou.")
	case day.Year() < 1950:
		p.Add("data_compra", "Confira o ano da compra.")
	}
	if a["valor"] != "" {
		var ok bool
		if f.AmountCents, ok = Cents(a["valor"]); !ok {
			p.Add("valor", "Escreva o valor em reais, como 1.234,56. Se não sabe, deixe em branco.")
		}
	}
	f.ContractNumber = a["numero_contrato"]
}

func (a Answers) readStory(f *Filing, p fault.Fields) {
	switch a["procurou_fornecedor"] {
	case "sim":
		f.ContactedSupplier = true
	case "nao":
	default:
		p.Add("procurou_fornecedor", "Diga se você já falou com a empresa.")
	}
	f.SupplierProtocol = a["protocolo_fornecedor"]
	f.Narrative = a.need(p, "relato", "Conte o que aconteceu, com suas palavras.")
	f.Remedy, f.RemedyDetail = a["pedido"], a["pedido_detalhe"]
	if !taxonomy.Remedies().Has(f.Remedy) {
		p.Add("pedido", "Escolha o que você quer que a empresa faça.")
	}
	if f.Remedy == "outro" && f.RemedyDetail == "" {
		p.Add("pedido_detalhe", "Escreva o que você pede.")
	}
}

var (
	brazilian = regexp.MustCompile(`^(\d{1,3}(\.\d{3})+|\d+)(,\d{1,2})?$`)
	dotted    = regexp.MustCompile(`^\d+\.\d{2}$`)
)

// Cents reads an amount as people type it: 1.234,56 or 1234,5 or R$ 80 or 1234.56. At most a billion reais.
func Cents(text string) (int64, bool) {
	text = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "R$"))
	switch {
	case brazilian.MatchString(text):
		text = strings.ReplaceAll(text, ".", "")
	case dotted.MatchString(text):
		text = strings.ReplaceAll(text, ".", ",")
	default:
		return 0, false
	}
	whole, rest, _ := strings.Cut(text, ",")
	reais, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || reais > 1_000_000_000 {
		return 0, false
	}
	cents, _ := strconv.ParseInt((rest + "00")[:2], 10, 64)
	return reais*100 + cents, true
}
