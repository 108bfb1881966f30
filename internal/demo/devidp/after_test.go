package devidp_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"guiche/internal/demo/devidp"
	"guiche/internal/demo/devidp/devidptest"
)

func TestLogoutMatchesLetterByLetter(t *testing.T) {
	b := newBench(t)
	for target, want := range map[string]bool{
		site + "/": true, site: false, site + "/?x=1": false, site + "/#x": false, "": false, "https://ladrao.example/": false,
	} {
		for how, page := range map[string]devidptest.Page{
			"GET":  b.Get(b.url("logout?post_logout_redirect_uri=" + url.QueryEscape(target))),
			"POST": b.Post(b.url("logout"), url.Values{"post_logout_redirect_uri": {target}}),
		} {
			if page.Left != want || (!want && page.Status != http.StatusBadRequest) {
				t.Errorf("%s %q: left %v, status %d", how, target, page.Left, page.Status)
			}
		}
	}
}

func TestOddReturns(t *testing.T) {
	b := newBench(t)
	if page := b.Fill(b.Get(b.authorize("redirect_uri", otherBack)), "cpf", "11144477735"); !strings.HasPrefix(page.URL.String(), otherBack+"&code=") {
		t.Errorf("an address with a query: %v", page.URL)
	}
	b.provider.SetFaults(devidp.HomeReturn)
	if page := b.Fill(b.Get(b.authorize()), "cpf", "11144477735"); page.URL.String() != site+"/" {
		t.Errorf("return to the home page: %v", page.URL)
	}
	b.provider.SetFaults(devidp.WrongState)
	if page := b.Fill(b.Get(b.authorize()), "cpf", "11144477735"); page.URL.Query().Get("state") == "estado" {
		t.Error("the state was not changed")
	}
	b.provider.SetFaults()
	if page := b.Post(b.url("authorize"), request()); page.Left || page.Status != http.StatusOK {
		t.Errorf("an authorization request by POST: status %d", page.Status)
	}
}

func TestCatalog(t *testing.T) {
	b := newBench(t)
	catalog := func(back string) string {
		return b.url("catalogo/?" + url.Values{"client_id": {devidptest.ClientID}, "niveis": {"(2/3)"}, "redirect_uri": {back}}.Encode())
	}
	if page := b.Get(catalog("https://ladrao.example/")); page.Left || page.Status != http.StatusBadRequest {
		t.Errorf("an unregistered return: status %d", page.Status)
	}
	if page := b.Post(b.url("catalogo/"), url.Values{"client_id": {devidptest.ClientID}, "redirect_uri": {"https://ladrao.example/"}}); page.Left {
		t.Error("an unregistered return by POST was followed")
	}

	nobody := b.Get(catalog(returnTo))
	if wrong := b.Fill(nobody, "cpf", "123", "nivel", "gold"); wrong.Status != http.StatusUnprocessableEntity || !strings.Contains(wrong.Body, "Digite os 11 números") {
		t.Errorf("a wrong CPF: status %d", wrong.Status)
	}
	b.SignIn(b.authorize(), "20030040094")
	known := b.Get(catalog(returnTo))
	if !strings.Contains(known.Body, "Carla Dias") || !strings.Contains(known.Body, "<strong>bronze</strong>") {
		t.Errorf("the page does not say who and what: %s", known.Body)
	}
	if back := b.Fill(known); !back.Left || back.URL.String() != returnTo {
		t.Errorf("back without change: %v", back.URL)
	}
	if page := b.Get(catalog(returnTo)); !strings.Contains(page.Body, "<strong>bronze</strong>") {
		t.Error("going back changed the level")
	}
	b.Fill(known, "nivel", "gold")
	if page := b.Get(catalog(returnTo)); !strings.Contains(page.Body, "<strong>ouro</strong>") || strings.Contains(page.Body, "Subir para") {
		t.Errorf("after gold: %s", page.Body)
	}
}

func TestTheSwitchesAreSetByTheForm(t *testing.T) {
	b := newBench(t)
	page := b.Fill(b.Get(b.provider.Issuer()), "falha", string(devidp.StrictState))
	if page.Status != http.StatusOK || strings.Count(page.Body, " checked") != 1 {
		t.Fatalf("status %d, %d on", page.Status, strings.Count(page.Body, " checked"))
	}
	if refused := b.Get(b.authorize("state", "")); !refused.Left {
		t.Error("the switch has no effect")
	}
	before := b.Get(b.url("jwk")).Body
	off := b.Fill(page, "girar_chave", "1")
	if strings.Contains(off.Body, " checked") || b.Get(b.url("jwk")).Body == before {
		t.Error("the switch is still on, or the key is the same")
	}
	if unknown := b.Fill(off, "falha", "inventada"); strings.Contains(unknown.Body, " checked") {
		t.Error("an invented switch is on")
	}
}

func TestTheStylesheetIsServed(t *testing.T) {
	b := newBench(t)
	if page := b.Get(b.url("estilo.css")); page.Status != http.StatusOK || !strings.Contains(page.Body, "min-height: 48px") {
		t.Errorf("status %d", page.Status)
	}
}
