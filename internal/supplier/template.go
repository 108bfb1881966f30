package supplier

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// Template is an answer that a company's people use again. Its fields in braces are filled for each case.
type Template struct {
	ID, SupplierID string
	Title, Body    string
	By             string // who wrote it last
	At             time.Time
}

const (
	templateLimit  = 100 // of a company
	templateTitle  = 80  // letters
	templateLength = 10_000
)

// TemplateFields are the fields a template may have, with what each becomes.
var TemplateFields = []struct{ Name, Means string }{
	{"{consumidor}", "primeiro nome do consumidor"}, {"{protocolo}", "número da reclamação"}, {"{empresa}", "nome da empresa"}, {"{prazo}", "último dia para responder"},
}

// Fill is the template's text with the values of a case, by field name with its braces.
func (t Template) Fill(values map[string]string) string {
	var pairs []string
	for _, f := range TemplateFields {
		pairs = append(pairs, f.Name, values[f.Name])
	}
	return strings.NewReplacer(pairs...).Replace(t.Body)
}

func (t Template) check() error {
	problems := fault.Fields{}
	switch n := utf8.RuneCountInString(t.Title); {
	case n == 0:
		problems.Add("titulo", "Dê um nome ao modelo, para achá-lo depois.")
	case n > templateTitle:
		problems.Add("titulo", "Encurte o nome: cabem no máximo 80 letras.")
	}
	switch n := utf8.RuneCountInString(t.Body); {
	case n == 0:
		problems.Add("texto", "Escreva o texto do modelo.")
	case n > templateLength:
		problems.Add("texto", "Encurte o texto: cabem no máximo 10.000 letras.")
	}
	if wrong := t.unknownField(); wrong != "" {
		problems.Add("texto", "Não conhecemos o campo "+wrong+". Confira a lista abaixo do texto, ou tire as chaves.")
	}
	return problems.Err()
}

// field is a word in braces.
var field = regexp.MustCompile(`\{\p{L}+\}`)

// unknownField is the first field of the text that would stay as it is; empty: there is none.
func (t Template) unknownField() string {
	for _, name := range field.FindAllString(t.Body, -1) {
		if !slices.ContainsFunc(TemplateFields, func(f struct{ Name, Means string }) bool { return f.Name == name }) {
			return name
		}
	}
	return ""
}

func scanTemplate(r db.Row, t *Template) error {
	var at int64
	err := r.Scan(&t.ID, &t.SupplierID, &t.Title, &t.Body, &t.By, &at)
	t.At = time.UnixMicro(at).UTC()
	return err
}

const templateColumns = `id, supplier_id, title, body, by_name, at`

func noTemplate() error { return fault.New(fault.NotFound, "Este modelo não existe mais.") }

// Templates are those of a company the actor acts for, by title.
func (s *Service) Templates(ctx context.Context, actor person.Actor, supplierID string) (list []Template, err error) {
	if !actor.ActsFor(supplierID) {
		return nil, noTemplate()
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = db.All(tx, scanTemplate, `SELECT `+templateColumns+` FROM answer_template WHERE supplier_id = $1 ORDER BY title, id LIMIT $2`, supplierID, templateLimit)
		return err
	})
	return list, err
}

// SaveTemplate stores a template of a company, or new words of one with the same id. The id of a new one is made with its
// form, so that a form sent twice makes one template.
func (s *Service) SaveTemplate(ctx context.Context, actor person.Actor, t Template) error {
	if !actor.ActsFor(t.SupplierID) {
		return noTemplate()
	}
	if err := t.check(); err != nil {
		return err
	}
	if t.ID == "" {
		t.ID = db.NewID()
	}
	if uuid.Validate(t.ID) != nil {
		return noTemplate()
	}
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		of, err := db.Scalar[string](tx, `SELECT supplier_id FROM answer_template WHERE id = $1`, t.ID)
		switch {
		case fault.Is(err, fault.NotFound):
			return s.addTemplate(tx, actor, t)
		case err != nil:
			return err
		case of != t.SupplierID:
			return noTemplate()
		}
		_, err = tx.Exec(`UPDATE answer_template SET title = $2, body = $3, by_name = $4, at = $5 WHERE id = $1`, t.ID, t.Title, t.Body, actor.Name, s.Now().UnixMicro())
		return err
	})
}

func (s *Service) addTemplate(tx *db.Tx, actor person.Actor, t Template) error {
	n, err := db.Scalar[int](tx, `SELECT count(*) FROM answer_template WHERE supplier_id = $1`, t.SupplierID)
	if err != nil {
		return err
	}
	if n >= templateLimit {
		return fault.Fields{"titulo": "A empresa já tem 100 modelos. Apague um que não usa mais."}.Err()
	}
	_, err = tx.Exec(`INSERT INTO answer_template (`+templateColumns+`) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
		t.ID, t.SupplierID, t.Title, t.Body, actor.Name, s.Now().UnixMicro())
	return err
}

// DeleteTemplate takes a template away; taking away what is not there changes nothing.
func (s *Service) DeleteTemplate(ctx context.Context, actor person.Actor, supplierID, id string) error {
	if !actor.ActsFor(supplierID) {
		return noTemplate()
	}
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM answer_template WHERE id = $1 AND supplier_id = $2`, id, supplierID)
		return err
	})
}
