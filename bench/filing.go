package main

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"guiche/internal/complaint"
)

// who signs in, from the demonstration, with the contact of their account.
type who struct{ cpf, email, phone string }

// ana lives where there is no municipal Procon and files everything that is counted; dandara files one case, so that
// its page is not long with others; elisa works for the state's Procon.
func ana() who     { return who{"11144477735", "ana.ribeiro@example.com", "53999990001"} }
func dandara() who { return who{"30040050009", "dandara@example.com", "51999990004"} }
func elisa() who   { return who{cpf: "52998224725"} }

// step is one page of the form and what is written there.
type step struct {
	code   string
	fields url.Values
}

// steps are those before the documents. The contact is the account's own, so that no new address is confirmed.
func steps(w who) []step {
	return []step{
		{"contato", url.Values{"email": {w.email}, "telefone": {w.phone}}},
		{"endereco", url.Values{"cep": {"96445-000"}, "logradouro": {"Rua das Flores"}, "numero": {"10"}, "bairro": {"Centro"}, "municipio": {"4300034"}}},
		{"empresa", url.Values{"fornecedor_nome": {"Ferragem da Esquina"}, "segmento": {"8"}}},
		{"problema", url.Values{"area": {"demais-produtos"}, "assunto": {"moveis-colchoes"}, "problema": {"nao-entrega"}}},
		{"compra", url.Values{"como_comprou": {"loja-fisica"}, "data_compra": {"2026-02-02"}, "valor": {"1.234,56"}, "numero_contrato": {"NF 4471"}}},
		{"relato", url.Values{"relato": {strings.Repeat("Comprei uma estante em março e ela nunca chegou. A loja diz que a fábrica atrasou. ", 6)},
			"procurou_fornecedor": {"sim"}, "protocolo_fornecedor": {"SAC-77"}, "pedido": {"reembolso"}}},
	}
}

func address(draft, step string) string {
	return "/reclamacoes/nova?" + url.Values{"rascunho": {draft}, "passo": {step}}.Encode()
}

// moved takes a redirect to be the success that it is here, and refuses everything else.
func moved(a answer, err error) (answer, error) {
	if err == nil && a.status != http.StatusSeeOther {
		err = a.unexpected()
	}
	return a, err
}

// newDraft begins a fresh draft.
func newDraft(v *visitor) (string, error) {
	a, err := moved(v.post("/rascunhos", nil))
	if err != nil {
		return "", fmt.Errorf("new draft: %w", err)
	}
	to, err := url.Parse(a.location)
	if err != nil {
		return "", err
	}
	return to.Query().Get("rascunho"), nil
}

// fill answers every step before the documents; with pages it also looks at each page, as a browser does.
func fill(v *visitor, draft string, pages bool) error {
	for _, s := range steps(v.who) {
		if pages {
			if _, err := v.page(address(draft, s.code)); err != nil {
				return err
			}
		}
		if _, err := moved(v.post(address(draft, s.code), s.fields)); err != nil {
			return fmt.Errorf("step %s: %w", s.code, err)
		}
	}
	return nil
}

// smallPapers are two of the three documents a complaint must have.
func smallPapers() []file {
	return []file{
		{"comprovante_endereco", "conta-de-luz.txt", []byte("Conta de luz, Rua das Flores, 10, Aceguá.")},
		{"documento_identidade", "identidade.txt", []byte("Identidade, RG 1010101010.")},
	}
}

// receipt is a PDF of fileSize bytes that nobody has sent before.
func receipt() (file, error) {
	content := make([]byte, fileSize)
	if _, err := rand.Read(content); err != nil {
		return file{}, err
	}
	copy(content, "%PDF-1.7\n")
	return file{"comprovante_relacao", "nota-fiscal.pdf", content}, nil
}

// sendPapers sends documents and goes on to the review, or stays.
func sendPapers(v *visitor, draft, action string, papers ...file) error {
	_, err := moved(v.upload(address(draft, "documentos"), map[string]string{"acao": action}, papers...))
	if err != nil {
		return fmt.Errorf("documents: %w", err)
	}
	return nil
}

// submit files the draft and gives the address of the case, whose protocol it names.
func submit(v *visitor, draft string) (string, error) {
	a, err := moved(v.post(address(draft, "revisao"), url.Values{"declaracao": {"1"}}))
	if err == nil && !strings.HasPrefix(a.location, "/reclamacoes/") || strings.Contains(a.location, "/nova") {
		err = a.unexpected()
	}
	if err != nil {
		return "", fmt.Errorf("submit: %w", err)
	}
	path, _, _ := strings.Cut(a.location, "?")
	return path, nil
}

// fileWhole is the journey of one complaint as a browser makes it, from the first page of the form to the case.
func fileWhole(v *visitor, paper file) (path string, err error) {
	draft, err := newDraft(v)
	if err != nil {
		return "", err
	}
	if err := fill(v, draft, true); err != nil {
		return "", err
	}
	if _, err := v.page(address(draft, "documentos")); err != nil {
		return "", err
	}
	if err := sendPapers(v, draft, "continuar", append(smallPapers(), paper)...); err != nil {
		return "", err
	}
	if _, err := v.page(address(draft, "revisao")); err != nil {
		return "", err
	}
	if path, err = submit(v, draft); err != nil {
		return "", err
	}
	_, err = v.page(path)
	return path, err
}

