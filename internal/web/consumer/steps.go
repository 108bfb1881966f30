package consumer

import (
	"guiche/internal/complaint"
	"guiche/internal/taxonomy"
	"guiche/internal/web/ui"
)

// step is one page of the form: a question and at most a handful of fields.
type step struct {
	Code, Question, Lead string
	Short                string // in the progress line and on the review page
	fields               func() ui.Form
}

const (
	stepDocuments = "documentos"
	stepReview    = "revisao"
	stepSupplier  = "empresa"
)

var allSteps = []step{
	{"contato", "Como falamos com você?", "Os avisos sobre a reclamação vão para o seu e-mail.", "Contato", contactFields},
	{"endereco", "Onde você mora?", "O endereço mostra qual Procon atende você. Depois você envia um comprovante.", "Endereço", addressFields},
	{stepSupplier, "Qual é a empresa?", "Escreva o que souber. O nome já ajuda.", "Empresa", supplierFields},
	{"problema", "Qual é o problema?", "Escolha o que mais se parece com o seu caso.", "Problema", problemFields},
	{"compra", "Como foi a compra ou o contrato?", "", "Compra", purchaseFields},
	{"relato", "O que aconteceu?", "Conte com suas palavras. A empresa e o Procon vão ler.", "Relato", storyFields},
	{stepDocuments, "Envie os documentos", "Pode ser foto. Cada arquivo pode ter até 20 MB: PDF, foto, áudio ou texto.", "Documentos", nil},
	{stepReview, "Confira e envie", "Leia tudo com calma. Você ainda pode mudar o que quiser.", "Conferir e enviar", reviewFields},
}

// stepsFor are the steps of a draft: a company chosen from the list needs no description.
func stepsFor(d complaint.Draft) []step {
	chosen := d.Answers["fornecedor"] != "" && d.Answers["fornecedor"] != complaint.NotListed
	var out []step
	for _, s := range allSteps {
		if s.Code != stepSupplier || !chosen {
			out = append(out, s)
		}
	}
	return out
}

func findStep(steps []step, code string) (step, int, bool) {
	for i, s := range steps {
		if s.Code == code {
			return s, i, true
		}
	}
	return step{}, 0, false
}

func contactFields() ui.Form {
	return ui.Form{
		{Name: "email", Label: "E-mail", Kind: ui.Email, Autocomplete: "email", InputMode: "email"},
		{Name: "telefone", Label: "Telefone com DDD", Kind: ui.Phone, Optional: true, Autocomplete: "tel-national", InputMode: "tel", Size: "m", Hint: "Só se precisarmos falar com urgência."},
	}
}

func addressFields() ui.Form {
	return ui.Form{
		{Name: "cep", Label: "CEP", Kind: ui.Text, Autocomplete: "postal-code", InputMode: "numeric", Size: "s"},
		{Name: "logradouro", Label: "Rua, avenida ou estrada", Kind: ui.Text, Autocomplete: "address-line1"},
		{Name: "numero", Label: "Número", Kind: ui.Text, Size: "s", Hint: "Se não tem, escreva s/n."},
		{Name: "complemento", Label: "Complemento", Kind: ui.Text, Optional: true, Autocomplete: "address-line2", Hint: "Apartamento, bloco, fundos."},
		{Name: "bairro", Label: "Bairro ou localidade", Kind: ui.Text, Autocomplete: "address-level3"},
		{Name: "municipio", Label: "Município", Kind: ui.Select},
	}
}

func supplierFields() ui.Form {
	return ui.Form{
		{Name: "fornecedor_nome", Label: "Nome da empresa", Kind: ui.Text, Autocomplete: "off", Hint: "Como aparece na nota, no contrato ou no site."},
		{Name: "fornecedor_cnpj", Label: "CNPJ", Kind: ui.Text, Optional: true, Size: "m", Hint: "Fica na nota fiscal ou no rodapé do site. Pode ter letras."},
		{Name: "segmento", Label: "Ramo da empresa", Kind: ui.Select, Optional: true, Options: options(taxonomy.Segments(), nil)},
	}
}

func problemFields() ui.Form {
	return ui.Form{
		{Name: "area", Label: "Área", Kind: ui.Select, Options: options(taxonomy.Areas(), nil)},
		{Name: "assunto", Label: "Assunto", Kind: ui.Select, Options: options(taxonomy.Subjects(), taxonomy.Areas()), DependsOn: "area"},
		{Name: "problema", Label: "O que aconteceu", Kind: ui.Select, Options: options(taxonomy.Problems(), taxonomy.ProblemGroups())},
	}
}

func purchaseFields() ui.Form {
	return ui.Form{
		{Name: "como_comprou", Label: "Como você comprou ou contratou?", Kind: ui.Select, Options: options(taxonomy.Purchases(), nil)},
		{Name: "data_compra", Label: "Quando?", Kind: ui.Date, Size: "m", Hint: "Se não lembra o dia, escreva um dia próximo."},
		{Name: "valor", Label: "Valor em reais", Kind: ui.Text, Optional: true, InputMode: "decimal", Size: "m", Hint: "Por exemplo: 1.234,56"},
		{Name: "numero_contrato", Label: "Número do pedido, contrato ou nota", Kind: ui.Text, Optional: true, Autocomplete: "off"},
	}
}

func storyFields() ui.Form {
	return ui.Form{
		{Name: "relato", Label: "Relato", Kind: ui.Long, MaxLength: complaint.MessageLimit, Hint: "O que foi combinado, o que deu errado e quando."},
		{Name: "procurou_fornecedor", Label: "Você já falou com a empresa?", Kind: ui.Radio, Options: []ui.Option{{Value: "sim", Label: "Sim"}, {Value: "nao", Label: "Não"}}},
		{Name: "protocolo_fornecedor", Label: "Número do protocolo que a empresa deu", Kind: ui.Text, Optional: true, Autocomplete: "off"},
		{Name: "pedido", Label: "O que você quer que a empresa faça?", Kind: ui.Radio, Options: options(taxonomy.Remedies(), nil)},
		{Name: "pedido_detalhe", Label: "Explique o pedido", Kind: ui.Long, Optional: true, MaxLength: 1000},
	}
}

func reviewFields() ui.Form {
	return ui.Form{{Name: "declaracao", Kind: ui.Checkbox, Label: "Declaro que o que escrevi é verdade e que os documentos são meus ou de quem eu represento."}}
}

// options makes the choices of a list, grouped by their parents when they have any.
func options(list, groups taxonomy.List) []ui.Option {
	var out []ui.Option
	for _, t := range list {
		o := ui.Option{Value: t.Code, Label: t.Label}
		if groups != nil {
			o.Group = groups.Label(t.Parent)
		}
		out = append(out, o)
	}
	return out
}
