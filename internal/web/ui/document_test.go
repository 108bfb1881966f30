package ui_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// document is a parsed page.
type document struct{ root *html.Node }

func parse(t *testing.T, page string) document {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return document{root}
}

// all lists the elements with one of the tags, or every element.
func (d document) all(tags ...string) []*html.Node {
	var out []*html.Node
	for node := range d.root.Descendants() {
		if node.Type == html.ElementNode && (len(tags) == 0 || slices.Contains(tags, node.Data)) {
			out = append(out, node)
		}
	}
	return out
}

func (d document) byID(id string) *html.Node {
	for _, node := range d.all() {
		if got, has := attribute(node, "id"); has && got == id {
			return node
		}
	}
	return nil
}

func attribute(node *html.Node, key string) (string, bool) {
	for _, a := range node.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func has(node *html.Node, key string) bool {
	_, has := attribute(node, key)
	return has
}

func text(node *html.Node) string {
	var out strings.Builder
	for child := range node.Descendants() {
		if child.Type == html.TextNode {
			out.WriteString(child.Data)
		}
	}
	return out.String()
}

func (d document) idsAreUnique(t *testing.T) {
	t.Helper()
	seen := map[string]bool{}
	for _, node := range d.all() {
		if id, has := attribute(node, "id"); has {
			if seen[id] {
				t.Errorf("two elements are called %q", id)
			}
			seen[id] = true
		}
	}
}

// referencesHaveTargets follows label for, aria-describedby, aria-labelledby and the links within the page.
func (d document) referencesHaveTargets(t *testing.T) {
	t.Helper()
	for _, node := range d.all() {
		for _, key := range []string{"for", "aria-describedby", "aria-labelledby"} {
			value, _ := attribute(node, key)
			for _, id := range strings.Fields(value) {
				if d.byID(id) == nil {
					t.Errorf("%s: %s=%q leads nowhere", node.Data, key, id)
				}
			}
		}
		d.linkHasTarget(t, node)
	}
}

func (d document) linkHasTarget(t *testing.T, node *html.Node) {
	t.Helper()
	href, _ := attribute(node, "href")
	if id, local := strings.CutPrefix(href, "#"); local && d.byID(id) == nil {
		t.Errorf("link %q (%s) leads nowhere", href, text(node))
	}
}

// controlsHaveNames checks that each control a person uses has a label, or an aria-label.
func (d document) controlsHaveNames(t *testing.T) {
	t.Helper()
	for _, node := range d.all("input", "select", "textarea") {
		kind, _ := attribute(node, "type")
		if kind != "hidden" && !d.named(node) {
			id, _ := attribute(node, "id")
			t.Errorf("%s %q has no label", node.Data, id)
		}
	}
}

func (d document) named(node *html.Node) bool {
	if has(node, "aria-label") || node.Parent.Data == "label" {
		return true
	}
	id, _ := attribute(node, "id")
	return slices.ContainsFunc(d.all("label"), func(label *html.Node) bool {
		target, has := attribute(label, "for")
		return has && target == id
	})
}

// nothingIsInline holds the pages to the content security policy: no inline style, script or handler.
func (d document) nothingIsInline(t *testing.T) {
	t.Helper()
	for _, node := range d.all() {
		for _, a := range node.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("%s has an inline %s", node.Data, a.Key)
			}
		}
		if node.Data == "style" || node.Data == "script" && !has(node, "src") {
			t.Errorf("inline %s", node.Data)
		}
	}
}
