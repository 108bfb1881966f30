package devidp

import (
	"net/http"
	"net/url"
	"slices"
)

// catalogPage shows the level of a person and how to raise it. Nobody known: it asks for the CPF.
type catalogPage struct {
	page
	Hidden  []input
	Person  Person
	Known   bool
	Typed   string
	Offered []string // levels above the present one
}

// catalogReturn is the registered address to go back to; ok is false for any other.
func (p *Provider) catalogReturn(form url.Values) (client Client, target string, ok bool) {
	client, _ = p.client(form.Get("client_id"))
	target = form.Get("redirect_uri")
	return client, target, target != "" && (slices.Contains(client.RedirectURIs, target) || target == client.HomeURL)
}

func (p *Provider) showCatalog(w http.ResponseWriter, r *http.Request) {
	if _, _, ok := p.catalogReturn(r.URL.Query()); !ok {
		p.failCatalog(w)
		return
	}
	person, known := p.lastPerson(r)
	p.renderCatalog(w, http.StatusOK, catalogPage{Person: person, Known: known}, r.URL.Query())
}

func (p *Provider) failCatalog(w http.ResponseWriter) {
	p.fail(w, http.StatusBadRequest, "O sistema que pediu a mudança de nível, ou seu endereço de retorno, não está cadastrado neste provedor.")
}

func (p *Provider) renderCatalog(w http.ResponseWriter, status int, data catalogPage, form url.Values) {
	problem := data.Problem
	data.page = p.page("Nível da conta")
	data.Problem = problem
	for _, name := range []string{"client_id", "niveis", "redirect_uri"} {
		data.Hidden = append(data.Hidden, input{name, form.Get(name)})
	}
	for _, level := range []string{"silver", "gold"} {
		if levelNumber(level) > levelNumber(data.Person.Level) {
			data.Offered = append(data.Offered, level)
		}
	}
	p.render(w, status, "catalog", data)
}

// raise gives the person the level they press for and sends them back. It never lowers one.
func (p *Provider) raise(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		p.fail(w, http.StatusBadRequest, "Não foi possível ler o formulário. Envie de novo.")
		return
	}
	client, target, ok := p.catalogReturn(r.PostForm)
	if !ok {
		p.failCatalog(w)
		return
	}
	typed, level := r.PostForm.Get("cpf"), r.PostForm.Get("nivel")
	if level != "" {
		person, known := p.person(onlyDigits(typed))
		if !known {
			data := catalogPage{Typed: typed, page: page{Problem: wrongCPF(onlyDigits(typed))}}
			p.renderCatalog(w, http.StatusUnprocessableEntity, data, r.PostForm)
			return
		}
		p.setLevel(person, level)
	}
	if p.has(HomeReturn) && client.HomeURL != "" {
		target = client.HomeURL
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}

func (p *Provider) setLevel(person Person, level string) {
	if levelNumber(level) <= levelNumber(person.Level) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.levels[person.CPF] = level
}
