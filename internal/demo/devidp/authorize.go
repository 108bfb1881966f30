package devidp

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// authRequest is what a client asks for at authorize.
type authRequest struct {
	client                               Client
	redirectURI, state, nonce, challenge string
	responseType, method, scope          string
}

func (p *Provider) readAuthRequest(form url.Values) authRequest {
	client, _ := p.client(form.Get("client_id"))
	return authRequest{
		client: client, redirectURI: form.Get("redirect_uri"), state: form.Get("state"), nonce: form.Get("nonce"),
		challenge: form.Get("code_challenge"), method: form.Get("code_challenge_method"),
		responseType: form.Get("response_type"), scope: form.Get("scope"),
	}
}

// trusted says whether errors may be sent back: only to a registered address.
func (a authRequest) trusted() bool {
	return a.client.ID != "" && slices.Contains(a.client.RedirectURIs, a.redirectURI)
}

// flaw is the OAuth error of the request; empty is good. PKCE and the nonce are mandatory at
// gov.br; the state is, on paper only.
func (p *Provider) flaw(a authRequest) (code, why string) {
	const challengeLength = 43
	scopes := strings.Fields(a.scope)
	switch {
	case a.responseType != "code":
		return "unsupported_response_type", "response_type must be code"
	case !slices.Contains(scopes, "openid"):
		return "invalid_scope", "scope must contain openid"
	case slices.ContainsFunc(scopes, func(s string) bool { return !slices.Contains(knownScopes(), s) }):
		return "invalid_scope", "unknown scope"
	case a.method != "S256" || len(a.challenge) != challengeLength:
		return "invalid_request", "PKCE with S256 is mandatory"
	case a.nonce == "":
		return "invalid_request", "nonce is mandatory"
	case a.state == "" && p.has(StrictState):
		return "invalid_request", "state is mandatory"
	}
	return "", ""
}

// hidden are the inputs that carry the request from page to page.
func (a authRequest) hidden() []input {
	return []input{
		{"client_id", a.client.ID}, {"redirect_uri", a.redirectURI}, {"response_type", a.responseType}, {"scope", a.scope},
		{"state", a.state}, {"nonce", a.nonce}, {"code_challenge", a.challenge}, {"code_challenge_method", a.method},
	}
}

// back is the client's address with an answer.
func (a authRequest) back(state string, answer url.Values) string {
	if state != "" {
		answer.Set("state", state)
	}
	separator := "?"
	if strings.Contains(a.redirectURI, "?") {
		separator = "&"
	}
	return a.redirectURI + separator + answer.Encode()
}

// authorize is all pages of one sign-in: who, second factor, consent. Each page posts here what was
// answered so far, and the first question without an answer is shown.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		p.fail(w, http.StatusBadRequest, "Não foi possível ler o pedido. Volte ao sistema e entre de novo.")
		return
	}
	request := p.readAuthRequest(r.Form)
	if !request.trusted() {
		p.fail(w, http.StatusBadRequest, "O sistema que pediu a entrada, ou seu endereço de retorno, não está cadastrado neste provedor.")
		return
	}
	if code, why := p.flaw(request); code != "" {
		http.Redirect(w, r, request.back(request.state, url.Values{"error": {code}, "error_description": {why}}), http.StatusSeeOther)
		return
	}
	if person, ok := p.survivor(r); ok {
		p.finish(w, r, request, person)
		return
	}
	p.ask(w, r, request)
}

func (p *Provider) ask(w http.ResponseWriter, r *http.Request, request authRequest) {
	answers := readAnswers(r.PostForm)
	if r.Method == http.MethodGet || answers.untouched {
		p.showSignIn(w, http.StatusOK, request, answers, "")
		return
	}
	person, ok := p.person(answers.cpf)
	switch {
	case !ok:
		p.showSignIn(w, http.StatusUnprocessableEntity, request, answers, wrongCPF(answers.cpf))
	case answers.wantsFactor(person) && !sixDigits(answers.factor):
		p.showFactor(w, request, answers, person)
	case p.needsConsent(request, answers, person) && answers.decision == "":
		p.showConsent(w, request, answers, person)
	case answers.decision == "recusar":
		http.Redirect(w, r, request.back(request.state, url.Values{"error": {"access_denied"}}), http.StatusSeeOther)
	default:
		p.remember(consentKey(request, person))
		if answers.wantsFactor(person) {
			person = withFactor(person)
		}
		p.finish(w, r, request, person)
	}
}

func withFactor(person Person) Person {
	if !slices.Contains(person.AMR, "mfa") {
		person.AMR = append(slices.Clone(person.AMR), "mfa", "otp")
	}
	return person
}

func consentKey(a authRequest, person Person) string {
	scopes := strings.Fields(a.scope)
	slices.Sort(scopes)
	return person.CPF + " " + a.client.ID + " " + strings.Join(scopes, " ")
}

func (p *Provider) needsConsent(a authRequest, answers answers, person Person) bool {
	if answers.askConsent {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return !person.Consented && !p.consents[consentKey(a, person)]
}

func (p *Provider) remember(consent string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.consents[consent] = true
}

// finish issues the code and sends the browser back.
func (p *Provider) finish(w http.ResponseWriter, r *http.Request, a authRequest, person Person) {
	p.greet(w, person)
	if p.has(HomeReturn) && a.client.HomeURL != "" {
		http.Redirect(w, r, a.client.HomeURL, http.StatusSeeOther)
		return
	}
	scopes := strings.Fields(a.scope)
	if p.has(MissingScope) {
		scopes = []string{"openid"}
	}
	code := rand.Text()
	p.keepCode(code, grant{person: person, clientID: a.client.ID, redirectURI: a.redirectURI, challenge: a.challenge, nonce: a.nonce, scopes: scopes, at: p.now()})
	state := a.state
	if p.has(WrongState) {
		state = rand.Text()
	}
	http.Redirect(w, r, a.back(state, url.Values{"code": {code}}), http.StatusSeeOther)
}

// lastPerson names the cookie that tells the catalogue who signed in. It makes the next sign-in
// silent only under SessionSurvives.
const lastPerson = "demo_govbr_pessoa"

func (p *Provider) greet(w http.ResponseWriter, person Person) {
	http.SetCookie(w, &http.Cookie{Name: lastPerson, Value: person.CPF, Path: p.base, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

func (p *Provider) lastPerson(r *http.Request) (Person, bool) {
	cookie, err := r.Cookie(lastPerson)
	if err != nil {
		return Person{}, false
	}
	return p.person(cookie.Value)
}

func (p *Provider) survivor(r *http.Request) (Person, bool) {
	if !p.has(SessionSurvives) {
		return Person{}, false
	}
	return p.lastPerson(r)
}

// logout ends the session and goes back only to an address registered letter by letter.
func (p *Provider) logout(w http.ResponseWriter, r *http.Request) {
	target := r.FormValue("post_logout_redirect_uri")
	if !slices.ContainsFunc(p.clients, func(c Client) bool { return slices.Contains(c.LogoutURIs, target) }) {
		p.fail(w, http.StatusBadRequest, "O endereço de saída não é igual ao que foi cadastrado neste provedor. Sua sessão aqui continua aberta.")
		return
	}
	if !p.has(SessionSurvives) {
		http.SetCookie(w, &http.Cookie{Name: lastPerson, Path: p.base, MaxAge: -1, Expires: time.Unix(1, 0), HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}
