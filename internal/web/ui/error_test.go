package ui_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"guiche/internal/web/ui"
)

func served(t *testing.T, u *ui.UI, name string) string {
	t.Helper()
	url, err := u.Static.URL(name)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	u.Static.ServeHTTP(w, httptest.NewRequest("GET", url, nil))
	if w.Code != 200 {
		t.Fatalf("%s: %d", url, w.Code)
	}
	return w.Body.String()
}

func TestAnErrorPageSaysWhatHappenedWhatIsSafeAndWhatToDo(t *testing.T) {
	u := newUI(t, false)
	for code, want := range map[int]string{
		403: "Nada foi mudado",
		404: "Confira o endereço",
		405: "use o botão",
		409: "o seu envio não mudou nada",
		413: "até 20 MB",
		422: "Nada foi guardado deste envio",
		429: "Espere alguns minutos",
		500: "O problema é nosso",
		503: "Espere um minuto",
	} {
		w := httptest.NewRecorder()
		page := ui.Page{Title: ui.ErrorTitle(code), Theme: ui.DefaultTheme}
		if err := u.Render(w, code, "ui/error", ui.ErrorPage(page, code)); err != nil {
			t.Fatal(err)
		}
		body := w.Body.String()
		for _, part := range []string{want, "<h1>" + ui.ErrorTitle(code), "O caso mudou.", "ABCDE23456", `href="/"`} {
			if !strings.Contains(body, part) {
				t.Errorf("%d: %q is missing", code, part)
			}
		}
	}
}
