package ui

import (
	"bytes"
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"guiche/internal/fault"
	"guiche/internal/person"
)

// Options are what a UI is made of; all but Faces are required.
type Options struct {
	Log      *slog.Logger
	Now      func() time.Time
	Sessions *scs.SessionManager
	Actor    func(*http.Request) (person.Actor, error)
	Demo     bool
	Faces    map[string]fs.FS // folder name -> its *.html
}

// UI renders pages.
type UI struct {
	Options
	Static *Static
	// Opens tells whether an address is a page. The server sets it; nil: every address is.
	Opens func(address string) bool
	pages map[string]*template.Template
	blank blank
	// keeping bounds the forms kept for visitors who are not signed in.
	keeping *Limiter
}

//go:embed *.html
var frame embed.FS

// New parses every template once; a broken one is an error at start, not on a visitor's screen.
func New(o Options) (*UI, error) {
	static, err := newStatic()
	if err != nil {
		return nil, err
	}
	u := &UI{Options: o, Static: static, pages: map[string]*template.Template{}, keeping: NewLimiter(keptPerMinute, keptAtOnce, o.Now)}
	base := template.New("").Funcs(u.funcs())
	base.Funcs(template.FuncMap{"blank": u.blank.drawer(base)})
	for _, file := range []string{"layout.html", "parts.html"} {
		if err := u.add(base, frame, file); err != nil {
			return nil, fmt.Errorf("layout: %w", err)
		}
	}
	faces := map[string]fs.FS{"ui": frame}
	for name, face := range o.Faces {
		faces[name] = face
	}
	for name, face := range faces {
		if err := u.parse(base, name, face); err != nil {
			return nil, err
		}
	}
	return u, nil
}

func (u *UI) parse(base *template.Template, name string, face fs.FS) error {
	files, err := fs.Glob(face, "*.html")
	if err != nil {
		return err
	}
	for _, file := range files {
		clone, err := base.Clone()
		if err != nil {
			return err
		}
		clone.Funcs(template.FuncMap{"blank": u.blank.drawer(clone)})
		if err := u.add(clone, face, file); err != nil {
			return fmt.Errorf("%s/%s: %w", name, file, err)
		}
		u.pages[name+"/"+strings.TrimSuffix(path.Base(file), ".html")] = clone
	}
	return nil
}

// fixed is what a template asks of the program that is the same on every page: an icon or the address of an asset by name.
var fixed = regexp.MustCompile(`\{\{(template "icon"|asset) "([^"]+)"\}\}`)

// posts is where a form begins that sends something.
var posts = regexp.MustCompile(`<form [^>]*method="post"[^>]*>`)

// add parses a file of templates into a set. What is fixed is put into its text: a page has dozens of it. Each form says
// whose page it stands on, so that what it sends when the session has ended is kept for nobody else.
func (u *UI) add(to *template.Template, from fs.FS, file string) error {
	text, err := fs.ReadFile(from, file)
	if err != nil {
		return err
	}
	put := func(call string) string {
		what := fixed.FindStringSubmatch(call)
		if what[1] != "asset" {
			return string(icon(what[2]))
		}
		url, missing := u.Static.URL(what[2])
		err = errors.Join(err, missing)
		return url
	}
	_, broken := to.Parse(posts.ReplaceAllString(fixed.ReplaceAllStringFunc(string(text), put), `$0{{whose $$}}`))
	return errors.Join(err, broken)
}

// Template is the parsed page of a name, for the tests that check it against its struct; nil when there is none.
func (u *UI) Template(name string) *template.Template { return u.pages[name] }

// Link is a place to go, with the words that say so.
type Link struct {
	URL, Text string
	Current   bool
}

// Page is the frame around every page; each page's struct embeds it.
type Page struct {
	Title      string // what this page is; the browser's title and usually the h1
	Work       bool   // work pages are dense and quick, public ones calm
	Wide       bool
	Breadcrumb []Link
	Nav        []Link
	Who        person.Actor
	Path       string // where this page is, to come back to after signing in
	Flash      string // said once, after an act that succeeded
	Warning    string // said once, after an act that succeeded only in part
	Theme      Theme
	Demo       bool
	Problems   []Problem // error summary of the page's form

	Description string // for search engines; empty: what the service is
	Search      string // id of the page's search field, to which a skip link leads; empty: none
}

// Progress is where one is in a form of several pages.
type Progress struct {
	Step, Of int
	Text     string // what this step is about; may be empty
}

// Theme is the agency whose name and colours the page wears.
type Theme struct {
	Agency string // name shown in the header and footer
	URL    string // stylesheet with the agency's colours; empty: the default
}

// DefaultTheme is the state's agency.
var DefaultTheme = Theme{Agency: "Procon RS"}

// Page begins a page for an actor.
func (u *UI) Page(r *http.Request, who person.Actor, title string) Page {
	p := Page{Title: title, Who: who, Path: Address(r), Demo: u.Demo, Theme: DefaultTheme}
	if who.SignedIn() && r.Method == http.MethodGet {
		p.Flash, p.Warning = u.Sessions.PopString(r.Context(), "flash"), u.Sessions.PopString(r.Context(), "warning")
	}
	return p
}

// Flash says something on the next page the person sees.
func (u *UI) Flash(ctx context.Context, text string) { u.Sessions.Put(ctx, "flash", text) }

// Warn says on the next page the person sees what did not work.
func (u *UI) Warn(ctx context.Context, text string) { u.Sessions.Put(ctx, "warning", text) }

// Gone is err of an act that removes what the address names; nil also when nothing is there because the same person
// removed it just now: a second tap. For everybody else it never was there.
func (u *UI) Gone(r *http.Request, err error) error {
	const key = "gone"
	if err == nil {
		u.Sessions.Put(r.Context(), key, r.URL.Path)
	}
	if fault.Is(err, fault.NotFound) && u.Sessions.GetString(r.Context(), key) == r.URL.Path {
		return nil
	}
	return err
}

// Render writes a page, or nothing and an error.
func (u *UI) Render(w http.ResponseWriter, status int, name string, page any) error {
	var buf bytes.Buffer
	if err := u.execute(&buf, name, page); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = buf.WriteTo(w) // a visitor who left needs no answer
	return nil
}

func (u *UI) execute(w io.Writer, name string, page any) error {
	t := u.pages[name]
	if t == nil {
		return fmt.Errorf("ui: no template %s", name)
	}
	if err := t.ExecuteTemplate(w, "layout", page); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	return nil
}

// SeeOther is the answer to a form that succeeded: reloading the next page repeats nothing.
func SeeOther(w http.ResponseWriter, r *http.Request, to string) error {
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

type requestIDKey struct{}

// WithRequestID gives the request the reference that the log and the error page share; an empty id: a short one is made.
func WithRequestID(ctx context.Context, id string) context.Context {
	if id == "" {
		id = rand.Text()[:10]
	}
	return context.WithValue(ctx, requestIDKey{}, id)
}

// RequestID is the reference of WithRequestID, or empty.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}
