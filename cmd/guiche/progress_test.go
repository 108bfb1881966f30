package main

import (
	"bytes"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"guiche/internal/audit"
	"guiche/internal/config"
	"guiche/internal/db"
	"guiche/internal/secret"
)

func TestLongWorkTellsHowFarItIsAndShortWorkNothing(t *testing.T) { // interface.md
	for name, verb := range map[string]struct {
		run  interface{ Run(*program) error }
		says []string
	}{
		"audit verify": {auditVerifyCmd{}, []string{`"verifying events" done=2000`, `"verifying events" done=2501`, `"comparing protocols" done=0`}},
		"keys reseal":  {keysResealCmd{}, []string{`"resealing rows" done=1`}},
	} {
		t.Run(name, func(t *testing.T) {
			data := withRecord(t)
			if said := told(t, data, 0, verb.run); said != "" {
				t.Errorf("in no time it says %s", said)
			}
			if _, err := secret.Add(data + "/guiche.key"); err != nil {
				t.Fatal(err)
			}
			said := told(t, data, 2*time.Second, verb.run)
			for _, want := range verb.says {
				if !strings.Contains(said, want) {
					t.Errorf("%s is not in %s", want, said)
				}
			}
		})
	}
}

// told gives what a verb logs while each look at the clock takes so long.
func told(t *testing.T, data string, each time.Duration, verb interface{ Run(*program) error }) string {
	t.Helper()
	var log bytes.Buffer
	at := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	p := &program{Context: t.Context(), Settings: config.Settings{Data: data}, out: io.Discard, log: slog.New(slog.NewTextHandler(&log, nil)),
		now: func() time.Time { at = at.Add(each); return at }}
	if err := verb.Run(p); err != nil {
		t.Fatal(err)
	}
	return log.String()
}

// withRecord is an installation with one role, which is sealed, and a record of more than a page.
func withRecord(t *testing.T) (data string) {
	t.Helper()
	data = t.TempDir()
	told(t, data, 0, adminGrantCmd{roleFlags{CPF: "52998224725", Role: "officer", Agency: "0001"}})
	d, err := db.Open(t.Context(), db.Options{Dir: data})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	events := make([]audit.Event, 2500)
	for n := range events {
		events[n] = audit.Event{Stream: db.NewID(), Act: "read"}
	}
	if err := d.Transact(t.Context(), func(tx *db.Tx) error { return audit.Begin(tx, events) }); err != nil {
		t.Fatal(err)
	}
	return data
}

func TestWorkThatCannotBeCountedIsNamedOnceItTakesLong(t *testing.T) { // interface.md
	for takes, want := range map[time.Duration]int{time.Second / 2: 0, time.Minute: 1} {
		synctest.Test(t, func(t *testing.T) {
			var log bytes.Buffer
			end := (&program{log: slog.New(slog.NewTextHandler(&log, nil))}).naming("reading it")
			time.Sleep(takes)
			end()
			time.Sleep(time.Minute)
			synctest.Wait()
			if lines := strings.Count(log.String(), "reading it"); lines != want {
				t.Errorf("%d lines after %v", lines, takes)
			}
		})
	}
}
