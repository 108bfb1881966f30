package account_test

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/demo/devidp"
	"guiche/internal/oidc"
	"guiche/internal/person"
	"guiche/internal/secret/secrettest"
	"guiche/internal/web/account"
	"guiche/internal/web/session"
	"guiche/internal/web/ui"
)

const (
	ana     = "11144477735"
	carla   = "20030040094"
	dandara = "30040050009"
	elisa   = "52998224725"
	lia     = "70080090036"
)

// world is a whole site with its provider on one server, and what happened in it.
type world struct {
	*testing.T
	url     string
	idp     *devidp.Provider
	site    *account.Site
	people  *person.Service
	secrets []string // of the confirmation mails
	log     bytes.Buffer
}

type options struct {
	second       bool // a second provider in the list
	secondFactor bool
}

func newWorld(t *testing.T, d *db.DB, o options) *world {
	t.Helper()
	w := &world{T: t}
	mux := http.NewServeMux()
	server := httptest.NewUnstartedServer(mux)
	w.url = "http://" + server.Listener.Addr().String()
	w.people = &person.Service{DB: d, Secrets: secrettest.Ring(t), Now: time.Now, Mail: func(_ *db.Tx, _ person.Account, secret string) error {
		w.secrets = append(w.secrets, secret)
		return nil
	}}
	sessions := session.NewManager(&session.Store{DB: d, Now: time.Now, Secrets: secrettest.Ring(t)}, false)
	view, err := ui.New(ui.Options{
		Log: slog.New(slog.NewTextHandler(&w.log, nil)), Now: time.Now, Sessions: sessions,
		Actor: session.Actor(sessions, w.people, o.secondFactor), Faces: map[string]fs.FS{"account": account.Templates},
	})
	w.must(err)
	w.mountProvider(mux)
	w.site = &account.Site{UI: view, People: w.people, OIDC: w.client(o), Sessions: sessions, BaseURL: w.url, Now: time.Now, SecondFactor: o.secondFactor}
	for _, route := range append(account.Routes(w.site), places(w.site, sessions)...) {
		mux.Handle(route.Pattern, view.Handle(route))
	}
	server.Config.Handler = sessions.LoadAndSave(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(rw, r.WithContext(ui.WithRequestID(r.Context(), "")))
	}))
	server.Start()
	t.Cleanup(server.Close)
	return w
}

func (w *world) mountProvider(mux *http.ServeMux) {
	provider, err := devidp.New(devidp.Options{Issuer: w.url + devidp.DefaultPath, Now: time.Now, Clients: []devidp.Client{{
		ID: "procon", Secret: "segredo", RedirectURIs: []string{w.url + "/entrar/govbr/retorno"}, LogoutURIs: []string{w.url + "/"}, HomeURL: w.url + "/",
	}}})
	w.must(err)
	w.idp = provider
	mux.Handle(provider.Path(), provider)
}

func (w *world) client(o options) *oidc.Client {
	base := w.url + devidp.DefaultPath
	list := []oidc.Provider{{Name: "govbr", Label: "gov.br", Issuer: base, ClientID: "procon", ClientSecret: "segredo",
		LogoutURL: base + "logout", CatalogURL: base + "catalogo/"}}
	if o.second {
		list = append(list, oidc.Provider{Name: "estado", Label: "Login do Estado", Issuer: "http://127.0.0.1:1/", ClientID: "x", ClientSecret: "y"})
	}
	return oidc.New(list, w.url, nil, time.Now)
}

