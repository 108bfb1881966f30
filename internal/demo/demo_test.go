package demo_test

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"guiche/internal/complaint"
	"guiche/internal/demo"
	"guiche/internal/demo/devidp"
	"guiche/internal/mail"
	"guiche/internal/person"
	"guiche/internal/web/ui"
)

// pages is the face with an outbox.
func pages(t *testing.T, who person.Actor) (*mail.Outbox, func(path string) *httptest.ResponseRecorder) {
	t.Helper()
	sessions, outbox := scs.New(), mail.NewOutbox(time.Now)
	view, err := ui.New(ui.Options{
		Log: slog.New(slog.DiscardHandler), Now: time.Now, Sessions: sessions, Demo: true, Faces: map[string]fs.FS{"demo": demo.Templates},
		Actor: func(*http.Request) (person.Actor, error) { return who, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	for _, route := range demo.Routes(&demo.Site{UI: view, Outbox: outbox}) {
		mux.Handle(route.Pattern, sessions.LoadAndSave(view.Handle(route)))
	}
	return outbox, func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		w.Header().Set("Content-Security-Policy", "default-src 'none'")
		mux.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w
	}
}

func send(t *testing.T, o *mail.Outbox, m mail.Message) {
	t.Helper()
	if err := o.Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
}

func TestThePeopleAreThoseOfTheProvider(t *testing.T) {
	inside := map[string]devidp.Person{}
	for _, p := range devidp.People() {
		inside[p.CPF] = p
	}
	for _, p := range demo.People() {
		known, ok := inside[p.CPF]
		if !ok || known.CalledName() != p.Name || devidp.LevelName(known.Level) != p.Level {
			t.Errorf("%s is listed as %+v, the provider has %q, %s", p.CPF, p, known.CalledName(), known.Level)
		}
	}
	if len(demo.People()) != 11 {
		t.Errorf("%d people are listed", len(demo.People()))
	}
}

func TestThePageOfPeopleListsEverybody(t *testing.T) {
	_, get := pages(t, person.Actor{})
	body := get("/demo").Body.String()
	for _, want := range []string{"111.444.777-35", "Dandara", "Heitor Farias", "44.555.666/0001-81", `href="/demo/correio"`, `href="/entrar?volta=%2fservidor%2ffila"`} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(body, "Agora você é") {
		t.Error("a visitor is told to be somebody")
	}
}

func TestSomebodySignedInIsToldToLeaveFirst(t *testing.T) {
	_, get := pages(t, person.Actor{AccountID: "a1", Name: "Ana Ribeiro"})
	if body := get("/demo").Body.String(); !strings.Contains(body, "Agora você é <strong>Ana Ribeiro</strong>") || !strings.Contains(body, `action="/sair"`) {
		t.Error("the page does not say who one is, or how to leave")
	}
}

func TestTheNewestMailIsOnTop(t *testing.T) {
	outbox, get := pages(t, person.Actor{})
	if body := get("/demo/correio").Body.String(); !strings.Contains(body, "Nenhum e-mail ainda") {
		t.Error("an empty outbox says nothing")
	}
	for _, id := range []string{"um", "dois", "tres"} {
		send(t, outbox, mail.Message{ID: id, To: mail.Address{Name: "Ana", Address: "ana@example.com"}, Subject: "assunto " + id, Text: "oi"})
	}
	body := get("/demo/correio").Body.String()
	at := []int{strings.Index(body, "assunto tres"), strings.Index(body, "assunto dois"), strings.Index(body, "assunto um")}
	if !slices.IsSorted(at) || at[0] < 0 {
		t.Errorf("the mails stand at %v", at)
	}
}

func TestAHostileMailStaysInItsFrame(t *testing.T) { // quality 3: text from people is inert
	outbox, get := pages(t, person.Actor{})
	send(t, outbox, mail.Message{ID: "m1", To: mail.Address{Name: "<b>Ana", Address: "ana@example.com"}, Subject: "<script>x</script>", Text: "<img src=x>\nlinha",
		HTML: "<!doctype html><html><head><title>t</title></head><body><script>alert(1)</script><a href='http://127.0.0.1/x'>ver</a></body></html>"})
	w := get("/demo/correio/m1")
	body := w.Body.String()
	for _, bad := range []string{"<script>x", "<img src", "<b>Ana", "alert(1)"} {
		if strings.Contains(body, bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	if !strings.Contains(body, `sandbox="allow-popups allow-popups-to-escape-sandbox"`) || !strings.Contains(w.Header().Get("Content-Security-Policy"), "frame-src 'self'") {
		t.Error("the frame is not sandboxed, or not allowed")
	}
	inner := get("/demo/correio/m1/html")
	policy := inner.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "sandbox", "frame-ancestors 'self'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("the mail's policy %q lacks %s", policy, want)
		}
	}
	if strings.Contains(policy, "script-src") || strings.Contains(policy, "allow-scripts") || strings.Contains(policy, "allow-same-origin") {
		t.Errorf("the mail may run scripts: %s", policy)
	}
	if !strings.Contains(inner.Body.String(), `<head><base target="_blank">`) {
		t.Error("links of the mail would open inside the frame")
	}
}

func TestAMailThatIsGoneIsAPageNotFound(t *testing.T) {
	_, get := pages(t, person.Actor{})
	for _, path := range []string{"/demo/correio/nada", "/demo/correio/nada/html"} {
		if w := get(path); w.Code != 404 || !strings.Contains(w.Body.String(), "não está mais guardado") {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// answered is the face with a mailbox; got is the mail that came in, as the real mailbox would read it.
func answered(t *testing.T, m mail.Message) (post func(form url.Values, files ...string) *httptest.ResponseRecorder, got *mail.Incoming) {
	t.Helper()
	box, err := mail.NewReplyBox("procon@demo.invalid", "procon@demo.invalid")
	if err != nil {
		t.Fatal(err)
	}
	sessions, outbox := scs.New(), mail.NewOutbox(time.Now)
	view, err := ui.New(ui.Options{
		Log: slog.New(slog.DiscardHandler), Now: time.Now, Sessions: sessions, Demo: true, Faces: map[string]fs.FS{"demo": demo.Templates},
		Actor: func(*http.Request) (person.Actor, error) { return person.Actor{}, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	got = &mail.Incoming{}
	site := &demo.Site{UI: view, Outbox: outbox, Now: time.Now, Replies: box, Take: func(_ context.Context, r io.Reader) (complaint.Verdict, error) {
		*got, err = box.Read(r)
		return complaint.MailTaken, err
	}}
	mux := http.NewServeMux()
	for _, route := range demo.Routes(site) {
		mux.Handle(route.Pattern, sessions.LoadAndSave(view.Handle(route)))
	}
	send(t, outbox, m)
	return func(form url.Values, files ...string) *httptest.ResponseRecorder {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		for name := range form {
			_ = w.WriteField(name, form.Get(name))
		}
		for _, name := range files {
			part, _ := w.CreateFormFile("anexos", name)
			_, _ = io.WriteString(part, "conteúdo de "+name)
		}
		_ = w.Close()
		r := httptest.NewRequest("POST", "/demo/correio/"+m.ID, &body)
		r.Header.Set("Content-Type", w.FormDataContentType())
		answer := httptest.NewRecorder()
		mux.ServeHTTP(answer, r)
		return answer
	}, got
}

const noticeID = "01930000-0000-7000-8000-00000000abcd"

func TestAnAnswerInTheDemonstrationIsARealMail(t *testing.T) { // through the same path
	post, got := answered(t, mail.Message{ID: noticeID, From: "Procon RS", To: mail.Address{Name: "Inês Conceição", Address: "ines@example.com"},
		ReplyTo: "procon+abcdefghijklmnopqrstuvwx23@demo.invalid", Subject: "Nova mensagem – reclamação", Text: "Olá.\n\nLeia."})
	if w := post(url.Values{"mensagem": {"Já paguei. =2B\nÀs três."}}, "boleto – março.txt", "b.txt"); w.Code != 303 || w.Header().Get("Location") != "/demo/correio/"+noticeID {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if got.Kind != mail.Reply || got.From != "ines@example.com" || got.Token != "ABCDEFGHIJKLMNOPQRSTUVWX23" || got.Answers != noticeID ||
		got.Text != "Já paguei. =2B\nÀs três." || !strings.Contains(got.Quoted, "> Leia.") || len(got.Files) != 2 || got.Files[0].Name != "boleto – março.txt" || string(got.Files[1].Data) != "conteúdo de b.txt" {
		t.Errorf("%+v", got)
	}
	first := got.ID
	if post(url.Values{"mensagem": {"Outra."}}); got.ID == first || got.Text != "Outra." {
		t.Errorf("%+v", got)
	}
	if post(url.Values{"ato": {"devolver"}}); got.Kind != mail.Bounce || got.Return != (mail.Return{ID: noticeID, Token: "ABCDEFGHIJKLMNOPQRSTUVWX23", Final: true, Status: "5.1.1"}) {
		t.Errorf("%+v", got)
	}
	if w := post(url.Values{"mensagem": {strings.Repeat("a", mail.IncomingLimit)}}); w.Code < 400 || w.Code >= 500 {
		t.Errorf("an enormous answer: %d", w.Code)
	}
}

func TestAMailThatNobodyReadsAnswersTo(t *testing.T) {
	post, got := answered(t, mail.Message{ID: noticeID, To: mail.Address{Address: "ana@example.com"}, Subject: "x", Text: "x"})
	if w := post(url.Values{"mensagem": {"Oi"}}); w.Code != 409 || got.ID != "" {
		t.Errorf("%d", w.Code)
	}
}
