package main

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestFiguresAreJudgedByTheirBars(t *testing.T) {
	for name, c := range map[string]struct {
		figure
		verdict, bar, ratio string
	}{
		"more is better and reached":    {figure{value: 500, unit: "/s", atLeast: 446, limit: 1000}, "met", "≥ 446/s", "0.50"},
		"more is better and missed":     {figure{value: 400, unit: "/s", atLeast: 446}, "missed", "≥ 446/s", ""},
		"less is better and kept":       {figure{value: 2.5, unit: " ms", atMost: 3, limit: 0.5}, "met", "≤ 3 ms", "5.00"},
		"less is better and overrun":    {figure{value: 3.01, unit: " ms", atMost: 3}, "missed", "≤ 3 ms", ""},
		"a figure without a bar":        {figure{value: 3, unit: " ms"}, "", "", ""},
		"exactly the bar is kept to it": {figure{value: 3, unit: " ms", atMost: 3}, "met", "≤ 3 ms", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if c.figure.verdict() != c.verdict || c.figure.bar() != c.bar || c.figure.ratio() != c.ratio {
				t.Errorf("%q, %q, %q", c.figure.verdict(), c.figure.bar(), c.figure.ratio())
			}
		})
	}
	var out bytes.Buffer
	tab := table{facts: []string{"2 cores", "engine x"}, ease: 1}
	tab.add(figure{id: "Q-1", what: "filing", value: 267.4, unit: "/s", atLeast: 446})
	if err := tab.print(&out); err != nil || !strings.Contains(out.String(), "2 cores · engine x") || !strings.Contains(out.String(), "Q-1  filing  267/s") {
		t.Errorf("%v\n%s", err, out.String())
	}
}

func TestPostgreSQLMayTakeTwiceAsLongButWeighsNoMore(t *testing.T) {
	tab := table{ease: 2}
	tab.add(figure{value: 300, unit: "/s", atLeast: 446}, figure{value: 5, unit: " ms", atMost: 3}, figure{value: 70, unit: " kB", atMost: 60})
	for i, want := range []string{"≥ 223/s met", "≤ 6 ms met", "≤ 60 kB missed"} {
		if got := tab.figures[i].bar() + " " + tab.figures[i].verdict(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestPercentilesOfASample(t *testing.T) {
	var s sample
	for ms := range 100 {
		s.times = append(s.times, time.Duration(ms+1)*time.Millisecond)
	}
	s.elapsed = 2 * time.Second
	if s.percentile(50) != 51 || s.percentile(99) != 100 || s.perSecond() != 50 {
		t.Errorf("p50 %v, p99 %v, %v/s", s.percentile(50), s.percentile(99), s.perSecond())
	}
	if (sample{}).percentile(50) != 0 || (sample{}).perSecond() != 0 {
		t.Error("an empty sample has no figures")
	}
}

func TestDriveStopsAtItsCallsItsTimeAndItsFirstError(t *testing.T) {
	s, err := drive(3, time.Minute, 4, func(int, int) error { return nil })
	if err != nil || len(s.times) != 12 {
		t.Errorf("3 clients of 4 calls made %d, %v", len(s.times), err)
	}
	s, err = drive(2, 20*time.Millisecond, 0, func(int, int) error { time.Sleep(time.Millisecond); return nil })
	if err != nil || len(s.times) == 0 {
		t.Errorf("20 ms gave %d calls, %v", len(s.times), err)
	}
	broken := errors.New("broken")
	if _, err := drive(4, time.Minute, 0, func(client, call int) error {
		if client == 1 && call == 3 {
			return broken
		}
		return nil
	}); !errors.Is(err, broken) {
		t.Errorf("the error became %v", err)
	}
}

func TestProcessorTimeIsReadBehindAnyName(t *testing.T) {
	stat := []byte("42 (a (bad) name) S 1 42 42 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 9 0 12345 1 2 3")
	if d, err := cpuOf(stat); err != nil || d != 2*time.Second {
		t.Errorf("%v, %v", d, err)
	}
	if _, err := cpuOf([]byte("42 (x) S 1")); err == nil {
		t.Error("half a line was read")
	}
}

func TestSettingsThatMakeNoSenseAreRefused(t *testing.T) {
	for name, args := range map[string][]string{
		"no number":              {"-cases", "many"},
		"no cases":               {"-cases", "0"},
		"sizes that fall":        {"-cases", "100,10"},
		"an engine nobody knows": {"-engine", "oracle"},
	} {
		if _, err := parse(args, io.Discard); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	s, err := parse([]string{"-engine", "both", "-cases", "10, 20"}, io.Discard)
	if err != nil || !slices.Equal(s.cases, []int{10, 20}) || len(s.engines) != 2 {
		t.Errorf("%+v, %v", s, err)
	}
	if s, err := parse([]string{"-short"}, io.Discard); err != nil || !slices.Equal(s.cases, []int{2000}) {
		t.Errorf("%+v, %v", s, err)
	}
}
