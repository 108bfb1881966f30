package public

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"guiche/internal/cpfcnpj"
	"guiche/internal/person"
	"guiche/internal/supplier"
	"guiche/internal/text"
	"guiche/internal/web/ui"
)

// shownCompanies is how many companies a search shows.
const shownCompanies = 10

type companyPage struct {
	ui.Page
	Progress  ui.Progress
	Field     *ui.Field
	Companies []companyChoice
	More      bool // there may be others
	Searched  bool
	NotListed string // address of "not in the list"
}

type companyChoice struct {
	supplier.Hit
	URL string
}

// Days is for the words "em até 10 dias".
func (c companyChoice) Days() int64 { return int64(c.AnswerDays) }

// company is step 1.
func (s *Site) company(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	typed := ui.Clean(r.URL.Query().Get("q"))
	page := companyPage{
		Page: s.UI.Page(r, who, "Qual é a empresa?"), Progress: ui.Progress{Step: 1, Of: 2, Text: "a empresa"},
		Field:     &ui.Field{Name: "q", Label: "Nome ou CNPJ da empresa", Kind: ui.Search, Value: typed, Autocomplete: "off", Hint: "Como aparece na nota, na fatura ou no site."},
		NotListed: asTyped(typed).next(),
	}
	page.Search, page.Breadcrumb = "q", crumbs("Empresa")
	if r.URL.Query().Has("q") {
		page.Field.Error = wrongQuery(typed)
		if err := s.search(r, &page, typed); err != nil {
			return err
		}
	}
	page.Problems = ui.Form{page.Field}.Problems()
	return s.UI.Render(w, http.StatusOK, "public/company", page)
}

func (s *Site) search(r *http.Request, page *companyPage, typed string) error {
	if page.Field.Error != "" {
		return nil
	}
	page.Searched = true
	hits, err := s.Suppliers.Search(r.Context(), typed, shownCompanies+1)
	if err != nil {
		return err
	}
	page.More = len(hits) > shownCompanies
	for _, hit := range hits[:min(len(hits), shownCompanies)] {
		page.Companies = append(page.Companies, companyChoice{hit, way{Supplier: hit.Supplier}.next()})
	}
	return nil
}

// wrongQuery says what to do about a text with which nothing can be looked for; empty when it is fine.
func wrongQuery(typed string) string {
	number := cpfcnpj.NormalizeCNPJ(typed)
	switch {
	case typed == "":
		return "Escreva o nome ou o CNPJ da empresa."
	case utf8.RuneCountInString(typed) > maxName:
		return "Escreva só o nome da empresa ou o CNPJ, sem a história. Cabem 120 letras."
	case len(strings.ReplaceAll(text.Fold(typed), " ", "")) < 2:
		return "Escreva pelo menos duas letras do nome, ou o CNPJ."
	case len(number) == 14 && strings.Trim(number, "0123456789") == "" && !cpfcnpj.ValidCNPJ(number):
		return "Este CNPJ não existe. Confira os números, ou procure pelo nome."
	}
	return ""
}
