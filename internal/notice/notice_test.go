package notice_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"guiche/internal/mail"
	"guiche/internal/notice"
)

var update = flag.Bool("update", false, "rewrite golden files")

var ofVarejo = notice.Company{Name: "Inês", Protocol: ofAna.Protocol, Company: "Varejo Exemplo S.A.", Agency: "Procon RS", URL: "https://procon.exemplo/empresa/casos/" + ofAna.Protocol}

var ofAna = notice.Case{Name: "Ana", Protocol: "2026.0001.0000001-49", Supplier: "Loja Sem Cadastro Ltda.", Agency: "Procon RS", URL: "https://procon.exemplo/reclamacoes/2026.0001.0000001-49"}

// othersThanSamples are the kinds that read otherwise with other values, by the name of the golden file.
func othersThanSamples() map[string]notice.Message {
	c, e := ofAna, ofVarejo
	firm := e
	open, openFirm := c, e
	open.Answered, openFirm.Answered = true, true
	firm.Protocol, firm.URL = "", "https://procon.exemplo/empresa"
	return map[string]notice.Message{
		"said_answerable":             notice.Said{Case: open, By: "O Procon RS"},
		"said_to_company_answerable":  notice.SaidToCompany{Company: openFirm, By: "O consumidor"},
		"answered_no_offer":           notice.Answered{Case: c, Kind: "recusa do pedido", Until: "segunda, 4 de janeiro"},
		"refusal_decided_upheld":      notice.RefusalDecided{Case: c, Upheld: true, Next: "Você pode levar o caso ao Procon até segunda, 7 de dezembro."},
		"refusal_review_upheld":       notice.RefusalReview{Company: e, Upheld: true},
		"rated_solved":                notice.Rated{Company: e, Solved: true, Score: 5},
		"registration_decided_denied": notice.RegistrationDecided{Company: firm},
		"reply_refused_words":         notice.ReplyRefused{Case: c, Why: "O texto passa de 10.000 letras."},
		"reply_refused_many":          notice.ReplyRefused{Case: c, Files: strings.Fields("a.exe b.exe c.exe d.exe e.exe f.exe g.exe"), Why: "Não recebemos programas."},
	}
}

func TestEveryMailReadsAsAgreed(t *testing.T) {
	messages := othersThanSamples()
	for _, m := range notice.Samples("Procon RS", "") {
		messages[m.About().Kind] = m
	}
	for name, message := range messages {
		t.Run(name, func(t *testing.T) {
			m := compose(t, message, notice.Words{})
			got := "Subject: " + m.Subject + "\n\n" + m.Text
			file := "testdata/" + name + ".golden"
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func compose(t *testing.T, m notice.Message, words notice.Words) mail.Message {
	t.Helper()
	composed, err := notice.Compose(m, words, "x-1", mail.Address{Name: "Ana Ribeiro", Address: "ana@exemplo.test"})
	if err != nil {
		t.Fatal(err)
	}
	return composed
}

func TestHostileNamesStayText(t *testing.T) { // quality 3: text from people is inert
	evil := ofAna
	evil.Name, evil.Supplier = "<script>alert(1)</script>\r\nBcc: x@y.z", `"><img src=x onerror=alert(1)>`
	m := compose(t, notice.Said{Case: evil, By: "<b>"}, notice.Words{})
	for _, bad := range []string{"<script", "<img", "<b>"} {
		if strings.Contains(m.HTML, bad) {
			t.Errorf("the HTML has %q", bad)
		}
	}
}

func TestTheReceiptIsTheSameEveryTimeItIsPrinted(t *testing.T) {
	r := notice.Receipt{Protocol: ofAna.Protocol, FiledAt: time.Date(2026, 11, 23, 17, 32, 0, 0, time.UTC), Agency: "Procon RS", Consumer: "Ana Ribeiro", CPF: "***.444.777-**",
		Supplier: ofAna.Supplier, CNPJ: "44.555.666/0001-81", Subject: "Móveis e Colchões", Problem: "Não entrega/demora", Remedy: "Reembolso", Next: "O Procon lê sua reclamação.",
		Files: []string{"conta-de-luz.pdf (120 kB)"}, VerifyURL: "https://procon.exemplo/verificar/ABCDEFGH"}
	var first, second bytes.Buffer
	if err := r.Write(&first); err != nil {
		t.Fatal(err)
	}
	if err := r.Write(&second); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) || !bytes.HasPrefix(first.Bytes(), []byte("%PDF-")) {
		t.Error("two printings differ, or it is no PDF")
	}
}

func preliminary() notice.CIP {
	return notice.CIP{Number: "CIP 2026/000012", IssuedAt: time.Date(2026, 11, 23, 17, 32, 0, 0, time.UTC), Agency: "Procon RS", AgencyAddress: []string{"Rua Sete, 723"}, City: "Porto Alegre",
		Company: "Loja Sem Cadastro Ltda.", CNPJ: "44.555.666/0001-81", Address: []string{"Rua do Comércio, 5", "Bagé, RS"}, Protocol: ofAna.Protocol, Consumer: "Ana Ribeiro",
		Subject: "Móveis e Colchões", Problem: "Não entrega/demora", Remedy: "Reembolso", Narrative: strings.Repeat("A estante não chegou.\n", 80), Asks: "Quando chega?",
		Until: "até quinta, 3 de dezembro de 2026", Officer: "Elisa Prates", Verify: "ABCDEFGHABCDEFGHABCD",
		VerifyURL: "https://procon.exemplo/verificar/ABCDEFGHABCDEFGHABCD", AnswerURL: "https://procon.exemplo/empresa/codigo"}
}

func TestACopyOfALetterIsTheSameEveryTimeAndOnlyTheSentOneHasTheCode(t *testing.T) {
	print := func(c notice.CIP) string {
		var out bytes.Buffer
		if err := c.Write(&out); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	first := print(preliminary())
	if first != print(preliminary()) || !strings.HasPrefix(first, "%PDF-") {
		t.Error("two printings differ, or it is no PDF")
	}
	sent := preliminary()
	sent.Code = "ABCD-EFGH-JKLM"
	if print(sent) == first {
		t.Error("the code is not printed")
	}
	kept, err := json.Marshal(sent)
	if err != nil || strings.Contains(string(kept), sent.Code) {
		t.Errorf("the code is kept with the letter: %s %v", kept, err)
	}
}
