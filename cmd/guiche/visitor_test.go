package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/net/html"
)

// visitor is somebody in a script: a client that knows addresses and names of fields, and nothing else of the pages.
type visitor struct {
	http *http.Client
	at   *url.URL   // of the last page
	page *html.Node // nil when the last answer was no page
}

// visitors are those of one script, by name, kept under the key everybody.
type visitors map[string]*visitor

type everybody struct{}

// visitorCommands are what scripts may do with visitors.
func visitorCommands() map[string]func(ts *testscript.TestScript, neg bool, args []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"visit": visit, "follow": follow, "send": send, "complain": complain, "mail": openMail, "remember": remember,
		"protocol": protocol, "photo": photo, "paper": letter,
	}
}

func called(ts *testscript.TestScript, name string) *visitor {
	all := ts.Value(everybody{}).(visitors)
	if all[name] == nil {
		jar, err := cookiejar.New(nil)
		ts.Check(err)
		all[name] = &visitor{http: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
	}
	return all[name]
}

// visit is "visit WHO ADDRESS": it follows redirects and prints status, final address and what can be read there. What
// is no page is kept as the file "recebido".
func visit(ts *testscript.TestScript, _ bool, args []string) {
	request, err := http.NewRequest(http.MethodGet, absolute(ts, args[1]), nil)
	ts.Check(err)
	called(ts, args[0]).ask(ts, request)
}

func absolute(ts *testscript.TestScript, address string) string {
	if strings.HasPrefix(address, "/") {
		return "http://" + ts.Getenv("ADDR") + address
	}
	return address
}

func (v *visitor) ask(ts *testscript.TestScript, request *http.Request) {
	answer, err := v.http.Do(request)
	ts.Check(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	ts.Check(err)
	v.at, v.page = answer.Request.URL, nil
	fmt.Fprintf(ts.Stdout(), "%d %s\n", answer.StatusCode, v.at.RequestURI())
	if !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		fmt.Fprintf(ts.Stdout(), "%s, %d bytes\n", answer.Header.Get("Content-Type"), len(body))
		writeFile(ts, "recebido", body)
		return
	}
	v.page, err = html.Parse(bytes.NewReader(body))
	ts.Check(err)
	fmt.Fprintln(ts.Stdout(), textOf(v.page))
}

// textOf is what a page says, each piece on a line of its own.
func textOf(n *html.Node) string {
	var lines []string
	for d := range n.Descendants() {
		if text := strings.Join(strings.Fields(d.Data), " "); d.Type == html.TextNode && text != "" {
			lines = append(lines, text)
		}
	}
	return strings.Join(lines, "\n")
}

// follow is "follow WHO TEXT": the first link that says so.
func follow(ts *testscript.TestScript, _ bool, args []string) {
	v := called(ts, args[0])
	for n := range v.page.Descendants() {
		if n.Data == "a" && strings.Contains(strings.ReplaceAll(textOf(n), "\n", " "), args[1]) {
			to, err := v.at.Parse(attribute(n, "href"))
			ts.Check(err)
			visit(ts, false, []string{args[0], to.String()})
			return
		}
	}
	ts.Fatalf("no link says %q in\n%s", args[1], textOf(v.page))
}

// send is "send WHO FORM NAME=VALUE...": the page's form whose address ends in FORM, with its hidden inputs and the
// fields given; NAME=@FILE is a file to be sent.
func send(ts *testscript.TestScript, _ bool, args []string) {
	v := called(ts, args[0])
	for n := range v.page.Descendants() {
		if to, err := v.at.Parse(attribute(n, "action")); n.Data == "form" && err == nil && path.Base(to.Path) == args[1] {
			v.submit(ts, n, args[2:])
			return
		}
	}
	ts.Fatalf("no form leads to %q in\n%s", args[1], textOf(v.page))
}

func (v *visitor) submit(ts *testscript.TestScript, form *html.Node, fields []string) {
	values, papers := hiddenIn(form), []paper{}
	for _, field := range fields {
		name, value, _ := strings.Cut(field, "=")
		if !hasField(form, name) {
			ts.Fatalf("the form has no field %q", name)
		}
		if file, isFile := strings.CutPrefix(value, "@"); isFile {
			papers = append(papers, paper{name, filepath.Base(file), ts.ReadFile(file)})
		} else {
			values.Add(name, value)
		}
	}
	request, err := v.request(form, values, papers)
	ts.Check(err)
	v.ask(ts, request)
}

// request is how a browser would send the form.
func (v *visitor) request(form *html.Node, values url.Values, papers []paper) (*http.Request, error) {
	to, err := v.at.Parse(attribute(form, "action"))
	if err != nil {
		return nil, err
	}
	if attribute(form, "method") != "post" {
		to.RawQuery = values.Encode()
		return http.NewRequest(http.MethodGet, to.String(), nil)
	}
	body, contentType := values.Encode(), formType
	if attribute(form, "enctype") == "multipart/form-data" {
		body, contentType = multipartOf(values, papers...)
	}
	request, err := http.NewRequest(http.MethodPost, to.String(), strings.NewReader(body))
	if err == nil {
		request.Header.Set("Content-Type", contentType)
	}
	return request, err
}

func hasField(form *html.Node, name string) bool {
	for n := range form.Descendants() {
		if n.Type == html.ElementNode && attribute(n, "name") == name {
			return true
		}
	}
	return false
}

// complain is "complain WHO FILE": it answers the steps of the form, one after the other, with those lines NAME=VALUE
// of the file that the step has a field for, until the form ends.
func complain(ts *testscript.TestScript, _ bool, args []string) {
	v, answers := called(ts, args[0]), strings.Split(strings.TrimSpace(ts.ReadFile(args[1])), "\n")
	for range 10 {
		if v.at.Path != "/reclamacoes/nova" {
			return
		}
		form := stepForm(v.page)
		if form == nil {
			ts.Fatalf("no form on\n%s", textOf(v.page))
		}
		v.submit(ts, form, fitting(form, answers))
	}
	ts.Fatalf("the form does not end: %s", v.at)
}

func stepForm(page *html.Node) *html.Node {
	for n := range page.Descendants() {
		if n.Data == "form" && strings.HasPrefix(attribute(n, "action"), "/reclamacoes/nova") {
			return n
		}
	}
	return nil
}

func fitting(form *html.Node, answers []string) (fit []string) {
	for _, answer := range answers {
		if name, _, _ := strings.Cut(answer, "="); hasField(form, name) {
			fit = append(fit, answer)
		}
	}
	return fit
}

// openMail is "mail ADDRESS SUBJECT": it waits, at most ten seconds, until such a mail was sent, and reads it.
func openMail(ts *testscript.TestScript, _ bool, args []string) {
	v := called(ts, "at the outbox")
	for range 100 {
		visit(ts, false, []string{"at the outbox", "/demo/correio"})
		for row := range v.page.Descendants() {
			if text := textOf(row); row.Data == "tr" && strings.Contains(text, args[0]) && strings.Contains(text, args[1]) {
				follow(ts, false, []string{"at the outbox", args[1]})
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	ts.Fatalf("no mail to %s says %q", args[0], args[1])
}

// remember is "remember NAME PATTERN FILE": what the pattern's group finds in the file, or in stdout, as a variable.
func remember(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile(args[2]))
	if found == nil {
		ts.Fatalf("%q is not in %s", args[1], args[2])
	}
	ts.Setenv(args[0], found[1])
}

func writeFile(ts *testscript.TestScript, name string, content []byte) {
	ts.Check(os.WriteFile(ts.MkAbs(name), content, 0o600))
}
