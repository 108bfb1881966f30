package ui

import (
	"cmp"
	"context"
	"errors"
	"html/template"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"strings"

	"guiche/internal/fault"
	"guiche/internal/person"
)

// toSignIn sends the visitor to sign in and back; a form that was being sent is kept meanwhile.
func (u *UI) toSignIn(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return u.Limit(u.keeping, u.keepForm)(w, r, who)
	}
	return signIn(w, r, Address(r))
}

func signIn(w http.ResponseWriter, r *http.Request, back string) error {
	return SeeOther(w, r, "/entrar?volta="+url.QueryEscape(back))
}

const (
	keptPrefix = "kept:" // + address: a form kept in the session
	// SenderKey holds the account whose page the kept forms stood on. Nobody else may have what the session holds.
	SenderKey = "sender"
	// senderField is where a form says so; UI.add puts it into each.
	senderField = "quem"
	// keptForms is how many a session keeps, keptBytes how large each may be: the longest text is far smaller.
	keptForms = 3
	keptBytes = 160 << 10
	// keptPerMinute and keptAtOnce bound what one address may have kept; many people may share one.
	keptPerMinute = 30
	keptAtOnce    = 120
)

// keepForm stores a typed form in the visitor's session until they are back, where it says that the form was not
// taken. Files are not kept.
func (u *UI) keepForm(w http.ResponseWriter, r *http.Request, _ person.Actor) error {
	typed, files, err := typedFields(w, r)
	if err != nil {
		return fault.Wrap(fault.Invalid, "Não conseguimos ler o formulário.", err)
	}
	if text := typed.Encode(); len(text) <= keptBytes {
		u.keep(r.Context(), typed.Get(senderField), Address(r), text)
	}
	if r.Header.Get("Sec-Fetch-Mode") != "cors" { // a form that saves itself while it is written was not sent
		u.Warn(r.Context(), notTaken(files))
	}
	return signIn(w, r, u.back(r, typed.Get("volta")))
}

func (u *UI) keep(ctx context.Context, sender, address, text string) {
	most := keptForms - 1
	if before := u.Sessions.GetString(ctx, SenderKey); before != "" && before != sender {
		most = 0
	}
	u.forgetKept(ctx, most)
	u.Sessions.Put(ctx, keptPrefix+sorted(address), text)
	if sender != "" {
		u.Sessions.Put(ctx, SenderKey, sender)
	}
}

func notTaken(files bool) string {
	if files {
		return "Sua sessão tinha terminado, por isso o envio não chegou. Confira, escolha os arquivos de novo e envie."
	}
	return "Sua sessão tinha terminado, por isso o envio não chegou. Confira e envie de novo."
}

// back is where a form stood that was sent to another address: the form may say it, else the browser does. Where a page
// came in answer to a form, that is no page to open, and the next one above it is.
func (u *UI) back(r *http.Request, said string) string {
	at := Address(r)
	if from, err := url.Parse(r.Referer()); err == nil && from.Host == r.Host {
		at = cmp.Or(written(from), at)
	}
	if strings.HasPrefix(said, "/") && !strings.HasPrefix(said, "//") {
		at = said
	}
	for u.Opens != nil && at != "/" && !u.Opens(at) {
		at, _, _ = strings.Cut(at, "?")
		at = path.Dir(at)
	}
	return at
}

// forgetKept leaves at most so many kept forms in the session.
func (u *UI) forgetKept(ctx context.Context, most int) {
	for _, key := range u.Sessions.Keys(ctx) {
		if !strings.HasPrefix(key, keptPrefix) {
			continue
		}
		if most--; most < 0 {
			u.Sessions.Remove(ctx, key)
		}
	}
}

// filesLimit bounds what is read past, unseen, of a form with files whose sender is not signed in.
const filesLimit = 260 << 20

// typedFields are the answers in a form that was sent, and whether files came with them.
func typedFields(w http.ResponseWriter, r *http.Request) (typed url.Values, files bool, err error) {
	r.Body = http.MaxBytesReader(w, r.Body, filesLimit)
	parts, err := r.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		typed, err = ParseForm(w, r)
		return typed, false, err
	}
	typed = url.Values{}
	room := int64(BodyLimit)
	for err == nil {
		var part *multipart.Part
		if part, err = parts.NextPart(); err != nil {
			continue
		}
		if part.FileName() != "" {
			files = true
			continue
		}
		var value []byte
		value, err = io.ReadAll(io.LimitReader(part, room))
		room -= int64(len(value))
		typed.Add(part.FormName(), string(value))
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return typed, files, err
}

// Kept is what was typed into the form posted to an address before the session was lost, once; nil when there is
// nothing.
func (u *UI) Kept(ctx context.Context, address string) url.Values {
	typed := u.Sessions.PopString(ctx, keptPrefix+sorted(address))
	if typed == "" {
		return nil
	}
	values, err := url.ParseQuery(typed)
	if err != nil {
		return nil
	}
	return values
}

// sorted is an address with its query in one order, whoever wrote it.
func sorted(address string) string {
	at, query, asked := strings.Cut(address, "?")
	values, err := url.ParseQuery(query)
	if !asked || err != nil {
		return address
	}
	return at + "?" + values.Encode()
}

// whose marks a form with the account its page is shown to; empty for a visitor.
func whose(page any) template.HTML {
	p, ok := page.(interface{ sender() string })
	if !ok || p.sender() == "" {
		return ""
	}
	return template.HTML(`<input type="hidden" name="` + senderField + `" value="` + template.HTMLEscapeString(p.sender()) + `">`) //nolint:gosec // escaped
}

func (p Page) sender() string { return p.Who.AccountID }

// Address is where a request went, as people write it: a slash in a part of it is not escaped.
func Address(r *http.Request) string { return written(r.URL) }

func written(address *url.URL) string {
	plain := *address
	plain.RawPath = ""
	return plain.RequestURI()
}
