package notice_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"guiche/internal/mail"
	"guiche/internal/notice"
)

var update = flag.Bool("update", false, "rewrite golden files")

var ofAna = notice.Case{Name: "Ana", Protocol: "2026.0001.0000001-49", Supplier: "Loja Sem Cadastro Ltda.", Agency: "Procon RS", URL: "https://procon.exemplo/reclamacoes/2026.0001.0000001-49"}

var all = map[string]notice.Message{
	"filed":             notice.Filed{Case: ofAna, Next: "O Procon vai ler sua reclamação até quarta, 25 de novembro."},
	"filed_unconfirmed": notice.FiledUnconfirmed{Agency: ofAna.Agency, Protocol: ofAna.Protocol, URL: ofAna.URL},
	"said":              notice.Said{Case: ofAna, By: "O Procon RS"},
	"asked":             notice.Asked{Case: ofAna, By: "O Procon RS", Until: "quinta, 3 de dezembro"},
	"referred":          notice.Referred{Case: ofAna, Body: "Anatel"},
	"recalled":          notice.Recalled{Case: ofAna},
	"closed":            notice.Closed{Case: ofAna, Outcome: "Fundamentada, atendida pela empresa", ReopenUntil: "quarta, 23 de dezembro"},
	"reopened":          notice.Reopened{Case: ofAna, Next: "O Procon vai analisar até segunda, 7 de dezembro."},
	"expired":           notice.Expired{Case: ofAna, What: "A empresa não respondeu no prazo.", Next: "Diga até quarta, 23 de dezembro se a empresa resolveu."},
	"reminder":          notice.Reminder{Case: ofAna, Until: "quinta, 3 de dezembro", Left: "faltam 2 dias"},
	"escalated":         notice.Escalated{Case: ofAna, Next: "O Procon RS vai ler sua reclamação até sexta, 4 de dezembro."},
	"confirm_email":     notice.ConfirmEmail{Name: "Dandara", Agency: "Procon RS", URL: "https://procon.exemplo/conta/confirmar-email?codigo=ABC"},
}

func TestEveryMailReadsAsAgreed(t *testing.T) {
	for name, message := range all {
		t.Run(name, func(t *testing.T) {
			m, err := notice.Compose(message, "x-1", mail.Address{Name: "Ana Ribeiro", Address: "ana@exemplo.test"})
			if err != nil {
				t.Fatal(err)
			}
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

func TestHostileNamesStayText(t *testing.T) { // quality 3: text from people is inert
	evil := ofAna
	evil.Name, evil.Supplier = "<script>alert(1)</script>\r\nBcc: x@y.z", `"><img src=x onerror=alert(1)>`
	m, err := notice.Compose(notice.Said{Case: evil, By: "<b>"}, "x-2", mail.Address{Name: evil.Name, Address: "ana@exemplo.test"})
	if err != nil {
		t.Fatal(err)
	}
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
