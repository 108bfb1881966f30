package main

import (
	"slices"
	"strings"
	"testing"
)

// checkHeaders fails where an answer lacks what every answer must say to the browser (quality.md section 3).
func checkHeaders(t testing.TB, at, route string, r reply, personal bool) {
	t.Helper()
	want := func(name, value string) {
		if got := r.header.Get(name); got != value {
			t.Errorf("%s: %s is %q, not %q", at, name, got, value)
		}
	}
	want("X-Content-Type-Options", "nosniff")
	want("Cross-Origin-Opener-Policy", "same-origin")
	if r.header.Get("Referrer-Policy") == "" || r.header.Get("X-Request-Id") == "" {
		t.Errorf("%s: no referrer policy or reference", at)
	}
	policy := r.header.Get("Content-Security-Policy")
	for _, part := range []string{"default-src 'none'", "frame-ancestors"} {
		if !strings.Contains(policy, part) && !strings.Contains(policy, "sandbox") {
			t.Errorf("%s: the policy %q lacks %s", at, policy, part)
		}
	}
	if strings.Contains(policy, "unsafe") && !isLetter(route, policy) {
		t.Errorf("%s: the policy allows something unsafe: %s", at, policy)
	}
	if personal && !strings.HasPrefix(route, "GET /static/") {
		want("Cache-Control", "no-store")
	}
	if strings.Contains(route, "{arquivo}") && r.status == 200 {
		checkDownload(t, at, r)
	}
	for _, cookie := range r.header.Values("Set-Cookie") {
		if !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") || !strings.Contains(cookie, "Path=/") {
			t.Errorf("%s: cookie %s", at, cookie)
		}
	}
}

// isLetter tells whether a mail is shown as a mail program does: with its own style, in a sandbox that runs nothing.
func isLetter(route, policy string) bool {
	return slices.Contains([]string{"GET /demo/correio/{id}/html", "GET /admin/textos/{aviso}/email"}, route) &&
		strings.HasPrefix(policy, "default-src 'none'; style-src 'unsafe-inline';") && strings.Contains(policy, "; sandbox ") && !strings.Contains(policy, "script")
}

func checkDownload(t testing.TB, at string, r reply) {
	t.Helper()
	if !strings.HasPrefix(r.header.Get("Content-Disposition"), "attachment;") || !strings.Contains(r.header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%s: a file is not a download in a sandbox: %v", at, r.header)
	}
}
