package complainttest

import (
	"maps"
	"strings"
	"testing"

	"guiche/internal/attachment"
	"guiche/internal/complaint"
	"guiche/internal/person"
	"guiche/internal/taxonomy"
)

// Municipalities of the installation that tests name often, by IBGE code.
const (
	Acegua    = "4300034" // has no Procon: the state's form
	RioGrande = "4315602" // its Procon works on this installation
	Alegrete  = "4300406" // nothing certain is known: the officer must confirm the jurisdiction
)

// Opts say how a complaint differs from the usual one.
type Opts struct {
	By      person.Actor      // zero: Ana
	Answers complaint.Answers // over those of Answers()
}

// Answers are those of a whole complaint of Aceguá against a company that is not in the master.
func Answers() complaint.Answers {
	return complaint.Answers{
		"email": "ana@exemplo.test", "telefone": "(53) 99999-0001", "cep": "96445-000", "logradouro": "Rua das Flores", "numero": "10",
		"bairro": "Centro", "municipio": Acegua, "fornecedor": complaint.NotListed, "fornecedor_nome": "Ferragem da Esquina",
		"area": "demais-produtos", "assunto": "moveis-colchoes", "problema": taxonomy.Problems()[0].Code,
		"como_comprou": taxonomy.Purchases()[0].Code, "data_compra": "2026-11-02", "valor": "1.234,56",
		"procurou_fornecedor": "sim", "protocolo_fornecedor": "SAC-77", "relato": "Comprei uma estante e ela nunca chegou.",
		"pedido": "reembolso", "declaracao": "1",
	}
}

// File files a complaint with its three documents and gives its protocol.
func (f *Fixture) File(t testing.TB, o Opts) (protocol string) {
	t.Helper()
	by := o.By
	if !by.SignedIn() {
		by = f.Ana
	}
	answers := Answers()
	maps.Copy(answers, o.Answers)
	draft, _, err := f.Service.StartDraft(t.Context(), by, answers, true)
	must(t, err)
	for _, kind := range complaint.RequiredKinds {
		_, err := f.Files.Receive(t.Context(), attachment.Upload{Kind: kind, Name: kind.Field() + ".txt", By: by.AccountID, DraftID: draft.ID,
			Reader: strings.NewReader(kind.Label() + " de " + by.Name)})
		must(t, err)
	}
	protocol, err = f.Service.File(t.Context(), by, draft.ID, nil)
	must(t, err)
	return protocol
}
