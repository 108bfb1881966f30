package ui

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"guiche/internal/fault"
	"guiche/internal/person"
)

// Handler answers one request of one actor. A returned error becomes a page; nothing may have been written by then.
type Handler func(w http.ResponseWriter, r *http.Request, who person.Actor) error

// Who may use a route. The zero value is refused when routes are registered: every route says who may use it.
type Who int

const (
	// Anyone needs no sign-in.
	Anyone Who = iota + 1
	// SignedIn is any account; the handler decides what of its own it may see.
	SignedIn
	// Worker is an officer or manager of some agency.
	Worker
	// ManagerOnly is a manager of some agency.
	ManagerOnly
	// CompanyAgent acts for some company, or was given one case by an access code.
	CompanyAgent
	// AdminOnly is an administrator of the installation.
	AdminOnly
)

// Admits tells whether the actor may use a route at all; what it may see there is the field's decision.
func (w Who) Admits(a person.Actor) bool {
	switch w {
	case Anyone:
		return true
	case SignedIn:
		return a.SignedIn()
	case Worker:
		return a.Has(person.Officer) || a.Has(person.Manager)
	case ManagerOnly:
		return a.Has(person.Manager)
	case CompanyAgent:
		return len(a.Mandates)+len(a.Opened) > 0
	case AdminOnly:
		return a.Has(person.Admin)
	}
	return false
}

// Route is one address of a face.
type Route struct {
	Pattern string // as net/http.ServeMux takes it: "GET /painel"
	Who     Who
	Handler Handler
}

// BodyLimit bounds ordinary forms; handlers that take files set their own limit.
const BodyLimit = 512 << 10

// Handle makes an http.Handler of a route: who is it, may they, run, and turn the error into a page.
func (u *UI) Handle(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, err := u.Actor(r)
		if err != nil {
			u.fail(w, r, who, err)
			return
		}
		switch {
		case route.Who.Admits(who):
			err = route.Handler(w, r, who)
		case !who.SignedIn():
			err = u.toSignIn(w, r, who)
		default: // that a workbench exists is no secret, what is in it is
			err = fault.New(fault.NotFound, "")
		}
		if err != nil {
			u.fail(w, r, who, err)
		}
	})
}

// ErrMethod is an address that exists, asked in a manner it does not answer (405).
var ErrMethod = errors.New("method not allowed")

// Status is the HTTP answer to an error.
func Status(err error) int {
	if errors.Is(err, ErrMethod) {
		return http.StatusMethodNotAllowed
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return http.StatusRequestEntityTooLarge
	}
	switch fault.KindOf(err) {
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Conflict:
		return http.StatusConflict
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

type errorPage struct {
	Page
	Code      int
	Text      string
	Reference string
}

// fail answers with the page of an error. The visitor gets a reference; the log gets the reason.
func (u *UI) fail(w http.ResponseWriter, r *http.Request, who person.Actor, err error) {
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // nobody is there any more
	}
	status := Status(err)
	reference := RequestID(r.Context())
	if status >= http.StatusInternalServerError {
		u.Log.Error("request failed", slog.String("reference", reference), slog.String("route", r.Pattern), slog.Any("error", err))
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "10")
	}
	page := errorPage{Page: u.Page(r, who, errorTitle(status)), Code: status, Text: fault.Text(err), Reference: reference}
	if renderErr := u.Render(w, status, "ui/error", page); renderErr != nil {
		u.Log.Error("error page failed", slog.String("reference", reference), slog.Any("error", renderErr))
		http.Error(w, http.StatusText(status), status)
	}
}

func errorTitle(status int) string {
	switch status {
	case http.StatusNotFound:
		return "Página não encontrada"
	case http.StatusForbidden:
		return "Você não pode fazer isso"
	case http.StatusMethodNotAllowed:
		return "Este endereço não abre assim"
	case http.StatusUnprocessableEntity:
		return "Confira o que foi enviado"
	case http.StatusConflict:
		return "Isto mudou enquanto você trabalhava"
	case http.StatusRequestEntityTooLarge:
		return "O envio é grande demais"
	case http.StatusTooManyRequests:
		return "Muitas tentativas"
	case http.StatusServiceUnavailable:
		return "O serviço está fora do ar por um momento"
	}
	return "Não conseguimos atender agora"
}

// NotFound answers addresses that no route has.
func (u *UI) NotFound(w http.ResponseWriter, r *http.Request) {
	who, _ := u.Actor(r) // a page not found is a page not found, whoever asks
	u.fail(w, r, who, fault.New(fault.NotFound, ""))
}

// Fail answers with an error page from outside a Handler (middleware).
func (u *UI) Fail(w http.ResponseWriter, r *http.Request, err error) {
	u.fail(w, r, person.Actor{}, err)
}
