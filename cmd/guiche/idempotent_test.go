package main

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"guiche/internal/complaint"
)

// atOnce does the same thing many times at the same moment.
func atOnce(n int, do func(i int)) {
	var ready, done sync.WaitGroup
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			ready.Wait()
			do(i)
		})
	}
	done.Wait()
}

func review(draft string) string { return "/reclamacoes/nova?rascunho=" + draft + "&passo=revisao" }

func TestThirtySendingsAreOneComplaint(t *testing.T) {
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := openSite(t, open(t))
			ana := newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
			draft := s.draft(s.actor("ana"), nil)
			replies := make([]reply, 30)
			atOnce(len(replies), func(i int) {
				var err error
				if replies[i], err = ana.try("POST", review(draft), "declaracao=1", "Content-Type", formType); err != nil {
					t.Error(err)
				}
			})
			s.doJobs()
			protocol := s.text(`SELECT protocol FROM complaint`)
			for _, r := range replies {
				if r.status != http.StatusSeeOther || r.to != "/reclamacoes/"+protocol+"?registrada=1" {
					t.Errorf("%d to %s", r.status, r.to)
				}
			}
			if n := len(s.column(`SELECT id FROM complaint`)); n != 1 || len(s.outbox.All()) != 1 || len(s.column(`SELECT id FROM attachment WHERE complaint_id <> ''`)) != 3 {
				t.Errorf("%d complaints, %d mails", n, len(s.outbox.All()))
			}
			if r := ana.post(review(draft), url.Values{"declaracao": {"1"}}); r.to != "/reclamacoes/"+protocol+"?registrada=1" {
				t.Errorf("an old tab leads to %s", r.to)
			}
		})
	}
}

func TestManyTapsOnTheCompanysStepLeadOn(t *testing.T) { // the first makes the step fall away
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := openSite(t, open(t))
			ana := newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
			draft := s.draft(s.actor("ana"), nil)
			form := url.Values{"fornecedor_nome": {"Varejo"}, "fornecedor_cnpj": {"11.222.333/0001-81"}}
			atOnce(8, func(int) {
				r, err := ana.try("POST", "/reclamacoes/nova?rascunho="+draft+"&passo=empresa", form.Encode(), "Content-Type", formType)
				if err != nil || r.status != http.StatusSeeOther || !strings.Contains(r.to, "passo=problema") {
					t.Errorf("%d to %q, %v", r.status, r.to, err)
				}
			})
		})
	}
}

func TestTheSameFormSaysItOnce(t *testing.T) {
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := openSite(t, open(t))
			ana, elisa := newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"]), newBrowser(t, s.BaseURL).signIn(cpfOf()["elisa"])
			protocol := s.complain(s.actor("ana"), nil)
			for _, c := range []struct {
				b    *browser
				page string
			}{{ana, "/reclamacoes/" + protocol}, {elisa, "/servidor/casos/" + protocol}} {
				form := formAt(t, c.b.get(c.page).body, c.page+"/mensagem")
				form.Set("mensagem", "Duas vezes o mesmo.")
				body, contentType := multipartOf(form, paper{"anexos", "foto.txt", "o mesmo arquivo de " + c.page})
				atOnce(8, func(int) {
					if r, err := c.b.try("POST", c.page+"/mensagem", body, "Content-Type", contentType); err != nil || r.status != http.StatusSeeOther {
						t.Errorf("%s: %d, %v", c.page, r.status, err)
					}
				})
			}
			s.doJobs()
			if n := len(s.column(`SELECT id FROM message`)); n != 2 {
				t.Errorf("%d messages, not 2", n)
			}
			if n := len(s.outbox.All()); n != 2 { // the filing, and the officer's message
				t.Errorf("%d mails, not 2", n)
			}
			if n := len(s.column(`SELECT id FROM attachment WHERE message_id <> ''`)); n != 2 {
				t.Errorf("%d files, not 2", n)
			}
		})
	}
}

func TestOfTwoOfficersOneActsAndTheOtherKeepsTheText(t *testing.T) {
	for engine, open := range engines() {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := openSite(t, open(t))
			newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
			two := []*browser{newBrowser(t, s.BaseURL).signIn(cpfOf()["elisa"]), newBrowser(t, s.BaseURL).signIn(cpfOf()["fábio"])}
			for round := range 5 {
				page := "/servidor/casos/" + s.complain(s.actor("ana"), complaint.Answers{"relato": fmt.Sprint("rodada ", round)})
				forms := []url.Values{formAt(t, two[0].get(page).body, page+"/encerrar"), formAt(t, two[1].get(page).body, page+"/encerrar")}
				replies := make([]reply, 2)
				atOnce(2, func(i int) {
					forms[i].Set("resultado", "unfounded")
					forms[i].Set("motivo", fmt.Sprint("Motivo longo escrito por ", i))
					var err error
					if replies[i], err = two[i].try("POST", page+"/encerrar", forms[i].Encode(), "Content-Type", formType); err != nil {
						t.Error(err)
					}
				})
				statuses := []int{replies[0].status, replies[1].status}
				slices.Sort(statuses)
				if !slices.Equal(statuses, []int{http.StatusSeeOther, http.StatusConflict}) {
					t.Fatalf("round %d: %v", round, statuses)
				}
				for i, r := range replies {
					if r.status == http.StatusConflict && !strings.Contains(r.body, fmt.Sprint("Motivo longo escrito por ", i)) {
						t.Errorf("round %d: the text of %d is lost", round, i)
					}
				}
			}
		})
	}
}

func TestAFormOfYesterdayIsRefusedWithItsText(t *testing.T) {
	t.Parallel()
	s := openSite(t, "")
	newBrowser(t, s.BaseURL).signIn(cpfOf()["ana"])
	elisa, fabio := newBrowser(t, s.BaseURL).signIn(cpfOf()["elisa"]), newBrowser(t, s.BaseURL).signIn(cpfOf()["fábio"])
	page := "/servidor/casos/" + s.complain(s.actor("ana"), nil)
	for deed, fields := range map[string]url.Values{
		"encerrar": {"resultado": {"unfounded"}, "motivo": {"Motivo que Elisa escreveu."}}, "pedido": {"mensagem": {"Pedido que Elisa escreveu."}},
		"encaminhar": {"orgao": {"outro"}, "orgao_nome": {"Juizado"}, "motivo": {"Motivo que Elisa escreveu."}},
	} {
		form := formAt(t, elisa.get(page).body, page+"/"+deed)
		for name, value := range fields {
			form[name] = value
		}
		if r := fabio.post(page+"/assumir", formAt(t, fabio.get(page).body, page+"/assumir")); r.status != http.StatusSeeOther {
			t.Fatalf("Fábio takes the case: %d", r.status)
		}
		if r := elisa.post(page+"/"+deed, form); r.status != http.StatusConflict || !strings.Contains(r.body, "que Elisa escreveu.") || !strings.Contains(r.body, "Fábio Nunes") {
			t.Errorf("%s: %d, or who was quicker and the text are not there", deed, r.status)
		}
		if r := fabio.post(page+"/largar", formAt(t, fabio.get(page).body, page+"/largar")); r.status != http.StatusSeeOther {
			t.Fatalf("Fábio gives the case back: %d", r.status)
		}
	}
	if state := s.text(`SELECT state FROM complaint`); state != "screening" {
		t.Errorf("the case is %s", state)
	}
}