// places are stand-ins for where people come from and go to.
func places(s *account.Site, sessions *scs.SessionManager) []ui.Route {
	say := func(format func(r *http.Request, who person.Actor) string) ui.Handler {
		return func(w http.ResponseWriter, r *http.Request, who person.Actor) error {
			_, err := io.WriteString(w, format(r, who))
			return err
		}
	}
	me := say(func(_ *http.Request, who person.Actor) string { return "eu: " + who.Name + " " + string(who.Level) })
	return []ui.Route{
		{Pattern: "GET /{$}", Who: ui.Anyone, Handler: say(func(r *http.Request, _ person.Actor) string { return "capa: " + s.Pending(r) })},
		{Pattern: "GET /painel", Who: ui.SignedIn, Handler: me},
		{Pattern: "GET /servidor/fila", Who: ui.Worker, Handler: me},
		{Pattern: "GET /lugar", Who: ui.SignedIn, Handler: say(func(r *http.Request, who person.Actor) string {
			return "lugar: " + who.Name + " " + string(who.Level) + " " + s.UI.Kept(r.Context(), "/lugar").Get("relato")
		})},
		{Pattern: "POST /lugar", Who: ui.SignedIn, Handler: me},
		{Pattern: "GET /guarda", Who: ui.Anyone, Handler: say(func(r *http.Request, _ person.Actor) string {
			sessions.Put(r.Context(), "kept:/lugar", "relato=segredo-de-ana")
			return ""
		})},
	}
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// browser follows redirects and keeps cookies.
type browser struct {
	w    *world
	http *http.Client
}

func (w *world) browser() *browser {
	jar, err := cookiejar.New(nil)
	w.must(err)
	return &browser{w, &http.Client{Jar: jar, Timeout: 20 * time.Second}}
}

type page struct {
	status int
	at     string // path and query
	body   string
	header http.Header
}

func (b *browser) read(r *http.Response, err error) page {
	b.w.Helper()
	b.w.must(err)
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	b.w.must(err)
	return page{r.StatusCode, strings.TrimPrefix(r.Request.URL.String(), b.w.url), string(body), r.Header}
}

func (b *browser) get(path string) page {
	b.w.Helper()
	return b.read(b.http.Get(b.w.url + path))
}

func (b *browser) post(path string, values ...string) page {
	b.w.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(values); i += 2 {
		form.Set(values[i], values[i+1])
	}
	return b.read(b.http.PostForm(b.w.url+path, form))
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// fill posts the provider's page with its hidden inputs.
func (b *browser) fill(p page, values ...string) page {
	b.w.Helper()
	if !strings.HasPrefix(p.at, devidp.DefaultPath) {
		b.w.Fatalf("not at the provider but at %s (%d): %s", p.at, p.status, p.body)
	}
	for _, m := range hidden.FindAllStringSubmatch(p.body, -1) {
		values = append(values, m[1], unescape(m[2]))
	}
	path, _, _ := strings.Cut(p.at, "?")
	return b.post(path, values...)
}

func unescape(s string) string {
	return strings.NewReplacer("&#43;", "+", "&amp;", "&", "&#39;", "'", "&#34;", `"`).Replace(s)
}

func (b *browser) signIn(path, cpf string) page {
	b.w.Helper()
	return b.fill(b.get(path), "cpf", cpf)
}

// answer signs in at the provider and stops at what it sends back: the address to open.
func (b *browser) answer(path, cpf string) (address string) {
	b.w.Helper()
	start := b.get(path)
	b.http.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		address = strings.TrimPrefix(r.URL.String(), b.w.url)
		return http.ErrUseLastResponse
	}
	defer func() { b.http.CheckRedirect = nil }()
	b.fill(start, "cpf", cpf)
	return address
}

func (p page) want(t testing.TB, status int, at string, words ...string) {
	t.Helper()
	if p.status != status || p.at != at {
		t.Fatalf("got %d at %s, want %d at %s: %s", p.status, p.at, status, at, p.body)
	}
	for _, word := range words {
		if !strings.Contains(p.body, word) {
			t.Errorf("%s lacks %q: %s", at, word, p.body)
		}
	}
}

func (w *world) cookie(b *browser) string {
	u, err := url.Parse(w.url)
	w.must(err)
	for _, c := range b.http.Jar.Cookies(u) {
		if c.Name == "guiche" {
			return c.Value
		}
	}
	return ""
}

func (w *world) grant(cpf string) {
	w.Helper()
	ctx := context.Background()
	w.must(w.people.DB.Transact(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`INSERT INTO municipality (id, state, name, sort_key) VALUES ('4314902', 'RS', 'Porto Alegre', 'porto alegre')`); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO agency (id, code, kind, name, short_name, municipality_id, installed) VALUES ('a', '0001', 'state', 'Procon', 'Procon', '4314902', 1)`)
		return err
	}))
	w.must(w.people.Grant(ctx, "test", cpf, person.Officer, "0001"))
}

func one(t *testing.T) *world { return newWorld(t, dbtest.SQLite(t), options{}) }
