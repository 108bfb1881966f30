package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// visitor is a browser without a screen: it keeps cookies and connections, and asks for zipped pages as browsers do.
type visitor struct {
	ctx    context.Context
	origin string
	client *http.Client
	who    who // once signed in
}

// answer is what came back; body is as it came over the wire.
type answer struct {
	status   int
	location string
	zipped   bool
	body     []byte
}

func newVisitors(ctx context.Context, origin string, n int) []*visitor {
	out := make([]*visitor, n)
	for i := range out {
		out[i] = newVisitor(ctx, origin, i)
	}
	return out
}

// newVisitor comes from an address of its own on the loopback, so that limits by address count it alone.
func newVisitor(ctx context.Context, origin string, number int) *visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // the standard library gives no error without options
	}
	dialer := &net.Dialer{Timeout: 5 * time.Second, LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(number+1))}}
	transport := &http.Transport{DialContext: dialer.DialContext, DisableCompression: true, MaxIdleConnsPerHost: 2}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &visitor{ctx: ctx, origin: origin, client: &http.Client{Jar: jar, Transport: transport, Timeout: 30 * time.Second, CheckRedirect: stay}}
}

// as is the visitor's connection in the hands of somebody who has a session already.
func (v *visitor) as(r resident) (*visitor, error) {
	origin, err := url.Parse(v.origin)
	if err != nil {
		return nil, err
	}
	client := *v.client
	if client.Jar, err = cookiejar.New(nil); err != nil {
		return nil, err
	}
	client.Jar.SetCookies(origin, []*http.Cookie{r.session})
	return &visitor{ctx: v.ctx, origin: v.origin, client: &client, who: r.who}, nil
}

func (v *visitor) get(path string) (answer, error) { return v.send(http.MethodGet, path, "", nil) }

func (v *visitor) post(path string, form url.Values) (answer, error) {
	return v.send(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// file is a document to be sent.
type file struct {
	field, name string
	content     []byte
}

func (v *visitor) upload(path string, form map[string]string, files ...file) (answer, error) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range form {
		if err := w.WriteField(name, value); err != nil {
			return answer{}, err
		}
	}
	for _, f := range files {
		part, err := w.CreateFormFile(f.field, f.name)
		if err != nil {
			return answer{}, err
		}
		if _, err := part.Write(f.content); err != nil {
			return answer{}, err
		}
	}
	if err := w.Close(); err != nil {
		return answer{}, err
	}
	return v.send(http.MethodPost, path, w.FormDataContentType(), &body)
}

func (v *visitor) send(method, path, contentType string, body io.Reader) (answer, error) {
	if strings.HasPrefix(path, "/") {
		path = v.origin + path
	}
	request, err := http.NewRequestWithContext(v.ctx, method, path, body)
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Accept-Encoding", "gzip")
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := v.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	a := answer{status: response.StatusCode, location: response.Header.Get("Location"), zipped: response.Header.Get("Content-Encoding") == "gzip"}
	a.body, err = io.ReadAll(response.Body)
	return a, err
}

// page asks for a page that must be there.
func (v *visitor) page(path string) (answer, error) {
	a, err := v.get(path)
	if err == nil && a.status != http.StatusOK {
		err = fmt.Errorf("GET %s: %w", path, a.unexpected())
	}
	return a, err
}

// follow goes where redirects lead.
func (v *visitor) follow(a answer, err error) (answer, error) {
	for range 10 {
		if err != nil || a.location == "" {
			return a, err
		}
		a, err = v.get(a.location)
	}
	return a, errors.New("redirects without end")
}

// text is the page unzipped.
func (a answer) text() (string, error) {
	if !a.zipped {
		return string(a.body), nil
	}
	z, err := gzip.NewReader(bytes.NewReader(a.body))
	if err != nil {
		return "", err
	}
	plain, err := io.ReadAll(z)
	return string(plain), err
}

var tags = regexp.MustCompile(`(?s)<(script|style|svg|head).*?</(script|style|svg|head)>|<[^>]*>|\s+`)

// unexpected is an error with the answer's words, for a reader who has to find out what went wrong.
func (a answer) unexpected() error {
	text, err := a.text()
	if err != nil {
		return err
	}
	words := strings.Join(strings.Fields(tags.ReplaceAllString(text, " ")), " ")
	return fmt.Errorf("status %d, to %q: %.300s", a.status, a.location, words)
}

var (
	formAction  = regexp.MustCompile(`<form method="post" action="([^"]*authorize)"`)
	hiddenInput = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
)

// signIn goes through the demonstration's provider as one of its people.
func (v *visitor) signIn(w who) error {
	v.who = w
	a, err := v.follow(v.get("/entrar?volta=%2Fconta"))
	if err != nil {
		return err
	}
	text, err := a.text()
	if err != nil {
		return err
	}
	action := formAction.FindStringSubmatch(text)
	if action == nil {
		return fmt.Errorf("sign-in: no form of the provider: %w", a.unexpected())
	}
	form := url.Values{"cpf": {w.cpf}}
	for _, input := range hiddenInput.FindAllStringSubmatch(text, -1) {
		form.Set(html.UnescapeString(input[1]), html.UnescapeString(input[2]))
	}
	if _, err = v.follow(v.post(html.UnescapeString(action[1]), form)); err != nil {
		return err
	}
	_, err = v.page("/conta") // whoever is not signed in is sent away from there
	return err
}
