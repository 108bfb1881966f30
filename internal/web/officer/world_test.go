package officer_test

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"guiche/internal/complaint/complainttest"
	"guiche/internal/db"
	"guiche/internal/person"
	"guiche/internal/secret/secrettest"
	"guiche/internal/web/officer"
	"guiche/internal/web/session"
	"guiche/internal/web/ui"
)

// world is the workbench over a real installation, on one server.
type world struct {
	*testing.T
	*complainttest.Fixture
	url string
	ui  *ui.UI
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{T: t, Fixture: complainttest.New(t, d)}
	sessions := session.NewManager(&session.Store{DB: d, Now: w.Now, Secrets: secrettest.Ring(t)}, false)
	view, err := ui.New(ui.Options{Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: w.Now, Sessions: sessions,
		Actor: session.Actor(sessions, w.People, false), Faces: map[string]fs.FS{"officer": officer.Templates}})
	w.must(err)
	w.ui = view
	site := &officer.Site{UI: view, Complaints: w.Service, Agencies: w.Agencies, Files: w.Fixture.Files, Now: w.Now}
	mux := http.NewServeMux()
	for _, route := range officer.Routes(site) {
		mux.Handle(route.Pattern, view.Handle(route))
	}
	mux.HandleFunc("GET /teste/entrar/{conta}", func(_ http.ResponseWriter, r *http.Request) {
		sessions.Put(r.Context(), session.AccountKey, r.PathValue("conta"))
	})
	server := httptest.NewServer(sessions.LoadAndSave(mux))
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// browser is one person's, signed in.
type browser struct {
	w    *world
	http *http.Client
}

func (w *world) as(who person.Actor) *browser {
	w.Helper()
	jar, err := cookiejar.New(nil)
	w.must(err)
	b := &browser{w, &http.Client{Jar: jar, Timeout: 20 * time.Second}}
	b.get("/teste/entrar/" + who.AccountID)
	return b
}

type page struct {
	status int
	at     string // path and query where it ended
	body   string
}

func (b *browser) read(r *http.Response, err error) page {
	b.w.Helper()
	b.w.must(err)
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	b.w.must(err)
	return page{r.StatusCode, strings.TrimPrefix(r.Request.URL.String(), b.w.url), string(body)}
}

func (b *browser) get(path string) page {
	b.w.Helper()
	return b.read(b.http.Get(b.w.url + path))
}

func (b *browser) send(path string, values url.Values) page {
	b.w.Helper()
	return b.read(b.http.PostForm(b.w.url+path, values))
}

// sendFiles sends a form as browsers send one with files, each named field/name with its content.
func (b *browser) sendFiles(path string, values url.Values, files map[string]string) page {
	b.w.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, list := range values {
		for _, value := range list {
			b.w.must(form.WriteField(name, value))
		}
	}
	for name, content := range files {
		part, err := form.CreateFormFile("anexos", name)
		b.w.must(err)
		_, err = io.WriteString(part, content)
		b.w.must(err)
	}
	b.w.must(form.Close())
	return b.read(b.http.Post(b.w.url+path, form.FormDataContentType(), &body))
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// form is what the page's form of a deed sends, filled with more values.
func (p page) form(t testing.TB, action string, more ...string) url.Values {
	t.Helper()
	_, rest, found := strings.Cut(p.body, `action="`+action+`"`)
	if !found {
		t.Fatalf("no form %s at %s: %s", action, p.at, p.body)
	}
	rest, _, _ = strings.Cut(rest, "</form>")
	values := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(rest, -1) {
		values.Add(m[1], strings.NewReplacer("&#43;", "+", "&amp;", "&", "&#39;", "'", "&#34;", `"`).Replace(m[2]))
	}
	for i := 0; i+1 < len(more); i += 2 {
		values.Set(more[i], more[i+1])
	}
	return values
}

func (p page) want(t testing.TB, status int, words ...string) page {
	t.Helper()
	if p.status != status {
		t.Fatalf("%s answered %d, want %d: %s", p.at, p.status, status, p.body)
	}
	for _, word := range words {
		if !strings.Contains(p.body, word) {
			t.Errorf("%s lacks %q: %s", p.at, word, p.body)
		}
	}
	return p
}

func (p page) lacks(t testing.TB, words ...string) page {
	t.Helper()
	for _, word := range words {
		if strings.Contains(p.body, word) {
			t.Errorf("%s has %q", p.at, word)
		}
	}
	return p
}

func caseURL(protocol string) string { return "/servidor/casos/" + protocol }

func deedURL(protocol, deed string) string { return caseURL(protocol) + "/" + deed }

// do opens the case and does a deed on it as the page's own form would.
func (b *browser) do(protocol, deed string, more ...string) page {
	b.w.Helper()
	return b.send(deedURL(protocol, deed), b.get(caseURL(protocol)).form(b.w, deedURL(protocol, deed), more...))
}

func jsonOf(t testing.TB, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
