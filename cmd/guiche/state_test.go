package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"guiche/internal/db/dbtest"
)

// An operator whose PostgreSQL forgets what it acknowledged, or whose machine has another clock, reads it where health is
// asked for, before anybody is harmed. The PostgreSQL of these tests syncs nothing.
func TestAnOperatorIsToldOfAnUnsafeDatabaseAndAWrongClock(t *testing.T) { // quality 2
	url, keys := dbtest.PostgresURL(t), sharedKeys(t)
	for name, c := range map[string]struct {
		url   string
		ahead time.Duration
		told  []string // regular expressions: a busy machine reads clocks late
		not   []string
	}{
		"embedded":                      {"", time.Minute, nil, nil},
		"a clock that stands still":     {"", -57 * 365 * 24 * time.Hour, []string{"atenção: o relógio desta máquina está atrasado"}, nil},
		"the server's own settings":     {url, 0, []string{"atenção: uma queda de energia apaga", "fsync=off, full_page_writes=off, synchronous_commit=off"}, []string{"relógio"}},
		"one of them is right":          {url + "&synchronous_commit=on", 0, []string{"fsync=off, full_page_writes=off\n"}, nil},
		"a clock a minute ahead":        {url, time.Minute, []string{"está adiantado (59|60|61) s"}, nil},
		"a clock behind":                {url, -time.Minute, []string{"está atrasado (59|60|61) s"}, nil},
		"a difference nobody can avoid": {url, 2 * time.Second, nil, []string{"relógio"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := openSiteWith(t, func(p *program) {
				p.DatabaseURL, p.KeyFile, p.now = c.url, keys, func() time.Time { return time.Now().Add(c.ahead) }
			})
			said := "atenção: " + s.trouble + "\n" // of /saude/pronto
			if quiet := len(c.told)+len(c.not) == 0; quiet && s.trouble != "" {
				t.Errorf("told %q", s.trouble)
			}
			for _, words := range c.told {
				if !regexp.MustCompile(words).MatchString(said) {
					t.Errorf("not told %q: %q", words, said)
				}
			}
			for _, words := range c.not {
				if strings.Contains(said, words) {
					t.Errorf("told %q: %q", words, said)
				}
			}
		})
	}
}
