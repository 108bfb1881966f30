package account

import (
	"io/fs"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/jba/templatecheck"

	"guiche/internal/person"
	"guiche/internal/web/ui"
)

func TestEveryTemplateFitsItsPage(t *testing.T) { // architecture.md rule 6
	u, err := ui.New(ui.Options{Log: slog.Default(), Now: time.Now, Sessions: scs.New(), Faces: map[string]fs.FS{"account": Templates},
		Actor: func(*http.Request) (person.Actor, error) { return person.Actor{}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	for name, page := range map[string]any{
		"choose": choosePage{}, "refused": refusedPage{}, "leave": ui.Page{}, "account": accountPage{},
		"confirm": confirmPage{}, "confirmed": ui.Page{}, "level": levelPage{},
	} {
		template := u.Template("account/" + name)
		if template == nil {
			t.Fatalf("no template %s", name)
		}
		if err := templatecheck.CheckHTML(template.Lookup("layout"), page); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestABrowserIsNamedInWords(t *testing.T) {
	for _, c := range []struct{ agent, want string }{
		{"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox no Linux"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge no Windows"},
		{"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36", "Chrome no Android"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1", "Safari no iPhone"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/140.0 Mobile/15E148 Safari/604.1", "Chrome no iPhone"},
		{"Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15", "Safari no Mac"},
		{"curl/8.0", "Navegador desconhecido"},
		{"", "Navegador desconhecido"},
	} {
		if got := browser(c.agent); got != c.want {
			t.Errorf("%q: %s", c.agent, got)
		}
	}
}

func TestNumbersAreShownAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{showPhone("51999990000"), "(51) 99999-0000"}, {showPhone("5133330000"), "(51) 3333-0000"}, {showPhone(""), ""}, {showPhone("190"), "190"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
