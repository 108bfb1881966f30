package ui_test

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guiche/internal/web/ui"
)

func asset(t *testing.T, name string) string {
	t.Helper()
	content, err := ui.StaticFiles.ReadFile("static/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestAssetsStaySmall(t *testing.T) { // the first visit is at most 60 kB
	for name, limit := range map[string]int{"app.css": 25_000, "app.js": 10_000, "fonts/noto-sans.woff2": 30_000, "icon.svg": 1_000} {
		if size := len(asset(t, name)); size > limit {
			t.Errorf("%s has %d bytes, more than %d", name, size, limit)
		}
	}
}

func TestTheFontIsServedUnderTheNameTheStylesheetUses(t *testing.T) {
	u := newUI(t, false)
	url, err := u.Static.URL("fonts/noto-sans.woff2")
	if err != nil {
		t.Fatal(err)
	}
	if css := served(t, u, "app.css"); !strings.Contains(css, "url("+url+")") {
		t.Errorf("the stylesheet does not ask for %s", url)
	}
}

var (
	comment  = regexp.MustCompile(`(?s)/\*.*?\*/`)
	defined  = regexp.MustCompile(`(--[a-z0-9-]+):`)
	used     = regexp.MustCompile(`var\((--[a-z0-9-]+)`)
	selector = regexp.MustCompile(`([^{}]+)\{`)
	class    = regexp.MustCompile(`\.([a-z][a-z0-9-]*)`)
)

func names(pattern *regexp.Regexp, text string) []string {
	var out []string
	for _, match := range pattern.FindAllStringSubmatch(text, -1) {
		out = append(out, match[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestEveryCustomPropertyIsDefinedAndUsed(t *testing.T) {
	css := comment.ReplaceAllString(asset(t, "app.css"), "")
	known, wanted := names(defined, css), names(used, css)
	for _, name := range wanted {
		if !slices.Contains(known, name) {
			t.Errorf("%s is used but not defined", name)
		}
	}
	for _, name := range known {
		if !slices.Contains(wanted, name) {
			t.Errorf("%s is defined but not used", name)
		}
	}
}

func TestEveryClassIsInTheVocabularyAndShown(t *testing.T) {
	css := asset(t, "app.css")
	vocabulary := strings.FieldsFunc(comment.FindString(css), func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789-", r) })
	selectors := strings.Join(names(selector, comment.ReplaceAllString(css, "")), "\n")
	shown := shownClasses(t)
	for _, name := range names(class, selectors) {
		if !slices.Contains(vocabulary, name) {
			t.Errorf(".%s is not in the vocabulary at the top of app.css", name)
		}
		if !slices.Contains(shown, name) {
			t.Errorf(".%s is not shown in testdata/style.html", name)
		}
	}
}

// shownClasses are those of every state of the style page, and what only a page of its own can set.
func shownClasses(t *testing.T) []string {
	t.Helper()
	out := []string{"wide"}
	for _, s := range states {
		for _, node := range parse(t, render(t, s)).all() {
			value, _ := attribute(node, "class")
			out = append(out, strings.Fields(value)...)
		}
	}
	return out
}

// pairs are the colours that meet: text on its ground at least 4.5:1, an edge or icon 3:1 (WCAG 1.4.3, 1.4.11).
var pairs = []struct {
	front, back string
	least       float64
}{
	{"ink", "paper", 7}, {"ink", "ground", 7}, {"ink-2", "paper", 4.5}, {"ink-2", "ground", 4.5},
	{"link", "paper", 4.5}, {"link", "ground", 4.5}, {"link", "info-soft", 4.5},
	{"brand", "paper", 4.5}, {"brand", "brand-soft", 4.5}, {"on-brand", "brand", 4.5}, {"paper", "brand-strong", 4.5}, {"on-brand-soft", "brand-soft", 7},
	{"on-govbr", "govbr", 4.5}, {"on-govbr", "govbr-strong", 4.5}, {"govbr-edge", "paper", 3},
	{"done", "paper", 4.5}, {"done", "done-soft", 4.5}, {"info", "paper", 4.5}, {"info", "info-soft", 4.5},
	{"attention", "paper", 4.5}, {"attention", "attention-soft", 4.5}, {"attention", "ground", 4.5}, {"attention", "info-soft", 4.5},
	{"late", "paper", 4.5}, {"late", "late-soft", 4.5}, {"late", "ground", 4.5}, {"late", "info-soft", 4.5}, {"on-late", "late", 4.5},
	{"ink", "done-soft", 7}, {"ink", "attention-soft", 7}, {"ink", "late-soft", 7}, {"ink", "info-soft", 7}, {"ink-2", "info-soft", 4.5}, {"ink-2", "attention-soft", 4.5},
	{"link", "done-soft", 4.5}, {"link", "attention-soft", 4.5}, {"link", "late-soft", 4.5},
	{"border", "paper", 3}, {"border", "ground", 3}, {"border", "brand-soft", 3}, {"ring", "paper", 3}, {"ring", "ring-2", 3}, {"ring", "ground", 3}, {"ring", "brand-soft", 3},
}

func TestColoursCanBeRead(t *testing.T) {
	css := asset(t, "app.css")
	light := tokens(css, ":root {")
	dark := tokens(css, "(prefers-color-scheme: dark) {\n  :root {")
	for name, value := range light {
		if _, own := dark[name]; !own {
			dark[name] = value
		}
	}
	for theme, colours := range map[string]map[string]string{"light": light, "dark": dark} {
		for _, p := range pairs {
			if got := contrast(t, colours[p.front], colours[p.back]); got < p.least {
				t.Errorf("%s: %s on %s is %.2f:1, less than %g:1", theme, p.front, p.back, got, p.least)
			}
		}
	}
}

func TestContrastIsThatOfTheStandard(t *testing.T) {
	for pair, want := range map[[2]string]string{
		{"#000000", "#ffffff"}: "21.00", {"#757575", "#ffffff"}: "4.61", {"#168821", "#ffffff"}: "4.59", {"#155bcb", "#ffffff"}: "6.19", {"#ffffff", "#ffffff"}: "1.00",
	} {
		if got := fmt.Sprintf("%.2f", contrast(t, pair[0], pair[1])); got != want {
			t.Errorf("%v: %s, want %s", pair, got, want)
		}
	}
}

var token = regexp.MustCompile(`--([a-z0-9-]+): (#[0-9a-f]{6});`)

// tokens are the colours of the block that begins with start.
func tokens(css, start string) map[string]string {
	_, block, _ := strings.Cut(css, start)
	block, _, _ = strings.Cut(block, "}")
	out := map[string]string{}
	for _, match := range token.FindAllStringSubmatch(block, -1) {
		out[match[1]] = match[2]
	}
	return out
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	rgb, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 32)
	if err != nil {
		t.Fatalf("colour %q: %v", colour, err)
	}
	channel := func(shift uint) float64 {
		v := float64(rgb>>shift&0xff) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(16) + 0.7152*channel(8) + 0.0722*channel(0)
}
