package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
)

// figure is one measured number beside its bar and beside the best this machine could do.
type figure struct {
	id      string // of the bar: Q-1
	what    string
	value   float64
	unit    string
	more    string  // other numbers of the same measurement
	atLeast float64 // the bar, when more is better
	atMost  float64 // the bar, when less is better; both 0: no bar
	limit   float64 // of this machine, in the same unit; 0: not measured
	limitOf string
}

func (f figure) bar() string {
	switch {
	case f.atLeast != 0:
		return "≥ " + number(f.atLeast) + f.unit
	case f.atMost != 0:
		return "≤ " + number(f.atMost) + f.unit
	}
	return ""
}

func (f figure) verdict() string {
	switch {
	case f.atLeast == 0 && f.atMost == 0:
		return ""
	case f.value < f.atLeast || (f.atMost != 0 && f.value > f.atMost):
		return "missed"
	}
	return "met"
}

func (f figure) machine() string {
	if f.limit == 0 {
		return ""
	}
	return number(f.limit) + f.unit + " " + f.limitOf
}

// ratio is how much of the machine's limit was reached, or how many times as long it took.
func (f figure) ratio() string {
	if f.limit == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", f.value/f.limit)
}

// number is short: three figures that count, whole thousands.
func number(v float64) string {
	switch a := math.Abs(v); {
	case a >= 100 || v == math.Trunc(v):
		return fmt.Sprintf("%.0f", v)
	case a >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// table is the figures of one engine with the facts of the machine on top.
type table struct {
	facts   []string
	figures []figure
	// ease is how many times slower than its bars an engine may be: PostgreSQL twice.
	ease float64
}

func (t *table) add(figures ...figure) {
	for _, f := range figures {
		if f.unit == "/s" || f.unit == " s" || f.unit == " ms" {
			f.atLeast, f.atMost = f.atLeast/t.ease, f.atMost*t.ease
		}
		t.figures = append(t.figures, f)
	}
}

func (t *table) print(out io.Writer) error {
	fmt.Fprintf(out, "\n%s\n\n", strings.Join(t.facts, " · "))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "bar\twhat\treached\twanted\t\tmachine, same run\tratio\tmore")
	for _, f := range t.figures {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", f.id, f.what, number(f.value)+f.unit, f.bar(), f.verdict(), f.machine(), f.ratio(), f.more)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, "\nWhy a bar is missed, and what it would take, and what is not measured here: doc/quality.md, section 6.")
	return err
}
