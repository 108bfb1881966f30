package mail

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

const (
	token = "ABCDEFGHIJKLMNOPQRSTUVWX23"
	ourID = "01930000-0000-7000-8000-00000000abcd"
)

func box(t testing.TB) *ReplyBox {
	t.Helper()
	b, err := NewReplyBox("respostas@procon.test", "nao-responda@procon.test")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// raw is a mail of Ana's with some headers changed; a header that is empty is left out.
func raw(changed map[string]string, body string) string {
	headers := map[string]string{
		"From": "Ana Ribeiro <ana@exemplo.test>", "To": "Procon <respostas+" + strings.ToLower(token) + "@procon.test>", "Message-ID": "<a1@exemplo.test>",
		"In-Reply-To": "<" + ourID + "@procon.test>", "Subject": "Re: =?utf-8?q?reclama=C3=A7=C3=A3o?=", "Content-Type": "text/plain; charset=utf-8",
	}
	for name, value := range changed {
		headers[name] = value
	}
	var out strings.Builder
	for name, value := range headers {
		if value != "" {
			out.WriteString(name + ": " + value + "\r\n")
		}
	}
	return out.String() + "\r\n" + strings.ReplaceAll(body, "\n", "\r\n")
}

func incoming(t *testing.T, text string) Incoming {
	t.Helper()
	m, err := box(t).Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAReplyIsReadWhole(t *testing.T) {
	m := incoming(t, raw(nil, "Segue o boleto.\n\nEm 23/11/2026 12:00, Procon escreveu:\n> Olá.\n"))
	if m.Kind != Reply || m.From != "ana@exemplo.test" || m.Token != token || m.ID != "a1@exemplo.test" || m.Answers != ourID || m.Subject != "Re: reclamação" ||
		m.Text != "Segue o boleto." || !strings.Contains(m.Quoted, "> Olá.") || len(m.Files) != 0 {
		t.Errorf("%+v", m)
	}
}

func TestWhereAReplyWentIsFoundInAnyHeader(t *testing.T) {
	for name, c := range map[string]struct {
		headers map[string]string
		token   string
	}{
		"among others":                {map[string]string{"To": "outro@x.test, Procon <respostas+" + token + "@procon.test>, mais@x.test"}, token},
		"in copy":                     {map[string]string{"To": "outro@x.test", "Cc": "respostas+" + token + "@PROCON.test"}, token},
		"where the server says it":    {map[string]string{"To": "undisclosed-recipients:;", "Delivered-To": "respostas+" + token + "@procon.test"}, token},
		"nowhere":                     {map[string]string{"To": "respostas@procon.test"}, ""},
		"a token too short":           {map[string]string{"To": "respostas+ABC@procon.test"}, ""},
		"a token too long":            {map[string]string{"To": "respostas+" + token + "A@procon.test"}, ""},
		"another box":                 {map[string]string{"To": "xrespostas+" + token + "@procon.test"}, ""},
		"another domain":              {map[string]string{"To": "respostas+" + token + "@procon.test.evil"}, ""},
		"a domain that only looks so": {map[string]string{"To": "respostas+" + token + "@proconxtest"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if m := incoming(t, raw(c.headers, "Oi")); m.Token != c.token {
				t.Errorf("token %q, want %q", m.Token, c.token)
			}
		})
	}
}

func TestWhatAMailIs(t *testing.T) { // quality 3: bounces and robots dropped
	for name, c := range map[string]struct {
		headers map[string]string
		want    Kind
	}{
		"an ordinary reply":                {nil, Reply},
		"Auto-Submitted: no":               {map[string]string{"Auto-Submitted": "no"}, Reply},
		"a return path":                    {map[string]string{"Return-Path": "<ana@exemplo.test>"}, Reply},
		"a high precedence":                {map[string]string{"Precedence": "first-class"}, Reply},
		"out of office":                    {map[string]string{"Auto-Submitted": "auto-replied"}, Robot},
		"out of office with a note":        {map[string]string{"Auto-Submitted": "Auto-Replied; owner=x"}, Robot},
		"a list":                           {map[string]string{"List-Id": "<x.y>"}, Robot},
		"bulk mail":                        {map[string]string{"Precedence": "Bulk"}, Robot},
		"junk":                             {map[string]string{"Precedence": "junk"}, Robot},
		"Exchange's mark":                  {map[string]string{"X-Auto-Response-Suppress": "All"}, Robot},
		"nobody to send back to":           {map[string]string{"Return-Path": "<>"}, Robot},
		"away, in Portuguese":              {map[string]string{"Subject": "Resposta automática: reclamação"}, Robot},
		"away, in English":                 {map[string]string{"Subject": "Out of Office: x"}, Robot},
		"about being away, but a reply":    {map[string]string{"Subject": "Re: Resposta automática que recebi"}, Reply},
		"proof of reading":                 {map[string]string{"Content-Type": "multipart/report; report-type=disposition-notification; boundary=x"}, Robot},
		"a delivery report":                {map[string]string{"Content-Type": "multipart/report; report-type=delivery-status; boundary=x"}, Bounce},
		"a daemon without a report":        {map[string]string{"From": "Mail Delivery System <MAILER-DAEMON@mx.test>"}, Bounce},
		"a postmaster":                     {map[string]string{"From": "postmaster@mx.test", "Auto-Submitted": "auto-replied"}, Bounce},
		"our sender as author":             {map[string]string{"From": "Procon <Nao-Responda@procon.test>"}, Loop},
		"our mailbox as author":            {map[string]string{"From": "respostas@procon.test"}, Loop},
		"a reply address as author":        {map[string]string{"From": "respostas+" + token + "@procon.test"}, Loop},
		"our sender as sender":             {map[string]string{"Sender": "<nao-responda@procon.test>"}, Loop},
		"a mail of ours that came back":    {map[string]string{"Message-ID": "<" + ourID + "@procon.test>"}, Loop},
		"Apple Mail at our own domain":     {map[string]string{"Message-ID": "<3F2A8B1C-0000-4000-8000-00000000ABCD@procon.test>"}, Reply},
		"Roundcube at our own domain":      {map[string]string{"Message-ID": "<0123456789abcdef0123456789abcdef@procon.test>"}, Reply},
		"somebody who works at our domain": {map[string]string{"From": "elisa@procon.test"}, Reply},
	} {
		t.Run(name, func(t *testing.T) {
			if m := incoming(t, raw(c.headers, "Oi")); m.Kind != c.want {
				t.Errorf("%s, want %s", m.Kind, c.want)
			}
		})
	}
}

func parts(kind string, all ...string) (contentType map[string]string, body string) {
	for _, part := range all {
		body += "--x\n" + part + "\n"
	}
	return map[string]string{"Content-Type": kind + "; boundary=x"}, body + "--x--\n"
}

func TestPartsOfAMail(t *testing.T) {
	for name, c := range map[string]struct {
		kind  string
		parts []string
		text  string
		files []File
	}{
		"plain beside HTML":  {"multipart/alternative", []string{"Content-Type: text/plain\n\nplano", "Content-Type: text/html\n\n<p>rico</p>"}, "plano", nil},
		"an empty plain one": {"multipart/alternative", []string{"Content-Type: text/plain\n\n  ", "Content-Type: text/html\n\n<p>rico</p>"}, "rico", nil},
		"HTML alone":         {"multipart/mixed", []string{"Content-Type: text/html\n\n<p>só <b>rico</b></p>"}, "só rico", nil},
		"an attachment": {"multipart/mixed", []string{"Content-Type: text/plain\n\noi", "Content-Type: application/pdf; name=\"=?utf-8?q?Conta_de_=C3=A1gua.pdf?=\"\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\nJVBERi0="},
			"oi", []File{{"Conta de água.pdf", []byte("%PDF-")}}},
		"a name of today":         {"multipart/mixed", []string{"Content-Disposition: attachment; filename*=utf-8''Conta%20de%20%C3%A1gua.pdf\n\nx"}, "", []File{{"Conta de água.pdf", []byte("x")}}},
		"a text with a name":      {"multipart/mixed", []string{"Content-Type: text/plain; name=nota.txt\n\noi"}, "", []File{{"nota.txt", []byte("oi")}}},
		"a hostile name":          {"multipart/mixed", []string{"Content-Disposition: attachment; filename=\"../../etc/passwd\"\n\nx"}, "", []File{{"../../etc/passwd", []byte("x")}}},
		"text around a photo":     {"multipart/mixed", []string{"Content-Type: text/plain\n\nantes", "Content-Type: image/png; name=f.png\n\nPNG", "Content-Type: text/plain\n\ndepois"}, "antes\n\ndepois", []File{{"f.png", []byte("PNG")}}},
		"the logo of a sender":    {"multipart/related", []string{"Content-Type: text/html\n\noi <img src=cid:1>", "Content-Type: image/png; name=logo.png\nContent-ID: <1>\n\nPNG"}, "oi", nil},
		"a photo inside":          {"multipart/related", []string{"Content-Type: text/html\n\noi", "Content-Type: image/png; name=f.png\nContent-ID: <1>\n\n" + strings.Repeat("P", logoBytes)}, "oi", []File{{"f.png", []byte(strings.Repeat("P", logoBytes))}}},
		"a signature of the mail": {"multipart/signed", []string{"Content-Type: text/plain\n\noi", "Content-Type: application/pgp-signature; name=s.asc\n\nx"}, "oi", nil},
		"another mail inside":     {"multipart/mixed", []string{"Content-Type: message/rfc822\n\nFrom: loja@x.test\n\nnão devolvemos"}, "", []File{{"mensagem.txt", []byte("From: loja@x.test\r\n\r\nnão devolvemos")}}},
		"a file nobody can read":  {"multipart/mixed", []string{"Content-Disposition: attachment; filename=a.pdf\nContent-Transfer-Encoding: base64\n\n!!!!"}, "", []File{{"a.pdf", nil}}},
		"an old charset":          {"multipart/mixed", []string{"Content-Type: text/plain; charset=windows-1252\nContent-Transfer-Encoding: quoted-printable\n\nn=E3o =80"}, "não €", nil},
		"a charset nobody knows":  {"multipart/mixed", []string{"Content-Type: text/plain; charset=klingon\n\noi"}, "oi", nil},
		"bytes that are no text":  {"multipart/mixed", []string{"Content-Type: text/plain\n\no\x00i\x1b[31m \xff \u202egpj"}, "oi[31m \ufffd gpj", nil},
	} {
		t.Run(name, func(t *testing.T) {
			headers, body := parts(c.kind, c.parts...)
			m := incoming(t, raw(headers, body))
			same := slices.EqualFunc(m.Files, c.files, func(a, b File) bool { return a.Name == b.Name && string(a.Data) == string(b.Data) })
			if m.Text != c.text || !same {
				t.Errorf("text %q, files %+v", m.Text, m.Files)
			}
		})
	}
}

const report = `Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test

Final-Recipient: rfc822; ana@exemplo.test
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user
`

func TestABounceFindsItsMail(t *testing.T) { // bounces shown
	original := "From: Procon <nao-responda@procon.test>\nReply-To: respostas+" + token + "@procon.test\nMessage-ID: <" + ourID + "@procon.test>\n\nOlá."
	for name, c := range map[string]struct {
		parts []string
		want  Return
	}{
		"the headers sent back":       {[]string{"Content-Type: text/plain\n\nfailed", report, "Content-Type: text/rfc822-headers\n\n" + original}, Return{ourID, token, true, "5.1.1"}},
		"the whole mail sent back":    {[]string{"Content-Type: text/plain\n\nfailed", report, "Content-Type: message/rfc822\n\n" + original}, Return{ourID, token, true, "5.1.1"}},
		"a mail named by digits":      {[]string{report, "Content-Type: message/rfc822\n\nMessage-ID: <0123456789abcdef0123456789abcdef@procon.test>\n\nx"}, Return{"0123456789abcdef0123456789abcdef", "", true, "5.1.1"}},
		"only delayed":                {[]string{strings.NewReplacer("failed", "delayed", "5.1.1", "4.4.1").Replace(report), "Content-Type: message/rfc822\n\n" + original}, Return{ourID, token, false, "4.4.1"}},
		"in words alone":              {[]string{"Content-Type: text/plain\n\n<ana@exemplo.test>: 552 5.2.2 full\n\n" + original}, Return{ourID, token, true, "5.2.2"}},
		"about a mail that is not us": {[]string{report, "Content-Type: message/rfc822\n\nMessage-ID: <x@y.test>\n\nx"}, Return{"", "", true, "5.1.1"}},
	} {
		t.Run(name, func(t *testing.T) {
			headers, body := parts("multipart/report; report-type=delivery-status", c.parts...)
			headers["From"], headers["To"], headers["In-Reply-To"] = "MAILER-DAEMON@mx.test", "nao-responda@procon.test", ""
			m := incoming(t, raw(headers, body))
			if m.Kind != Bounce || m.Return != c.want || len(m.Files) != 0 {
				t.Errorf("%s %+v, want %+v; %d files", m.Kind, m.Return, c.want, len(m.Files))
			}
		})
	}
}

func TestAMailWithoutAnIDIsKnownByItsBytes(t *testing.T) { // duplicates once
	one, again, other := incoming(t, "From: a@x.test\n\num"), incoming(t, "From: a@x.test\n\num"), incoming(t, "From: a@x.test\n\ndois")
	if one.ID != again.ID || one.ID == other.ID || !strings.HasPrefix(one.ID, "sha256-") {
		t.Errorf("%s %s %s", one.ID, again.ID, other.ID)
	}
}

func TestAMailWithTwoAuthorsHasNone(t *testing.T) { // quality 3: a known sender
	for _, from := range []string{"ana@exemplo.test, bia@exemplo.test", "", "ana", "Ana"} {
		if m := incoming(t, raw(map[string]string{"From": from}, "Oi")); m.From != "" {
			t.Errorf("%q: %q", from, m.From)
		}
	}
}

// endless gives the same letter for ever.
type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

func TestAMailIsBounded(t *testing.T) { // quality 3: sizes bounded everywhere
	deep := "Content-Type: text/plain\n\nfundo"
	for n := range 60 {
		edge := strings.Repeat("x", n+1)
		deep = "Content-Type: multipart/mixed; boundary=" + edge + "\n\n--" + edge + "\n" + deep + "\n--" + edge + "--"
	}
	many := strings.Repeat("--x\n\num\n", maxParts+1)
	for name, r := range map[string]io.Reader{
		"without end":      io.MultiReader(strings.NewReader("From: a@x.test\n\n"), endless('a')),
		"headers for ever": endless('a'),
		"too deep":         strings.NewReader(deep),
		"too many parts":   strings.NewReader("Content-Type: multipart/mixed; boundary=x\n\n" + many),
	} {
		if _, err := box(t).Read(r); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := box(t).Read(endless('a')); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
	headers, body := parts("multipart/mixed", "Content-Type: text/plain\n\n"+strings.Repeat("a", 2*textLimit))
	if m := incoming(t, raw(headers, body)); len(m.Text) > textLimit {
		t.Errorf("%d bytes of text", len(m.Text))
	}
}

func TestAReplyAddressIsReadBack(t *testing.T) {
	b := box(t)
	address := b.Address(token)
	if address != "respostas+abcdefghijklmnopqrstuvwx23@procon.test" || !validAddress(address) || b.tokenIn(address) != token {
		t.Errorf("%s: %s", address, b.tokenIn(address))
	}
	for name, reply := range map[string]string{
		"no address": "procon", "a plus of its own": "a+b@procon.test", "too long for a token": strings.Repeat("a", 38) + "@procon.test", "a name": "Procon <a@procon.test>",
	} {
		if _, err := NewReplyBox(reply, "a@procon.test"); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	headers, body := parts("multipart/report; report-type=delivery-status", report, "Content-Type: text/html\n\n<p>oi<blockquote>x")
	f.Add([]byte(raw(nil, "Oi\n-- \nAna")))
	f.Add([]byte(raw(headers, body)))
	f.Add([]byte("Content-Type: text/plain; format=flowed\n\n> a \nb"))
	b := box(f)
	f.Fuzz(func(t *testing.T, mail []byte) {
		m, err := b.Read(strings.NewReader(string(mail)))
		if err != nil && !errors.Is(err, ErrInvalid) {
			t.Fatal(err)
		}
		if strings.ContainsAny(m.Text+m.Quoted, "\x00\r") || strings.ContainsAny(m.Subject+m.From+m.ID, "\r\n\x00") {
			t.Errorf("%+v", m)
		}
		if m.Kind == Bounce && len(m.Files) > 0 || m.Token != "" && len(m.Token) != tokenLength {
			t.Errorf("%+v", m)
		}
	})
}
