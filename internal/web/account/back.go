package account

import (
	"net/url"
	"strings"
	"unicode"

	"guiche/internal/person"
)

const maxBack = 2000 // letters

// local is volta when it is a place on this site, else empty. Browsers read "//", "/\" and their like as another
// site, so nothing of the kind passes, encoded or not (no open redirect).
func local(volta string) string {
	if len(volta) > maxBack || !strings.HasPrefix(volta, "/") {
		return ""
	}
	u, err := url.Parse(volta)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil {
		return ""
	}
	if strings.Contains(u.Path, "//") || strings.ContainsFunc(volta+u.Path, hostile) || circular(u.Path) {
		return ""
	}
	return u.RequestURI()
}

func hostile(r rune) bool { return r == '\\' || unicode.IsControl(r) || r == unicode.ReplacementChar }

// circular places would sign in or out again.
func circular(path string) bool {
	return path == "/entrar" || strings.HasPrefix(path, "/entrar/") || path == "/sair"
}

// destination is where a person goes after signing in. The home page is no place to come back to.
func destination(back string, who person.Actor) string {
	switch {
	case back != "" && back != "/":
		return back
	case who.Has(person.Officer) || who.Has(person.Manager):
		return "/servidor/fila"
	default:
		return "/painel"
	}
}
