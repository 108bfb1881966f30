package consumer

import (
	"fmt"
	"net/http"

	"guiche/internal/attachment"
	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
	"guiche/internal/web/casefile"
	"guiche/internal/web/ui"
)

// page makes a step's page from what the draft holds.
func (s *Site) page(r *http.Request, who person.Actor, d complaint.Draft, code string) (formPage, error) {
	steps := stepsFor(d)
	st, i, ok := findStep(steps, code)
	if !ok {
		return formPage{}, fault.New(fault.NotFound, "Este passo do formulário não existe.")
	}
	p := formPage{Page: s.UI.Page(r, who, st.Question), Step: st, Draft: d, Action: stepURL(d.ID, code),
		Progress: ui.Progress{Step: i + 1, Of: len(steps), Text: st.Short}, Return: r.URL.Query().Get("depois")}
	if i > 0 {
		p.Back = stepURL(d.ID, steps[i-1].Code)
	}
	if st.fields != nil {
		p.Form = st.fields()
		for _, field := range p.Form {
			field.Value = d.Answers[field.Name]
		}
	}
	if err := s.describeRoute(r, who, &p); err != nil {
		return p, err
	}
	switch code {
	case "endereco":
		return p, s.fillMunicipality(r, &p)
	case stepDocuments:
		return p, s.fillZones(r, &p)
	case stepReview:
		return p, s.fillReview(r, &p)
	}
	return p, nil
}

// describeRoute shows to whom the complaint goes, once that is known.
func (s *Site) describeRoute(r *http.Request, who person.Actor, p *formPage) error {
	routed, _, err := s.Complaints.RouteOf(r.Context(), who, complaint.Answers{"fornecedor": p.Draft.Answers["fornecedor"]})
	p.Supplier, p.Direct = routed.Supplier.TradeName, routed.Supplier.Registered()
	return err
}

// fillMunicipality shows the municipality the route fixed, or asks for it.
func (s *Site) fillMunicipality(r *http.Request, p *formPage) error {
	field := p.Form.Get("municipio")
	if field.Value != "" {
		m, err := s.Agencies.Municipality(r.Context(), field.Value)
		if err == nil {
			p.Municipality, field.Kind = m.Name, ui.Hidden
			return nil
		}
		if !fault.Is(err, fault.NotFound) {
			return err
		}
		field.Value = ""
	}
	all, err := s.Agencies.Municipalities(r.Context())
	for _, m := range all {
		field.Options = append(field.Options, ui.Option{Value: m.ID, Label: m.Name})
	}
	return err
}

func (s *Site) fillZones(r *http.Request, p *formPage) error {
	files, err := s.draftFiles(r, p.Draft.ID)
	if err != nil {
		return err
	}
	p.Zones = zones(files)
	return nil
}

func (s *Site) draftFiles(r *http.Request, draftID string) (files []attachment.Attachment, err error) {
	err = s.Files.DB.Read(r.Context(), func(tx *db.Tx) error {
		files, err = s.Files.InDraft(tx, draftID)
		return err
	})
	return files, err
}

func zones(files []attachment.Attachment) []zone {
	var out []zone
	for _, kind := range attachment.Kinds() {
		z := zone{Field: &ui.Field{Name: kind.Field(), Label: kind.Label(), Hint: hints[kind], Kind: ui.File, Multiple: true, Accept: casefile.Accepted, Optional: kind == attachment.Other}}
		for _, f := range files {
			if f.Kind == kind {
				z.Files = append(z.Files, f)
			}
		}
		out = append(out, z)
	}
	return out
}

var hints = map[attachment.Kind]string{
	attachment.AddressProof:  "Conta de luz, de água ou de telefone, com seu nome.",
	attachment.Identity:      "RG, CNH, CIN ou outro documento com foto, dentro da validade.",
	attachment.RelationProof: "Nota fiscal, contrato, fatura, conversa ou captura de tela que mostre a compra.",
	attachment.Other:         "Fotos do produto, áudios, laudos.",
}

// fillReview lists everything that will be sent, each part with a link to change it.
func (s *Site) fillReview(r *http.Request, p *formPage) error {
	files, err := s.draftFiles(r, p.Draft.ID)
	if err != nil {
		return err
	}
	_, problems := p.Draft.Answers.Read(s.today())
	missing := complaint.MissingFiles(files)
	for _, st := range stepsFor(p.Draft) {
		switch {
		case st.Code == stepReview:
		case st.fields == nil:
			p.Sections = append(p.Sections, section{st, fileLines(files, missing)})
		default:
			lines, err := s.answerLines(r, st, p.Draft.Answers, problems)
			if err != nil {
				return err
			}
			p.Sections = append(p.Sections, section{st, lines})
		}
	}
	return nil
}

func (s *Site) answerLines(r *http.Request, st step, answers complaint.Answers, problems fault.Fields) ([]line, error) {
	var lines []line
	for _, field := range st.fields() {
		value, err := s.shown(r, field, answers[field.Name])
		if err != nil {
			return nil, err
		}
		if value != "" || problems[field.Name] != "" {
			lines = append(lines, line{field.Label, value, problems[field.Name]})
		}
	}
	return lines, nil
}

// shown is an answer as people read it.
func (s *Site) shown(r *http.Request, field *ui.Field, value string) (string, error) {
	for _, o := range field.Options {
		if o.Value == value {
			return o.Label, nil
		}
	}
	switch {
	case field.Name == "municipio" && value != "":
		m, err := s.Agencies.Municipality(r.Context(), value)
		if fault.Is(err, fault.NotFound) {
			return "", nil
		}
		return m.Name, err
	case field.Name == "valor" && value != "":
		if cents, ok := complaint.Cents(value); ok {
			return ui.Money(cents), nil
		}
	case field.Kind == ui.Date:
		if day, err := calendar.Parse(value); err == nil {
			return calendar.LongDate(day), nil
		}
	}
	return value, nil
}

func fileLines(files []attachment.Attachment, missing fault.Fields) []line {
	var lines []line
	for _, z := range zones(files) {
		for _, f := range z.Files {
			lines = append(lines, line{Label: z.Field.Label, Value: fmt.Sprintf("%s (%s)", f.Name, ui.Bytes(f.Size))})
		}
		if text := missing[z.Field.Name]; text != "" {
			lines = append(lines, line{Label: z.Field.Label, Problem: text})
		}
	}
	return lines
}
