package devidp

import (
	"net/http"
	"slices"
	"strconv"
)

// refuseAPI spells its second member as gov.br does.
func refuseAPI(w http.ResponseWriter, status int, why string) {
	writeJSON(w, status, map[string]string{"error": strconv.Itoa(status), "erro_description": why})
}

// owner demands an access token with the scope, of the person in the address where there is one.
func (p *Provider) owner(w http.ResponseWriter, r *http.Request, scope, cpf string) (Person, bool) {
	g, ok := p.bearer(r)
	switch {
	case !ok:
		refuseAPI(w, http.StatusUnauthorized, "ACCESSTOKEN_MUSTBEVALID")
	case !slices.Contains(g.scopes, scope):
		refuseAPI(w, http.StatusUnauthorized, "ACCESSTOKEN_SCOPE_MUSTCONTAINSEXPECTEDSCOPE")
	case cpf != g.person.CPF:
		refuseAPI(w, http.StatusForbidden, "ACCESSTOKEN_MUSTBELONGTOACCOUNT")
	default:
		person, found := p.person(cpf)
		return person, found
	}
	return Person{}, false
}

type dated struct {
	ID   string `json:"id"`
	Date string `json:"dataAtualizacao"`
}

// levelList gives the person's level as a number: 1 bronze, 2 silver, 3 gold.
func (p *Provider) levelList(w http.ResponseWriter, r *http.Request) {
	person, ok := p.owner(w, r, "govbr_confiabilidades", r.PathValue("cpf"))
	if ok {
		writeJSON(w, http.StatusOK, []dated{{strconv.Itoa(levelNumber(person.Level)), sealDate()}})
	}
}

func (p *Provider) sealList(w http.ResponseWriter, r *http.Request) {
	person, ok := p.owner(w, r, "govbr_confiabilidades", r.PathValue("cpf"))
	if !ok {
		return
	}
	seals := []dated{}
	for _, id := range person.Seals {
		seals = append(seals, dated{id, sealDate()})
	}
	writeJSON(w, http.StatusOK, seals)
}

func (p *Provider) companyList(w http.ResponseWriter, r *http.Request) {
	person, ok := p.owner(w, r, "govbr_empresa", r.FormValue("filtrar-por-participante"))
	if !ok {
		return
	}
	companies := []map[string]string{}
	for _, c := range person.Companies {
		if p.has(WrongCNPJ) {
			c.CNPJ = "11222333000182"
		}
		companies = append(companies, map[string]string{"cnpj": c.CNPJ, "razaoSocial": c.Name, "dataCriacao": sealDate()})
	}
	writeJSON(w, http.StatusOK, companies)
}

// participant tells a person's part in a company. "cadastrador" is text; who registered others
// has no "cpfCadastrador"; a collaborator has no "atuacao".
func (p *Provider) participant(w http.ResponseWriter, r *http.Request) {
	person, ok := p.owner(w, r, "govbr_empresa", r.PathValue("cpf"))
	if !ok {
		return
	}
	i := slices.IndexFunc(person.Companies, func(c Company) bool { return c.CNPJ == r.PathValue("cnpj") })
	if i < 0 {
		const missing = "COMPANYIDPARTICIPANT_MUSTFOUNDARECORD"
		writeJSON(w, http.StatusNotFound, map[string]any{"errors": []map[string]any{{"status": http.StatusNotFound, "code": missing, "title": "Vínculo não encontrado"}}})
		return
	}
	company := person.Companies[i]
	answer := map[string]string{"cpf": person.CPF, "cadastrador": "true", "dataCriacao": sealDate()}
	if company.Role != "" {
		answer["atuacao"] = company.Role
	} else {
		answer["cadastrador"], answer["cpfCadastrador"] = "false", "12345678909"
	}
	if !company.Until.IsZero() {
		answer["dataExpiracao"] = company.Until.Format("2006-01-02T15:04:05.000-0700")
	}
	if p.has(OtherParticipant) {
		answer["cpf"] = "11144477735"
	}
	if p.has(UnknownRole) {
		answer["atuacao"] = "DONO"
	}
	writeJSON(w, http.StatusOK, answer)
}

// certificate says with which kind of certificate the person signed in; an empty list for none.
func (p *Provider) certificate(w http.ResponseWriter, r *http.Request) {
	g, ok := p.bearer(r)
	if !ok || !slices.Contains(g.scopes, "govbr_recupera_certificadox509") {
		refuseAPI(w, http.StatusUnauthorized, "ACCESSTOKEN_SCOPE_MUSTCONTAINSEXPECTEDSCOPE")
		return
	}
	list := []map[string]any{}
	if g.person.CertificateName != "" {
		list = append(list, map[string]any{"provider": "", "amr": g.person.AMR, "certificate": g.person.CertificateName, "type": "device"})
	}
	writeJSON(w, http.StatusOK, list)
}
