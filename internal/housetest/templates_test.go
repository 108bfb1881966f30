package housetest

import (
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The pages' Content-Security-Policy has no 'unsafe-inline', so the browser would ignore these.
var inline = regexp.MustCompile(`(?i)\sstyle\s*=|<style|<script(?:>|\s+(?:type|nonce|defer|async)[^>]*>\s*[^<\s])|\son[a-z]+\s*=\s*["']|javascript:`)

// elsewhere are addresses of other sites from which a page would load something.
var elsewhere = regexp.MustCompile(`(?i)<(?:script|img|link|iframe|source|video|audio)\b[^>]*(?:src|href)\s*=\s*["']?(?:https?:)?//`)

// templateFaults finds what a page may not carry.
func templateFaults(path, text string) []string {
	var faults []string
	for n, line := range strings.Split(text, "\n") {
		if found := inline.FindString(line); found != "" {
			faults = append(faults, fmt.Sprintf("%s:%d: %s: styles and scripts stand in their own files", path, n+1, strings.TrimSpace(found)))
		}
		if elsewhere.MatchString(line) {
			faults = append(faults, fmt.Sprintf("%s:%d: loads from another site", path, n+1))
		}
	}
	return faults
}

func TestPagesCarryNoInlineStyleOrScript(t *testing.T) {
	for _, bad := range []string{
		`<p style="color: red">`, `<style>p {}</style>`, `<script>go()</script>`, `<button onclick="go()">`, `<a href="javascript:go()">`,
		`<img alt="" src="https://example.org/x.png">`, `<script src="//example.org/x.js"></script>`,
	} {
		if len(templateFaults("x.html", bad)) == 0 {
			t.Errorf("not found: %s", bad)
		}
	}
	for _, good := range []string{`<script src="/static/app.js" defer></script>`, `<a href="https://www.gov.br/">gov.br</a>`, `<p class="style">`} {
		if got := templateFaults("x.html", good); len(got) > 0 {
			t.Errorf("%s: %v", good, got)
		}
	}
	for _, top := range []string{"../web", "../demo"} {
		for path, text := range htmlFiles(t, top) {
			for _, broken := range templateFaults(path, text) {
				t.Error(broken)
			}
		}
	}
}

// htmlFiles are the templates under a folder, by path. Mails, which need inline styles, are not under these.
func htmlFiles(t *testing.T, top string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(top), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".html") {
			return err
		}
		text, err := fs.ReadFile(os.DirFS(top), path)
		files[top+"/"+path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatalf("no templates under %s: is the path still right?", top)
	}
	return files
}
