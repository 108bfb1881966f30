package ui

import (
	"fmt"
	"html/template"
	"time"

	"guiche/internal/calendar"
	"guiche/internal/cpfcnpj"
)

// funcs are the words templates may use: how things are written for people, and nothing that decides.
func (u *UI) funcs() template.FuncMap {
	return template.FuncMap{
		"asset":    u.Static.URL,
		"icon":     icon,
		"whose":    whose,
		"deadline": u.Deadline,
		"cpf":      cpfcnpj.FormatCPF,
		"cnpj":     cpfcnpj.FormatCNPJ,
		"money":    Money,
		"when":     func(t time.Time) string { return calendar.Moment(t, u.today()) },
		"by":       func(t time.Time) string { return calendar.Phrase(calendar.Of(t), u.today()) },
		"day":      longDay,
		"dayof":    func(d calendar.Day) string { return calendar.Phrase(d, u.today()) },
		"size":     Bytes,
		"plural": func(n int64, one, many string) string {
			return fmt.Sprintf("%d %s", n, map[bool]string{true: one, false: many}[n == 1])
		},
	}
}

// soonDays is how many days before its end a deadline asks for attention.
const soonDays = 2

// Deadline says until when and how long that is, in one piece: lists have one in each row. Nothing for the zero time.
func (u *UI) Deadline(t time.Time) template.HTML {
	if t.IsZero() {
		return ""
	}
	on, today := calendar.Of(t), u.today()
	class, drawn, was := "", icon("clock"), ""
	switch {
	case t.Before(u.Now()):
		class, drawn, was = " late", icon("alert"), "era "
	case on.Sub(today) <= soonDays:
		class = " soon"
	}
	return template.HTML("\n" + `<span class="deadline` + class + `">` + string(drawn) + `<span>` + was + `até ` + calendar.Phrase(on, today) + //nolint:gosec // words of our own
		` <span class="meta">` + calendar.Remaining(on, today) + `</span></span></span>`)
}

func (u *UI) today() calendar.Day { return calendar.Of(u.Now()) }

func longDay(d string) string {
	day, err := calendar.Parse(d)
	if err != nil {
		return d
	}
	return calendar.LongDate(day)
}

// Money writes cents as people do: R$ 1.234,56.
func Money(cents int64) string {
	whole, rest := cents/100, cents%100
	digits := fmt.Sprint(whole)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "." + digits[i:]
	}
	return fmt.Sprintf("R$ %s,%02d", digits, rest)
}

// Bytes writes a size as people do: 4,1 MB.
func Bytes(n int64) string {
	switch {
	case n >= 1<<20:
		tenths := (n*10 + 1<<19) / (1 << 20)
		return fmt.Sprintf("%d,%d MB", tenths/10, tenths%10)
	case n >= 1<<10:
		return fmt.Sprintf("%d kB", (n+512)/1024)
	}
	return fmt.Sprintf("%d bytes", n)
}
