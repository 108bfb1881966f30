package pdf

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

var created = time.Date(2026, 11, 23, 14, 32, 0, 0, time.UTC)

func receipt() Letter {
	return Letter{
		Title: "Comprovante de reclamação",
		Agency: Agency{
			Name:    "Procon do Estado do Rio Grande do Sul",
			Address: []string{"Rua Exemplo, 100, Centro", "90010-000 Porto Alegre, RS"},
			Brand:   "#1a7235",
		},
		Date: "Porto Alegre, 23 de novembro de 2026, às 11h32",
		Blocks: []Block{
			Figure{"Número do protocolo", "2026.0001.0000123-45"},
			Paragraph("Recebemos a sua reclamação. Guarde este número: com ele você e o Procon falam do mesmo caso."),
			Heading("O que acontece agora"),
			List{
				"O Procon lê a reclamação até quarta, 25 de novembro.",
				"Se faltar algum documento, você recebe um e-mail e tem 10 dias para enviar.",
				"A cada passo avisamos você por e-mail e na página do caso.",
			},
			Heading("O que você enviou"),
			Definitions{
				{"Consumidora", "Ana Ribeiro"},
				{"Empresa", "Loja Sem Cadastro Ltda., CNPJ 44.555.666/0001-81"},
				{"Município", "Aceguá, RS"},
				{"Assunto", "Aparelho celular: produto com defeito que a assistência não resolveu no prazo de 30 dias"},
				{"Valor", "R$ 1.234,56"},
				{"Pedido", "Reembolso"},
				{"Arquivos", "conta-de-luz.pdf (1,2 MB)\nidentidade.jpg (4 MB)\nnota-fiscal.jpg (4 MB)"},
			},
		},
		QR:         "https://procon.exemplo.rs.gov.br/verificar/7K3QX9M2PA",
		QRCaption:  "Para conferir se este comprovante é verdadeiro, aponte a câmera do telefone para o código ou abra\nprocon.exemplo.rs.gov.br/verificar/7K3QX9M2PA",
		FooterNote: "Este comprovante confirma o recebimento. Ele não dá acesso ao seu caso: para isso, entre com a sua conta gov.br.",
	}
}

func longLetter() Letter {
	story := strings.Repeat("Comprei o aparelho em março e ele parou de funcionar na segunda semana. ", 30)
	return Letter{
		Title:  "Carta de informações preliminares",
		Number: "CIP 12/2026",
		Agency: Agency{Name: "Procon Municipal de Rio Grande", Brand: "#155bcb"},
		Blocks: []Block{
			Lines{"Varejo Exemplo S.A.", "CNPJ 11.222.333/0001-81"},
			Heading("O relato"), Paragraph(story), Paragraph(story), Paragraph(story),
			Heading("O que pedimos"), Paragraph("Responda até sexta, 3 de dezembro."),
		},
		FooterNote: "Procon Municipal de Rio Grande",
	}
}

func write(t testing.TB, l Letter) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, l, created); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestALetterSaysWhatItWasGiven(t *testing.T) {
	for name, letter := range map[string]Letter{"receipt": receipt(), "long": longLetter(), "bare": {Title: "Aviso", Agency: Agency{Name: "Procon"}}} {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(printedLines(t, write(t, letter)), "\n") + "\n"
			golden(t, name+".golden", got)
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the letter changed (-want +got):\n%s", diff)
	}
}

func TestTheSameLetterGivesTheSameBytes(t *testing.T) {
	want := write(t, receipt())
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			var b bytes.Buffer
			if err := Write(&b, receipt(), created); err != nil || !bytes.Equal(b.Bytes(), want) {
				t.Errorf("another run gave other bytes (err %v)", err)
			}
		})
	}
	all.Wait()
}

func TestTheDocumentNamesItself(t *testing.T) {
	file := write(t, receipt())
	for _, want := range []string{"/Lang (pt-BR)", "/CreationDate (D:20261123143200)", "/Title (" + utf16Text("Comprovante de reclamação"), "/Author (" + utf16Text("Procon do Estado")} {
		if !bytes.Contains(file, []byte(want)) {
			t.Errorf("the file lacks %q", want)
		}
	}
}

func TestEveryPageIsNumbered(t *testing.T) {
	lines := printedLines(t, write(t, longLetter()))
	for _, want := range []string{"Página 1 de 3", "Página 2 de 3", "Página 3 de 3"} {
		if !contains(lines, want) {
			t.Errorf("no line %q", want)
		}
	}
}

func TestAHeadingStaysWithItsText(t *testing.T) {
	for filler := 20; filler < 45; filler++ {
		blocks := []Block{Lines(strings.Split(strings.Repeat("linha\n", filler)+"linha", "\n")), Heading("Título de seção"), Figure{"Valor", "1"}}
		lines := printedLines(t, write(t, Letter{Title: "Aviso", Agency: Agency{Name: "Procon"}, Blocks: blocks}))
		at := index(lines, "Título de seção")
		if next := lines[at+1]; next != "Valor" {
			t.Fatalf("after %d lines the heading is followed by %q", filler+1, next)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	tooLong := receipt()
	tooLong.QR = strings.Repeat("ã", 5000)
	for name, c := range map[string]struct {
		letter  Letter
		created time.Time
	}{
		"a letter without an instant":        {receipt(), time.Time{}},
		"a QR text too long for any QR code": {tooLong, created},
	} {
		t.Run(name, func(t *testing.T) {
			if err := Write(&bytes.Buffer{}, c.letter, c.created); err == nil {
				t.Error("accepted")
			}
		})
	}
}

var errFull = errors.New("disk full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestAFailingWriterIsReported(t *testing.T) {
	if err := Write(fullDisk{}, receipt(), created); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}

func TestOnlyAWholeColourIsUsed(t *testing.T) {
	for text, want := range map[string]colour{
		"#1a7235": {0x1a, 0x72, 0x35}, "#FFFFFF": {255, 255, 255},
		"": ink, "1a7235": ink, "#1a723": ink, "#1a72355": ink, "#-1-1-1": ink, "#gggggg": ink, "green": ink,
	} {
		if got := parseColour(text); got != want {
			t.Errorf("%q gave %v", text, got)
		}
	}
}

func BenchmarkReceipt(b *testing.B) {
	for b.Loop() {
		write(b, receipt())
	}
}