// wholeRequests is how many requests fileWhole makes.
func wholeRequests() float64 { return float64(1 + 2*len(steps(who{})) + 5) }

// prepare gives every client drafts that lack only the last document and the submission.
func prepare(visitors []*visitor, each int) ([][]string, error) {
	drafts := make([][]string, len(visitors))
	_, err := drive(len(visitors), 5*time.Minute, each, func(client, _ int) error {
		v := visitors[client]
		draft, err := newDraft(v)
		if err != nil {
			return err
		}
		if err := fill(v, draft, false); err != nil {
			return err
		}
		drafts[client] = append(drafts[client], draft)
		return sendPapers(v, draft, "enviar", smallPapers()...)
	})
	return drafts, err
}

// measureFiling is Q-1: the last document and the submission, the submission alone, and the whole journey, of as many
// people as there are clients.
func (b *bench) measureFiling() error {
	papers, err := receipts(clients * b.filings)
	if err != nil {
		return err
	}
	people, err := b.settlePeople(clients)
	if err != nil {
		return err
	}
	visitors := make([]*visitor, clients)
	for i := range visitors {
		if visitors[i], err = b.consumers[i].as(people[i]); err != nil {
			return err
		}
	}
	if err := b.program.settle(); err != nil {
		return err
	}
	b.say("  sending the last document and submitting")
	s, submits, cpu, err := b.submitAll(visitors, papers)
	if err != nil {
		return err
	}
	whole, err := b.measureWhole(visitors, papers)
	if err != nil {
		return err
	}
	// What the machine can do comes last: a file system without a journal looks at each file deleted within minutes before
	// it makes another, which took a quarter of the program's time when thousands had been.
	files, err := durableFiles(b.span, filepath.Join(b.program.dir, "files"))
	if err != nil {
		return err
	}
	n := float64(len(s.times))
	b.table.add(
		figure{id: "Q-1", what: "200 KB file + submit, 16 clients", value: s.perSecond(), unit: "/s", atLeast: 446, limit: files, limitOf: "durable files",
			more: fmt.Sprintf("p50 %.0f ms, p99 %.0f ms; the submit alone %.1f ms on average", s.percentile(50), s.percentile(99), milliseconds(submits)/n)},
		figure{id: "Q-1", what: "processor per complaint (file + submit)", value: milliseconds(cpu) / n, unit: " ms", atMost: 4,
			more: "of the program; its mails are in it as far as they were written meanwhile"},
		whole)
	return nil
}

// submitAll prepares drafts and completes them, some of each person in each round: nobody may have more at once. What
// is counted is the completing; it also says how long the submissions alone took, added up, and the program's CPU.
func (b *bench) submitAll(visitors []*visitor, papers []file) (all sample, submits, cpu time.Duration, err error) {
	var sum atomic.Int64
	for done := 0; done < b.filings; {
		each := min(b.filings-done, complaint.DraftsAtOnce)
		drafts, err := prepare(visitors, each)
		if err != nil {
			return all, 0, 0, err
		}
		before, err := b.program.cpu()
		if err != nil {
			return all, 0, 0, err
		}
		s, err := drive(clients, time.Minute, each, func(client, call int) error {
			v, draft := visitors[client], drafts[client][call]
			if err := sendPapers(v, draft, "continuar", papers[client*b.filings+done+call]); err != nil {
				return err
			}
			began := time.Now()
			_, err := submit(v, draft)
			sum.Add(int64(time.Since(began)))
			return err
		})
		if err != nil {
			return all, 0, 0, err
		}
		after, err := b.program.cpu()
		if err != nil {
			return all, 0, 0, err
		}
		all, cpu, done = all.and(s), cpu+after-before, done+each
	}
	return all, time.Duration(sum.Load()), cpu, nil
}

func receipts(n int) ([]file, error) {
	out := make([]file, n)
	for i := range out {
		var err error
		if out[i], err = receipt(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (b *bench) measureWhole(visitors []*visitor, papers []file) (figure, error) {
	if err := b.program.settle(); err != nil {
		return figure{}, err
	}
	hello, err := hellos(b.ctx, b.span, clients)
	if err != nil {
		return figure{}, err
	}
	b.say("  whole journeys")
	s, err := drive(clients, b.span*3, b.filings, func(client, call int) error {
		_, err := fileWhole(visitors[client], papers[client*b.filings+call])
		return err
	})
	return figure{id: "Q-1", what: "whole journey of a complaint, 16 clients", value: s.perSecond(), unit: "/s", limit: hello.perSecond() / wholeRequests(), limitOf: "bare requests",
		more: fmt.Sprintf("%.0f requests each; p50 %.0f ms, p99 %.0f ms", wholeRequests(), s.percentile(50), s.percentile(99))}, err
}
