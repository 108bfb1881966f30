package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"guiche/internal/fault"
	"guiche/internal/web/ui"
)

// Options are what a Server is made of. Trouble, Mounts, FormTargets, Proxies and Crowd may be left out.
type Options struct {
	UI     *ui.UI
	Log    *slog.Logger
	Now    func() time.Time // the machine's clock: it dates the deadlines of connections
	Routes []ui.Route
	Base   *url.URL // the address people know
	// Ready says why the installation cannot serve, or nothing.
	Ready func(context.Context) error
	// Trouble is what who watches must know although the site serves; empty: nothing.
	Trouble string
	// Mounts are handlers that are no pages, by path: the embedded provider of the demonstration.
	Mounts map[string]http.Handler
	// FormTargets are addresses a form of ours may lead to by redirects, besides ourselves: the sign-in providers.
	FormTargets []string
	// Proxies stand before this server and may say who the visitor is.
	Proxies []netip.Prefix
	// Crowd is how many requests are worked on at once; more are asked to come back (crowd.go). Default: 128 a processor,
	// at least 256.
	Crowd int
	// Answered is told of every answer. Default: nobody.
	Answered func(Answer)
}

// Answer is what is known of a request when it has been answered. Route is the pattern that answered it; empty: it came to none.
type Answer struct {
	Route, Method string
	Status        int
	Took          time.Duration
}

// Server answers every request of the site.
type Server struct {
	Options
	handler http.Handler
	crowd   *crowd
	away    map[int]away // by status
	policy  string
	leaving atomic.Bool
}

// New registers the routes. A route that does not say who may use it, or two for one address, are errors.
func New(o Options) (s *Server, err error) {
	if o.UI == nil || o.Log == nil || o.Now == nil || o.Base == nil || o.Ready == nil {
		return nil, errors.New("web: UI, Log, Now, Base and Ready are required")
	}
	o.Crowd = cmp.Or(o.Crowd, max(256, 128*runtime.GOMAXPROCS(0)))
	if o.Answered == nil {
		o.Answered = func(Answer) {}
	}
	s = &Server{Options: o, crowd: newCrowd(o.Crowd), policy: policy(o.FormTargets)}
	o.UI.Sessions.ErrorFunc = s.sessionLost
	mux, err := s.mux()
	if err = errors.Join(err, s.makeAway()); err != nil {
		return nil, err
	}
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(s.refuseForeign))
	if err := protection.AddTrustedOrigin(o.Base.Scheme + "://" + o.Base.Host); err != nil {
		return nil, fmt.Errorf("web: base address: %w", err)
	}
	h := compress(protection.Handler(s.readable(oneSegment(mux))))
	s.handler = s.withReference(s.recover(s.headers(s.health(s.client(s.limit(s.bound(s.oneName(h))))))))
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Leave makes each answer from now on the last of its connection.
func (s *Server) Leave() { s.leaving.Store(true) }

// mux gathers the addresses. A pattern that net/http refuses is an error of ours, not a panic of the program.
func (s *Server) mux() (mux *http.ServeMux, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("web: routes: %v", p)
		}
	}()
	mux = http.NewServeMux()
	for _, route := range s.Routes {
		if route.Who == 0 || route.Handler == nil {
			return nil, fmt.Errorf("web: route %q does not say who may use it, or how", route.Pattern)
		}
		mux.Handle(route.Pattern, s.page(route))
	}
	for path, h := range s.Mounts {
		mux.Handle(path, noted(h))
	}
	mux.Handle("GET /static/", noted(s.UI.Static))
	mux.Handle("/", noted(s.UI.Sessions.LoadAndSave(s.nobody(mux))))
	s.UI.Opens = func(address string) bool {
		u, err := url.Parse(address)
		return err == nil && slices.Contains(methods(mux, &http.Request{URL: asRouted(u)}), http.MethodGet)
	}
	return mux, nil
}

// page wraps a route: only here does a request have a session, and only here is it known whether the page is public.
func (s *Server) page(route ui.Route) http.Handler {
	inner := s.UI.Sessions.LoadAndSave(s.UI.Handle(route))
	return noted(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Cookie(s.UI.Sessions.Cookie.Name); err != nil && route.Who == ui.Anyone {
			w.Header().Set("Cache-Control", "private, no-cache") // the same for every visitor: the browser may ask again
		}
		inner.ServeHTTP(w, r)
	}))
}

// nobody answers addresses that no route has, or has for another method.
func (s *Server) nobody(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		allowed := methods(mux, r)
		if len(allowed) == 0 {
			s.UI.NotFound(w, r)
			return
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		s.UI.Fail(w, r, ui.ErrMethod)
	})
}

// methods are those that the address of a request has routes for.
func methods(mux *http.ServeMux, r *http.Request) []string {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if _, pattern := mux.Handler(&http.Request{Method: method, URL: r.URL, Host: r.Host}); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	return allowed
}

func (s *Server) refuseForeign(w http.ResponseWriter, r *http.Request) {
	s.UI.Fail(w, r, fault.New(fault.Forbidden, "Este envio veio de outro site, por isso não foi aceito. Abra a página aqui e envie de novo."))
}

func (s *Server) sessionLost(w http.ResponseWriter, r *http.Request, err error) {
	s.UI.Fail(w, r, fault.Wrap(fault.Unavailable, "Não conseguimos ler a sua sessão agora.", err))
}

// HTTP is the server for a listener. Slow or silent clients lose their connection; see limit for what is sent.
func (s *Server) HTTP() *http.Server {
	return &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second, // under a flood a whole header may lie here for seconds before it is read
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
}
