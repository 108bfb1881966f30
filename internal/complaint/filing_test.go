package complaint

import (
	"maps"
	"strings"
	"testing"

	"guiche/internal/calendar"
	"guiche/internal/taxonomy"
)

var whole = Answers{"email": "ana@exemplo.test", "telefone": "(53) 99999-0000", "cep": "96445-000", "logradouro": "Rua das Flores", "numero": "10", "bairro": "Centro",
	"municipio": "4300034", "fornecedor": NotListed, "fornecedor_nome": "Loja Sem Cadastro Ltda.", "fornecedor_cnpj": "44.555.666/0001-81",
	"area": "demais-produtos", "assunto": "moveis-colchoes", "problema": "", "como_comprou": "", "data_compra": "2026-11-01", "valor": "1.234,56",
	"procurou_fornecedor": "sim", "relato": "Não entregaram.", "pedido": "reembolso", "declaracao": "1"}

var today = calendar.Date(2026, 11, 23)

func answers(t *testing.T) Answers {
	t.Helper()
	a := maps.Clone(whole)
	a["problema"], a["como_comprou"] = firstCode(t, "problema"), firstCode(t, "como_comprou")
	return a
}

func TestAWholeComplaintReadsAsTyped(t *testing.T) {
	f, problems := answers(t).Read(today)
	if problems != nil {
		t.Fatal(problems)
	}
	if f.Email != "ana@exemplo.test" || f.Phone != "53999990000" || f.Postcode != "96445000" || f.AmountCents != 123456 || f.SupplierCNPJ != "44555666000181" || !f.ContactedSupplier || f.SupplierID != "" {
		t.Errorf("%+v", f)
	}
}

func TestEachWrongAnswerIsSaidAtItsField(t *testing.T) { // interface.md "Manners"
	for name, c := range map[string]struct{ field, value string }{
		"no e-mail":                       {"email", ""},
		"an e-mail without a host":        {"email", "ana@"},
		"an e-mail with a line break":     {"email", "ana@exemplo.test\nBcc: x@y.test"},
		"a telephone without DDD":         {"telefone", "99999-0000"},
		"no postcode":                     {"cep", ""},
		"a postcode of seven digits":      {"cep", "9644500"},
		"no street":                       {"logradouro", ""},
		"no house number":                 {"numero", ""},
		"no district":                     {"bairro", ""},
		"no municipality":                 {"municipio", ""},
		"no company":                      {"fornecedor_nome", ""},
		"a CNPJ with wrong check digits":  {"fornecedor_cnpj", "44.555.666/0001-82"},
		"a market that does not exist":    {"segmento", "x"},
		"a subject that does not exist":   {"assunto", "x"},
		"a problem that does not exist":   {"problema", "<script>"},
		"a way of buying not in the list": {"como_comprou", "x"},
		"no date":                         {"data_compra", ""},
		"a date that does not exist":      {"data_compra", "2026-02-30"},
		"a date to come":                  {"data_compra", "2026-11-24"},
		"a date before anybody's time":    {"data_compra", "1026-11-01"},
		"an amount in words":              {"valor", "mil reais"},
		"an amount below nothing":         {"valor", "-5"},
		"no word on contacting":           {"procurou_fornecedor", ""},
		"no story":                        {"relato", ""},
		"a story too long":                {"relato", strings.Repeat("a", MessageLimit+1)},
		"no remedy":                       {"pedido", ""},
		"no declaration":                  {"declaracao", ""},
		"a street of 5,000 letters":       {"logradouro", strings.Repeat("ã", 5000)},
	} {
		t.Run(name, func(t *testing.T) {
			a := answers(t)
			a[c.field] = c.value
			_, problems := a.Read(today)
			if problems[c.field] == "" || len(problems) != 1 {
				t.Errorf("messages: %v", problems)
			}
		})
	}
}

func TestTheSubjectKnowsItsArea(t *testing.T) {
	a := answers(t)
	a["area"], a["assunto"] = "saude", "televisao"
	if f, problems := a.Read(today); problems != nil || f.Area != "eletrodomesticos-eletronicos" {
		t.Errorf("area %q, %v", f.Area, problems)
	}
	a["area"], a["assunto"] = "x", ""
	if _, problems := a.Read(today); problems["area"] == "" || problems["assunto"] == "" {
		t.Errorf("%v", problems)
	}
}

func TestOtherRemedyNeedsItsWords(t *testing.T) {
	a := answers(t)
	a["pedido"] = "outro"
	if _, problems := a.Read(today); problems["pedido_detalhe"] == "" {
		t.Error("no message")
	}
}

func TestAmountsAreReadAsPeopleTypeThem(t *testing.T) {
	for typed, want := range map[string]int64{"1.234,56": 123456, "1234,5": 123450, "R$ 80": 8000, "1234.56": 123456, "1.234": 123400, "0,01": 1, "12.345.678,90": 1234567890} {
		if got, ok := Cents(typed); !ok || got != want {
			t.Errorf("%q: %d %v, want %d", typed, got, ok, want)
		}
	}
	for _, typed := range []string{"", "abc", "1,2,3", "1.23.4", "-1", "9999999999999", "1e3", "１２"} {
		if got, ok := Cents(typed); ok {
			t.Errorf("%q was read as %d", typed, got)
		}
	}
}

func FuzzAnswers(f *testing.F) {
	f.Add("ana@exemplo.test", "1.234,56", "2026-11-01", "relato", "44.555.666/0001-81")
	f.Fuzz(func(t *testing.T, email, amount, date, story, cnpj string) {
		a := maps.Clone(whole)
		a["email"], a["valor"], a["data_compra"], a["relato"], a["fornecedor_cnpj"] = email, amount, date, story, cnpj
		if filing, _ := a.Read(today); filing.AmountCents < 0 {
			t.Errorf("%q became %d cents", amount, filing.AmountCents)
		}
	})
}

func firstCode(t *testing.T, field string) string {
	t.Helper()
	if field == "problema" {
		return taxonomy.Problems()[0].Code
	}
	return taxonomy.Purchases()[0].Code
}
