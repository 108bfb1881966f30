package admin

import (
	"net/http"
	"net/url"
	"strconv"

	"guiche/internal/fault"
	"guiche/internal/mail"
	"guiche/internal/notice"
	"guiche/internal/person"
	"guiche/internal/web/ui"
)

var errNoNotice = fault.New(fault.NotFound, "Não existe aviso com este nome.")

type textPage struct {
	ui.Page
	URL      string
	Form     ui.Form
	Fields   []notice.Field
	Now      notice.Version
	Broken   bool // the agency's words stopped being good, and ours are sent
	History  []notice.Version
	Shown    notice.Version // a former version that the form was filled with
	Conflict string
	Preview  *preview

	inForce notice.Words
}

// preview is how a notice looks with sample values; URL is its HTML form.
type preview struct{ Subject, Text, URL string }

func textForm() ui.Form {
	return ui.Form{
		{Name: "assunto", Label: "Assunto", Kind: ui.Text, MaxLength: notice.MaxSubject, Autocomplete: "off", Hint: "O mais importante primeiro: no celular aparecem umas 40 letras."},
		{Name: "texto", Label: "Texto", Kind: ui.Long, MaxLength: notice.MaxText, Hint: "Separe os parágrafos com uma linha em branco. O cumprimento, o quadro com o protocolo e o rodapé já vêm prontos."},
		{Name: "botao", Label: "Botão", Kind: ui.Text, MaxLength: notice.MaxButton, Size: "m", Autocomplete: "off", Hint: "Um verbo, como “Ver a reclamação”. O botão já leva ao lugar certo."},
		{Name: "versao", Kind: ui.Hidden},
	}
}

func (p *textPage) fill(w notice.Words) {
	p.Form.Get("assunto").Value, p.Form.Get("texto").Value, p.Form.Get("botao").Value = w.Subject, w.Text, w.Button
}

func (p *textPage) words() notice.Words {
	v := p.Form.Values()
	return notice.Words{Subject: v["assunto"], Text: v["texto"], Button: v["botao"]}
}

// text begins the page of one notice, with the words in force in its form.
func (s *Site) text(r *http.Request, who person.Actor) (textPage, notice.Message, error) {
	p, of, err := s.page(r, who, "Aviso")
	if err != nil {
		return textPage{}, nil, err
	}
	m, err := sample(r, of)
	if err != nil {
		return textPage{}, nil, err
	}
	p.Title = "Aviso: " + m.About().Title
	p.Breadcrumb = []ui.Link{{URL: "/admin", Text: "Administração"}, {URL: "/admin/textos", Text: "Textos dos avisos"}, {Text: m.About().Title, Current: true}}
	page := textPage{Page: p, URL: "/admin/textos/" + m.About().Kind, Form: textForm(), Fields: m.Fields()}
	if page.History, err = s.Texts.History(r.Context(), who, m.About().Kind); err != nil {
		return page, m, err
	}
	if len(page.History) > 0 {
		page.Now = page.History[0]
	}
	page.Broken = broken(m, page.Now)
	page.Form.Get("versao").Value = strconv.FormatInt(page.Now.Number, 10)
	page.inForce, err = wordsOf(m, page.Now)
	page.fill(page.inForce)
	return page, m, err
}

// showText shows the words in force, or in the form those of a former version, or those that a lost session kept.
func (s *Site) showText(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	p, m, err := s.text(r, who)
	if err != nil {
		return err
	}
	for _, v := range p.History {
		if r.URL.Query().Get("versao") == strconv.FormatInt(v.Number, 10) && v.Number != p.Now.Number {
			words, err := wordsOf(m, v)
			if err != nil {
				return err
			}
			p.Shown = v
			p.fill(words)
		}
	}
	if kept := s.UI.Kept(r.Context(), r.URL.Path); kept.Has("assunto") {
		p.Form.Fill(kept)
	}
	return s.renderText(w, r, m, p, nil)
}

// changeText shows how the typed words look, keeps them, or goes back to ours.
func (s *Site) changeText(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	p, m, err := s.text(r, who)
	if err != nil {
		return err
	}
	values, err := ui.ParseForm(w, r)
	if err != nil {
		return err
	}
	seen, err := strconv.ParseInt(values.Get("versao"), 10, 64)
	if err != nil {
		seen = -1 // a form without its version is an old one
	}
	now := p.Form.Get("versao").Value
	said := "O texto foi guardado e vale a partir do próximo e-mail."
	switch values.Get("acao") {
	case "guardar":
		p.Form.Fill(values)
		err = s.Texts.Change(r.Context(), who, m, p.words(), seen)
	case "padrao":
		said = "O texto padrão voltou a valer."
		err = s.Texts.Restore(r.Context(), who, m, seen)
	default: // ver
		p.Form.Fill(values)
		return s.renderText(w, r, m, p, notice.Check(m, p.words()))
	}
	if err == nil {
		s.UI.Flash(r.Context(), said)
		return ui.SeeOther(w, r, p.URL)
	}
	p.Form.Get("versao").Value = now // who has read what changed may decide again
	return s.renderText(w, r, m, p, err)
}

// renderText shows the page with what is wrong, or with how the words in the form look.
func (s *Site) renderText(w http.ResponseWriter, r *http.Request, m notice.Message, p textPage, failure error) error {
	status := http.StatusOK
	switch {
	case p.Form.Fail(failure):
		p.Problems, status = p.Form.Problems(), http.StatusUnprocessableEntity
	case fault.Is(failure, fault.Conflict):
		p.Conflict, status = fault.Text(failure), http.StatusConflict
	case failure != nil:
		return failure
	}
	if notice.Check(m, p.words()) == nil {
		if err := s.look(r, m, &p); err != nil {
			return err
		}
		ui.FrameLetter(w)
	}
	return s.UI.Render(w, status, "admin/text", p)
}

// draftKey is where the session has the words that are shown and not in force: a frame has nothing but an address.
const draftKey = "notice-draft"

// look shows the words of the form as a mail.
func (s *Site) look(r *http.Request, m notice.Message, p *textPage) error {
	looks, err := notice.Compose(m, p.words(), previewID, mail.Address{})
	if err != nil {
		return err
	}
	p.Preview = &preview{looks.Subject, looks.Text, p.URL + "/email"}
	if w := p.words(); w != p.inForce {
		p.Preview.URL += "?rascunho=1"
		s.UI.Sessions.Put(r.Context(), draftKey, url.Values{"aviso": {m.About().Kind}, "assunto": {w.Subject}, "texto": {w.Text}, "botao": {w.Button}}.Encode())
	}
	return nil
}

// previewID is the id of a mail that is never sent.
const previewID = "previa"

// letter is the HTML form of the mail, in the words in force or in those that the page around it showed last.
func (s *Site) letter(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	_, of, err := s.page(r, who, "")
	if err != nil {
		return err
	}
	m, err := sample(r, of)
	if err != nil {
		return err
	}
	looks, err := s.Texts.Compose(r.Context(), of.ID, m, previewID, mail.Address{})
	if err != nil {
		return err
	}
	draft, _ := url.ParseQuery(s.UI.Sessions.GetString(r.Context(), draftKey)) // we wrote it
	if r.URL.Query().Has("rascunho") && draft.Get("aviso") == m.About().Kind {
		looks, err = notice.Compose(m, notice.Words{Subject: draft.Get("assunto"), Text: draft.Get("texto"), Button: draft.Get("botao")}, previewID, mail.Address{})
	}
	if err != nil {
		return err
	}
	ui.Letter(w, looks.HTML)
	return nil
}
