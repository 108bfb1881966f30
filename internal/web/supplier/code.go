package supplier

import (
	"errors"
	"net/http"

	"guiche/internal/complaint"
	"guiche/internal/fault"
	"guiche/internal/notice"
	"guiche/internal/person"
	"guiche/internal/web/casefile"
	"guiche/internal/web/ui"
)

// codesPerMinute and codesAtOnce bound how often one address may try a code; accounts are bounded by the field.
const (
	codesPerMinute = 10
	codesAtOnce    = 30
)

// codeRoutes are the addresses of a company that was notified and has nobody here.
func codeRoutes(s *Site) []ui.Route {
	return []ui.Route{
		{Pattern: "GET /empresa/codigo", Who: ui.Anyone, Handler: s.showCode},
		{Pattern: "POST /empresa/codigo", Who: ui.SignedIn, Handler: s.UI.Limit(ui.NewLimiter(codesPerMinute, codesAtOnce, s.Now), s.useCode)},
		{Pattern: "GET /empresa/casos/{protocolo}/cartas/{carta}", Who: ui.CompanyAgent, Handler: s.letter},
	}
}

const codePath = "/empresa/codigo"

type codePage struct {
	ui.Page
	Form ui.Form
}

func (s *Site) codePage(r *http.Request, who person.Actor) codePage {
	return codePage{s.UI.Page(r, who, "Abrir uma notificação"), ui.Form{{Name: "codigo", Label: "Código de acesso", Hint: "Três grupos de quatro letras e números, como ABCD-EFGH-JKLM.",
		Kind: ui.Text, Size: "m", MaxLength: 40, Autocomplete: "off"}}}
}

// showCode explains what the code is for; to use it one signs in.
func (s *Site) showCode(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	p := s.codePage(r, who)
	if kept := s.UI.Kept(r.Context(), codePath); kept != nil {
		p.Form.Fill(kept)
	}
	return s.UI.Render(w, http.StatusOK, "supplier/code", p)
}

// useCode opens the case of a code to the person who types it.
func (s *Site) useCode(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	typed, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	p := s.codePage(r, who)
	p.Form.Fill(typed)
	protocol, err := s.Complaints.OpenLetter(r.Context(), who, p.Form.Get("codigo").Value)
	switch {
	case err == nil:
		s.UI.Flash(r.Context(), "Notificação aberta. O órgão e o consumidor veem que a empresa leu.")
		return ui.SeeOther(w, r, caseURL(protocol))
	case errors.Is(err, complaint.ErrLevel):
		return ui.SeeOther(w, r, "/conta/nivel?volta="+codePath)
	case !fault.Is(err, fault.Invalid):
		return err
	}
	p.Form.Fail(err)
	p.Problems = p.Form.Problems()
	return s.UI.Render(w, http.StatusUnprocessableEntity, "supplier/code", p)
}

type letterPage struct {
	ui.Page
	Paper notice.CIP
	Case  string // address of the case
	PDF   string
}

// letter is a letter that the company received, as a page or as PDF.
func (s *Site) letter(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	ref, pdf := casefile.LetterName(r)
	c, l, err := s.Complaints.LetterOf(r.Context(), who, complaint.AsSupplier, r.PathValue("protocolo"), ref)
	if err != nil {
		return err
	}
	if pdf {
		return casefile.SendLetter(w, l, s.BaseURL, "")
	}
	p := letterPage{s.workPage(r, who, l.Title()), casefile.Letter(l, s.BaseURL, ""), caseURL(c.Protocol), caseURL(c.Protocol) + "/cartas/" + l.Ref() + ".pdf"}
	return s.UI.Render(w, http.StatusOK, "supplier/letter", p)
}

// Letters are the numbers of the agency's letters to the company, as in their addresses.
func (p casePage) Letters() (refs []string) {
	for _, e := range p.Case.Events {
		if complaint.Act(e.Act) == complaint.ActNotify && complaint.FactsOf(e).Letter != "" {
			refs = append(refs, complaint.FactsOf(e).Letter)
		}
	}
	return refs
}
