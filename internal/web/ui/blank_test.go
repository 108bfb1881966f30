package ui_test

import (
	"fmt"
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/alexedwards/scs/v2"

	"guiche/internal/web/ui"
)

// Two fields that are not drawn alike must not look alike, whichever member tells them apart: also one that is added later.
func TestFieldsThatDifferInAnythingDoNotLookAlike(t *testing.T) {
	all := reflect.TypeFor[ui.Field]()
	seen := map[string]string{(&ui.Field{}).Look(): "nothing"}
	for i := range all.NumField() {
		f := &ui.Field{}
		switch member := reflect.ValueOf(f).Elem().Field(i); member.Kind() {
		case reflect.String:
			member.SetString("x")
		case reflect.Bool:
			member.SetBool(true)
		case reflect.Int:
			member.SetInt(1)
		default:
			f.Options = []ui.Option{{Value: "x"}}
		}
		name, look := all.Field(i).Name, f.Look()
		if typed := name == "Value" || name == "Error"; typed != (look == "") {
			t.Errorf("with %s it looks like %q", name, look)
		}
		if other, has := seen[look]; has && look != "" {
			t.Errorf("%s looks like %s", name, other)
		}
		seen[look] = name
	}
	for i, o := range []ui.Option{{Value: "x"}, {Label: "x"}, {Hint: "x"}, {Group: "x"}} {
		look := (&ui.Field{Options: []ui.Option{o, {Value: "y"}}}).Look()
		if other, has := seen[look]; has {
			t.Errorf("option %d looks like %s", i, other)
		}
		seen[look] = fmt.Sprint("option ", i)
	}
}

// formUI has one page, of a form.
func formUI(t *testing.T) *ui.UI {
	t.Helper()
	u, err := ui.New(ui.Options{Log: slog.New(slog.DiscardHandler), Now: time.Now, Sessions: scs.New(),
		Faces: map[string]fs.FS{"x": fstest.MapFS{"form.html": {Data: []byte(`{{define "content"}}{{template "fields" .Form}}{{end}}`)}}}})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func drawn(t *testing.T, u *ui.UI, form ui.Form) string {
	t.Helper()
	w := httptest.NewRecorder()
	if err := u.Render(w, 200, "x/form", struct {
		ui.Page
		Form ui.Form
	}{Form: form}); err != nil {
		t.Fatal(err)
	}
	return w.Body.String()
}

// Ana's words are on her page, and never on the page of who comes next.
func TestWhatSomebodyTypedIsNotKeptForOthers(t *testing.T) {
	u := formUI(t)
	draw := func(form ui.Form) string { return drawn(t, u, form) }
	form := func() ui.Form {
		return ui.Form{{Name: "relato", Label: "O que houve <b>", Kind: ui.Long}, {Name: "sim", Label: "Sim?", Kind: ui.Radio, Options: []ui.Option{{Value: "s", Label: "Sim"}, {Value: "n", Label: "Não"}}}}
	}
	empty := draw(form())
	typed, wrong, chosen := form(), form(), form()
	typed[0].Value, wrong[0].Error, chosen[1].Value = "segredo <i>", "Escreva o que houve.", "n"
	for name, c := range map[string]struct {
		form ui.Form
		says string
	}{"typed": {typed, "segredo &lt;i&gt;"}, "wrong": {wrong, "Escreva o que houve."}, "chosen": {chosen, `value="n" checked`}} {
		for range 2 {
			if got := draw(c.form); !strings.Contains(got, c.says) {
				t.Errorf("%s: the page lacks %q", name, c.says)
			}
		}
		if got := draw(form()); got != empty || strings.Contains(got, c.says) || !strings.Contains(got, "O que houve &lt;b&gt;") {
			t.Errorf("after %s the empty form is another: %s", name, got)
		}
	}
}

func TestDrawnFieldsAreKeptWithinBounds(t *testing.T) {
	u := formUI(t)
	highest := 0
	for n := range 3000 { // a kilobyte each, and never the same
		label := fmt.Sprint(n, strings.Repeat("x", 500))
		if got := drawn(t, u, ui.Form{{Name: "a", Label: label, Kind: ui.Text}}); !strings.Contains(got, label) {
			t.Fatalf("field %d: %s", n, got)
		}
		kept, most := u.BlankBytes()
		if kept > most {
			t.Fatalf("%d bytes are kept, over %d", kept, most)
		}
		highest = max(highest, kept)
	}
	if _, most := u.BlankBytes(); highest < most/2 {
		t.Errorf("at most %d bytes were kept: this test proves nothing", highest)
	}
}
