package casefile_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"guiche/internal/attachment"
	"guiche/internal/complaint"
	"guiche/internal/complaint/complainttest"
	"guiche/internal/db/dbtest"
	"guiche/internal/fault"
	"guiche/internal/web/casefile"
	"guiche/internal/web/ui"
)

// part is a field of a form, or a file when it has a file's name.
type part struct{ field, file, content string }

func form(t *testing.T, parts []part) (io.Reader, string) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range parts {
		to, err := w.CreateFormField(p.field)
		if p.file != "" {
			to, err = w.CreateFormFile(p.field, p.file)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(to, p.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &body, w.FormDataContentType()
}

func TestAFormOfFilesIsReadPartByPart(t *testing.T) {
	f := complainttest.New(t, dbtest.SQLite(t))
	c, err := f.Service.AsOfficer(t.Context(), f.Elisa, f.File(t, complainttest.Opts{}), complaint.FromQueue)
	if err != nil {
		t.Fatal(err)
	}
	place := func(field string) (attachment.Upload, bool) {
		return attachment.Upload{Kind: attachment.Message, By: f.Elisa.AccountID, ComplaintID: c.ID}, field == "anexos"
	}
	for name, test := range map[string]struct {
		parts   []part
		files   int
		values  map[string]string
		refused []string // words of the refusal
	}{
		"text and two files": {[]part{{"mensagem", "", " Olá.\r\n"}, {"anexos", "a.txt", "um"}, {"anexos", "b.txt", "dois"}}, 2, map[string]string{"mensagem": "Olá."}, nil},
		"a field left empty": {[]part{{"mensagem", "", "Olá."}, {"anexos", "", ""}}, 0, map[string]string{"mensagem": "Olá."}, nil},
		"two refused, one kept": {[]part{{"anexos", "x.html", "<html><body>x</body></html>"}, {"anexos", "c.txt", "três"}, {"anexos", "y.svg", `<svg xmlns="http://www.w3.org/2000/svg"/>`}}, 1,
			map[string]string{}, []string{"x.html", "y.svg"}},
		"files of an earlier sending": {[]part{{"anexo", "", "id-1"}, {"anexo", "", "id-2"}}, 2, map[string]string{}, nil},
		"a file in a field of text":   {[]part{{"mensagem", "d.txt", "texto"}}, 0, map[string]string{"mensagem": "texto"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			body, kind := form(t, test.parts)
			r := httptest.NewRequest(http.MethodPost, "/", body)
			r.Header.Set("Content-Type", kind)
			got, err := casefile.Receive(httptest.NewRecorder(), r, f.Files, place)
			if err != nil || len(got.Files) != test.files || !maps.Equal(got.Values, test.values) || (len(got.Refused) > 0) != (test.refused != nil) {
				t.Errorf("%+v, %v", got, err)
			}
			for _, word := range test.refused {
				if !strings.Contains(got.Refused["anexos"], word) {
					t.Errorf("%q does not name %s", got.Refused["anexos"], word)
				}
			}
		})
	}
}

func TestAnUploadThatStopsHalfWayIsSaid(t *testing.T) {
	f := complainttest.New(t, dbtest.SQLite(t))
	body, kind := form(t, []part{{"mensagem", "", strings.Repeat("a", 1000)}})
	r := httptest.NewRequest(http.MethodPost, "/", io.MultiReader(io.LimitReader(body, 500), brokenLine{}))
	r.Header.Set("Content-Type", kind)
	_, err := casefile.Receive(httptest.NewRecorder(), r, f.Files, func(string) (attachment.Upload, bool) { return attachment.Upload{}, false })
	if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Text(err), "interrompido") {
		t.Errorf("%v", err)
	}
}

type brokenLine struct{}

func (brokenLine) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

func TestAFormThatNobodyTypedIsRefusedEarly(t *testing.T) { // quality 3: sizes bounded everywhere
	f := complainttest.New(t, dbtest.SQLite(t))
	for name, test := range map[string]struct {
		field, file, content string
		times, status        int
	}{
		"texts that together are larger than a form": {"mensagem", "", strings.Repeat("x", 300<<10), 2, http.StatusRequestEntityTooLarge},
		"more fields than any form has":              {"anexo", "", "x", 500, http.StatusUnprocessableEntity},
		"more files than any case takes":             {"anexos", "virus.exe", "MZ", 500, http.StatusUnprocessableEntity},
	} {
		t.Run(name, func(t *testing.T) {
			var parts []part
			for range test.times {
				parts = append(parts, part{test.field, test.file, test.content})
			}
			body, contentType := form(t, parts)
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", body)
			r.Header.Set("Content-Type", contentType)
			got, err := casefile.Receive(httptest.NewRecorder(), r, f.Files, func(field string) (attachment.Upload, bool) {
				return attachment.Upload{Kind: attachment.Message, By: f.Ana.AccountID, ComplaintID: "nenhuma"}, field == "anexos"
			})
			if ui.Status(err) != test.status || fault.Text(err) == "" {
				t.Errorf("%v, with %d bytes of refusals and %d files", err, len(got.Refused["anexos"]), len(got.Files))
			}
		})
	}
}
