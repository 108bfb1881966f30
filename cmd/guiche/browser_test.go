package main

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// browser keeps cookies and follows nothing by itself. Each has an address of its own, as visitors behind a proxy have.
type browser struct {
	testing.TB
	origin string
	from   string
	agent  string // what it calls itself; may be empty
	http   *http.Client
}

var browsers atomic.Int64

func newBrowser(t testing.TB, origin string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	n := browsers.Add(1)
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	from := fmt.Sprintf("203.0.%d.%d", n/250%250, n%250+1)
	return &browser{TB: t, origin: origin, from: from, http: &http.Client{Jar: jar, CheckRedirect: stay, Timeout: 30 * time.Second}}
}

// holding is the browser of somebody with a session.
func (b *browser) holding(session *http.Cookie) *browser {
	b.Helper()
	origin, err := url.Parse(b.origin)
	if err != nil {
		b.Fatal(err)
	}
	b.http.Jar.SetCookies(origin, []*http.Cookie{session})
	return b
}

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   string
	to     string // Location
}

// send asks; headers are pairs of name and value.
func (b *browser) send(method, path, body string, headers ...string) reply {
	b.Helper()
	r, err := b.try(method, path, body, headers...)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

// try is send for a server that may die meanwhile.
func (b *browser) try(method, path, body string, headers ...string) (reply, error) {
	request, err := http.NewRequest(method, b.origin+path, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	request.Header.Set("X-Forwarded-For", b.from)
	if b.agent != "" {
		request.Header.Set("User-Agent", b.agent)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer, err := b.http.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return reply{answer.StatusCode, answer.Header, string(text), answer.Header.Get("Location")}, err
}

const formType = "application/x-www-form-urlencoded"

func (b *browser) get(path string) reply { b.Helper(); return b.send("GET", path, "") }

func (b *browser) post(path string, form url.Values) reply {
	b.Helper()
	return b.send("POST", path, form.Encode(), "Content-Type", formType)
}

// paper is a file to be sent.
type paper struct{ field, name, content string }

func multipartOf(form url.Values, papers ...paper) (body, contentType string) {
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	for name, values := range form {
		for _, value := range values {
			_ = w.WriteField(name, value) // to memory
		}
	}
	for _, p := range papers {
		part, _ := w.CreateFormFile(p.field, p.name)
		_, _ = io.WriteString(part, p.content)
	}
	_ = w.Close()
	return out.String(), w.FormDataContentType()
}

func (b *browser) upload(path string, form url.Values, papers ...paper) reply {
	b.Helper()
	body, contentType := multipartOf(form, papers...)
	return b.send("POST", path, body, "Content-Type", contentType)
}

// open follows redirects to a page.
func (b *browser) open(path string) reply {
	b.Helper()
	r := b.get(path)
	for range 10 {
		if r.status != http.StatusSeeOther && r.status != http.StatusFound {
			return r
		}
		r = b.get(strings.TrimPrefix(r.to, b.origin))
	}
	b.Fatalf("%s leads in circles", path)
	return r
}

// signIn is what a person does: the provider's form, with the CPF.
func (b *browser) signIn(cpf string) *browser {
	b.Helper()
	page := b.signInAt("/entrar", cpf)
	if page.status != http.StatusOK || !strings.Contains(page.body, `action="/sair"`) {
		b.Fatalf("%s is not signed in: %d %s", cpf, page.status, page.body)
	}
	return b
}

// signInAt begins at an address that leads to the provider, and gives the page where it ends.
func (b *browser) signInAt(path, cpf string) reply {
	b.Helper()
	page := b.open(path)
	for range 3 {
		action, form := firstForm(b, page.body)
		form.Set("cpf", cpf)
		form.Set("decisao", "aceitar")
		page = b.post(action, form)
		for page.status == http.StatusSeeOther || page.status == http.StatusFound {
			page = b.get(strings.TrimPrefix(page.to, b.origin))
		}
		if !strings.Contains(page.body, "/demo/govbr/authorize") {
			break
		}
	}
	return page
}

// cookie is the value of the session cookie; empty without one.
func (b *browser) cookie() string {
	b.Helper()
	at, err := url.Parse(b.origin)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range b.http.Jar.Cookies(at) {
		if c.Name == "guiche" {
			return c.Value
		}
	}
	return ""
}

// firstForm is the address and the hidden inputs of the first form that posts.
func firstForm(t testing.TB, page string) (action string, hidden url.Values) {
	t.Helper()
	for n := range parse(t, page).Descendants() {
		if n.Data != "form" || attribute(n, "method") != "post" || attribute(n, "action") == "/sair" {
			continue
		}
		return attribute(n, "action"), hiddenIn(n)
	}
	t.Fatalf("no form in %s", page)
	return "", nil
}

// formAt is the hidden inputs of the page's form with an address.
func formAt(t testing.TB, page, action string) url.Values {
	t.Helper()
	for n := range parse(t, page).Descendants() {
		if n.Data == "form" && attribute(n, "action") == action {
			return hiddenIn(n)
		}
	}
	t.Fatalf("no form %s in %s", action, page)
	return nil
}

func hiddenIn(form *html.Node) url.Values {
	values := url.Values{}
	for n := range form.Descendants() {
		if n.Data == "input" && attribute(n, "type") == "hidden" {
			values.Add(attribute(n, "name"), attribute(n, "value"))
		}
	}
	return values
}

func parse(t testing.TB, page string) *html.Node {
	t.Helper()
	document, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
