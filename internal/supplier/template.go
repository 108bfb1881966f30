package supplier

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

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
	return problems.Err()
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

// SaveTemplate stores a new template of a company, or new words of one that has an id.
func (s *Service) SaveTemplate(ctx context.Context, actor person.Actor, t Template) error {
	if !actor.ActsFor(t.SupplierID) {
		return noTemplate()
	}
	if err := t.check(); err != nil {
		return err
	}
	return s.DB.Transact(ctx, func(tx *db.Tx) error {
		if t.ID == "" {
			return s.addTemplate(tx, actor, t)
		}
		n, err := tx.Exec(`UPDATE answer_template SET title = $3, body = $4, by_name = $5, at = $6 WHERE id = $1 AND supplier_id = $2`,
			t.ID, t.SupplierID, t.Title, t.Body, actor.Name, s.Now().UnixMicro())
		if err == nil && n == 0 {
			err = noTemplate()
		}
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
	_, err = tx.Exec(`INSERT INTO answer_template (`+templateColumns+`) VALUES ($1, $2, $3, $4, $5, $6)`,
		db.NewID(), t.SupplierID, t.Title, t.Body, actor.Name, s.Now().UnixMicro())
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
