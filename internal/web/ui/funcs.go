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
		"asset": u.Static.URL,
		"cpf":   cpfcnpj.FormatCPF,
		"cnpj":  cpfcnpj.FormatCNPJ,
		"money": Money,
		"when":  func(t time.Time) string { return calendar.Moment(t, u.today()) },
		"by":    func(t time.Time) string { return calendar.Phrase(calendar.Of(t), u.today()) },
		"left":  func(t time.Time) string { return calendar.Remaining(calendar.Of(t), u.today()) },
		"late":  func(t time.Time) bool { return t.Before(u.Now()) },
		"soon":  func(t time.Time) bool { return calendar.Of(t).Sub(u.today()) <= soonDays },
		"day":   longDay,
		"dayof": func(d calendar.Day) string { return calendar.Phrase(d, u.today()) },
		"size":  Bytes,
		"plural": func(n int64, one, many string) string {
			return fmt.Sprintf("%d %s", n, map[bool]string{true: one, false: many}[n == 1])
		},
	}
}

// soonDays is how many days before its end a deadline asks for attention.
const soonDays = 2

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
