package ui_test

import (
	"testing"

	"guiche/internal/web/ui"
)

// What somebody wrote stays words wherever a row puts it (rows of lists are not drawn by templates).
func TestMarkupEscapesValues(t *testing.T) {
	var m ui.Markup
	m.Put(`<a href="`).Text(`/x?a=1&b="><script>`).Put(`">`).Text("<b>João's</b>").Put("</a>").Optional(" <i>", "", "</i>").Optional(" <u>", "&", "</u>").Add("<hr>")
	const want = `<a href="/x?a=1&amp;b=&#34;&gt;&lt;script&gt;">&lt;b&gt;João&#39;s&lt;/b&gt;</a> <u>&amp;</u><hr>`
	if got := string(m.HTML()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestWhoCaresForSomething(t *testing.T) {
	for _, c := range []struct{ account, name, reader, want string }{
		{"", "", "a", `<span class="meta">ninguém</span>`},
		{"a", "Ana", "a", "você"},
		{"b", "Bia <3", "a", "Bia &lt;3"},
	} {
		var m ui.Markup
		if got := string(m.Person(c.account, c.name, c.reader).HTML()); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
