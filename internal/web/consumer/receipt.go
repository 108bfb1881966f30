package consumer

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"time"

	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/cpfcnpj"
	"guiche/internal/fault"
	"guiche/internal/notice"
	"guiche/internal/person"
	"guiche/internal/taxonomy"
	"guiche/internal/web/casefile"
	"guiche/internal/web/ui"
)

// receipt is the paper of the filing: who, against whom, when, and a code to check that it is genuine.
func (s *Site) receipt(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	c, err := s.Complaints.AsConsumer(r.Context(), who, r.PathValue("protocolo"))
	if err != nil {
		return err
	}
	paper, err := s.paper(r, c)
	if err != nil {
		return err
	}
	var pdf bytes.Buffer
	if err := paper.Write(&pdf); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="comprovante-`+strings.ReplaceAll(c.Protocol, "/", "-")+`.pdf"`)
	_, _ = pdf.WriteTo(w) // a visitor who left needs no answer
	return nil
}

func (s *Site) paper(r *http.Request, c complaint.Case) (notice.Receipt, error) {
	code, err := s.Complaints.ReceiptCode(r.Context(), c.ID)
	if err != nil {
		return notice.Receipt{}, err
	}
	of, err := s.Agencies.Agency(r.Context(), c.AgencyID)
	if err != nil {
		return notice.Receipt{}, err
	}
	n := notice.Receipt{Protocol: c.Protocol, FiledAt: c.FiledAt, Agency: of.Name, Brand: of.Brand.Main, Consumer: c.Consumer.Name, CPF: cpfcnpj.MaskCPF(c.Consumer.CPF),
		Supplier: c.SupplierName, CNPJ: cpfcnpj.FormatCNPJ(c.SupplierCNPJ), Subject: taxonomy.Subjects().Label(c.Subject), Problem: taxonomy.Problems().Label(c.Problem),
		Remedy: taxonomy.Remedies().Label(c.Remedy), Next: s.nextAtFiling(c, of.ShortName), VerifyURL: s.BaseURL + "/verificar/" + code}
	for _, line := range []string{of.Address, of.Site} {
		if line != "" {
			n.Address = append(n.Address, line)
		}
	}
	for _, f := range c.Files {
		if f.MessageID == "" {
			n.Files = append(n.Files, fmt.Sprintf("%s: %s (%s)", f.Kind.Label(), f.Name, ui.Bytes(f.Size)))
		}
	}
	return n, nil
}

// nextAtFiling is the next step as it stood when the complaint was filed: a receipt does not change with the case.
func (s *Site) nextAtFiling(c complaint.Case, by string) string {
	if len(c.Events) == 0 {
		return ""
	}
	then := c.Complaint
	then.State = complaint.State(c.Events[0].To)
	if due := complaint.FactsOf(c.Events[0]).DueAt; due != 0 {
		then.DueAt = time.UnixMicro(due)
	}
	return complaint.NextStep(then, by, calendar.Of(c.FiledAt))
}

// download gives one file of the case, always as a download under a sandbox.
func (s *Site) download(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	f, err := s.Complaints.FileOf(r.Context(), who, complaint.AsConsumer, r.PathValue("protocolo"), r.PathValue("arquivo"))
	if err != nil {
		return err
	}
	return casefile.Send(w, r, s.Files, f, who)
}

type verifyPage struct {
	ui.Page
	Code     string
	Kind     string // of the document: receipt, cip
	Genuine  bool
	Asked    bool
	Protocol string
	Agency   string
	IssuedAt time.Time
}

// verify tells anybody whether a document with this code was issued here, and nothing of the case.
func (s *Site) verify(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	p := verifyPage{Page: s.UI.Page(r, who, "Conferir um documento"), Code: strings.ToUpper(ui.Clean(cmp.Or(r.PathValue("codigo"), r.URL.Query().Get("codigo"))))}
	if p.Code == "" {
		if r.URL.Query().Has("codigo") {
			p.Problems = []ui.Problem{{Field: "codigo", Text: "Escreva o código que está no documento."}}
		}
		return s.UI.Render(w, http.StatusOK, "consumer/verify", p)
	}
	p.Asked = true
	v, err := s.Complaints.Verify(r.Context(), p.Code)
	if fault.Is(err, fault.NotFound) {
		return s.UI.Render(w, http.StatusNotFound, "consumer/verify", p)
	}
	if err != nil {
		return err
	}
	of, err := s.Agencies.Agency(r.Context(), v.AgencyID)
	if err != nil {
		return err
	}
	p.Kind = v.Kind
	p.Genuine, p.Protocol, p.Agency, p.IssuedAt = true, v.Protocol, of.Name, time.UnixMicro(v.IssuedAt)
	return s.UI.Render(w, http.StatusOK, "consumer/verify", p)
}
