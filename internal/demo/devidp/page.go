package devidp

import (
	"bytes"
	"embed"
	"html/template"
	"log/slog"
	"net/http"
)

//go:embed pages
var pages embed.FS

// page is what every page of the provider has.
type page struct {
	Base, Title string
	// Problem is a message about the one field of the page; empty is good.
	Problem string
}

// input is a hidden field of a form.
type input struct{ Name, Value string }

func (p *Provider) page(title string) page { return page{Base: p.base, Title: title} }

// render writes a page whole or not at all.
func (p *Provider) render(w http.ResponseWriter, status int, name string, data any) {
	set, err := template.New("").Funcs(template.FuncMap{"level": LevelName, "cpf": maskCPF}).ParseFS(pages, "pages/layout.html", "pages/"+name+".html")
	var out bytes.Buffer
	if err == nil {
		err = set.ExecuteTemplate(&out, "layout", data)
	}
	if err != nil {
		slog.Error("demo provider: page not made", "page", name, "error", err)
		http.Error(w, "Não foi possível montar a página.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if _, err := out.WriteTo(w); err != nil {
		slog.Warn("demo provider: page not written", "error", err)
	}
}

type failPage struct {
	page
	Text string
}

// fail shows a page that goes back nowhere, for requests whose sender cannot be trusted.
func (p *Provider) fail(w http.ResponseWriter, status int, text string) {
	p.render(w, status, "fail", failPage{page: p.page("Pedido recusado"), Text: text})
}

func stylesheet(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, pages, "pages/style.css")
}

func maskCPF(cpf string) string {
	const length = 11
	if len(cpf) != length {
		return cpf
	}
	return cpf[:3] + "." + cpf[3:6] + "." + cpf[6:9] + "-" + cpf[9:]
}
