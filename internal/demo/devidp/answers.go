package devidp

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"
)

// answers are what the person filled in on the pages of one sign-in.
type answers struct {
	cpf       string // digits only
	typed     string // as typed
	factor    string
	decision  string // "aceitar", "recusar" or nothing yet
	askFactor bool
	// askConsent shows the consent page to somebody who consented before.
	askConsent bool
	// untouched: an authorization request by POST, not one of our pages.
	untouched bool
}

func readAnswers(form url.Values) answers {
	typed := form.Get("cpf")
	if chosen := form.Get("pessoa"); chosen != "" {
		typed = chosen
	}
	return answers{
		cpf: onlyDigits(typed), typed: typed,
		factor: onlyDigits(form.Get("codigo")), decision: form.Get("decisao"),
		askFactor: form.Get("pedir_segundo_fator") != "", askConsent: form.Get("pedir_consentimento") != "",
		untouched: !form.Has("cpf") && !form.Has("pessoa"),
	}
}

func (a answers) wantsFactor(person Person) bool { return a.askFactor || person.AsksSecondFactor }

// hidden carries the answers to the next page.
func (a answers) hidden() []input {
	list := []input{{"cpf", a.cpf}}
	if a.factor != "" {
		list = append(list, input{"codigo", a.factor})
	}
	if a.askFactor {
		list = append(list, input{"pedir_segundo_fator", "1"})
	}
	if a.askConsent {
		list = append(list, input{"pedir_consentimento", "1"})
	}
	return list
}

// onlyDigits drops the mask and keeps what is not mask, so that "abc" finds nobody.
func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func sixDigits(s string) bool {
	const length = 6
	return len(s) == length && strings.Trim(s, "0123456789") == ""
}

func wrongCPF(cpf string) string {
	const length = 11
	if len(cpf) != length || strings.Trim(cpf, "0123456789") != "" {
		return "Digite os 11 números do CPF, com ou sem pontos."
	}
	return "Ninguém desta demonstração tem este CPF. Confira os números ou escolha uma pessoa da lista."
}

type signInPage struct {
	page
	Hidden       []input
	Typed        string
	AskFactor    bool
	AskConsent   bool
	People, Hard []Person
}

func (p *Provider) showSignIn(w http.ResponseWriter, status int, a authRequest, given answers, problem string) {
	data := signInPage{page: p.page("Entrar na demonstração"), Hidden: a.hidden(), Typed: given.typed, AskFactor: given.askFactor, AskConsent: given.askConsent}
	data.Problem = problem
	for _, person := range p.people {
		person, _ = p.person(person.CPF)
		if person.Consented {
			data.People = append(data.People, person)
		} else {
			data.Hard = append(data.Hard, person)
		}
	}
	p.render(w, status, "signin", data)
}

type stepPage struct {
	page
	Hidden []input
	Person Person
	System string
	Scopes []string
}

func (p *Provider) showFactor(w http.ResponseWriter, a authRequest, given answers, person Person) {
	data := stepPage{page: p.page("Segundo fator"), Person: person}
	status := http.StatusOK
	if given.factor != "" {
		status, data.Problem = http.StatusUnprocessableEntity, "Digite os 6 números do código. Nesta demonstração vale qualquer número."
		given.factor = ""
	}
	data.Hidden = append(a.hidden(), given.hidden()...)
	p.render(w, status, "factor", data)
}

func (p *Provider) showConsent(w http.ResponseWriter, a authRequest, given answers, person Person) {
	data := stepPage{page: p.page("Autorização de uso de dados pessoais"), Person: person, System: a.client.ID, Scopes: scopeNames(a.scope)}
	data.Hidden = append(a.hidden(), given.hidden()...)
	p.render(w, http.StatusOK, "consent", data)
}

// scopeNames says in plain words what each scope gives away.
func scopeNames(scope string) []string {
	words := map[string]string{
		"profile": "seu nome e seu nome social, se houver", "email": "seu e-mail confirmado", "phone": "seu telefone confirmado",
		"govbr_confiabilidades": "o nível da sua conta", "govbr_empresa": "as empresas ligadas ao seu CPF",
		"govbr_recupera_certificadox509": "o tipo do seu certificado digital",
	}
	list := []string{"seu CPF"}
	for s := range strings.FieldsSeq(scope) {
		if w := words[s]; w != "" {
			list = append(list, w)
		}
	}
	return list
}
