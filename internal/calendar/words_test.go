package calendar

import (
	"testing"
	"time"
)

func TestDaysAreSaidAsPeopleSayThem(t *testing.T) {
	tests := []struct{ name, day, today, want string }{
		{"this year", "2026-12-03", "2026-11-23", "quinta, 3 de dezembro"},
		{"next year", "2027-01-05", "2026-12-18", "terça, 5 de janeiro de 2027"},
		{"last year", "2025-12-31", "2026-01-01", "quarta, 31 de dezembro de 2025"},
		{"the first of a month", "2026-05-01", "2026-11-23", "sexta, 1º de maio"},
		{"a month with a cedilla", "2026-03-02", "2026-11-23", "segunda, 2 de março"},
		{"a Saturday", "2026-08-08", "2026-11-23", "sábado, 8 de agosto"},
		{"a Sunday", "2026-02-15", "2026-11-23", "domingo, 15 de fevereiro"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Phrase(day(tt.day), day(tt.today)); got != tt.want {
				t.Errorf("Phrase = %q, want %q", got, tt.want)
			}
		})
	}
	if got := Phrase(day("2026-12-03"), 0); got != "quinta, 3 de dezembro de 2026" {
		t.Errorf("without today: %q", got)
	}
}

func TestWhatRemainsIsSaidInDays(t *testing.T) {
	tests := []struct{ name, due, want string }{
		{"several days", "2026-11-27", "faltam 4 dias"},
		{"two days", "2026-11-25", "faltam 2 dias"},
		{"one day", "2026-11-24", "falta 1 dia"},
		{"the last day", "2026-11-23", "vence hoje"},
		{"one day late", "2026-11-22", "venceu há 1 dia"},
		{"two days late", "2026-11-21", "venceu há 2 dias"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Remaining(day(tt.due), day("2026-11-23")); got != tt.want {
				t.Errorf("Remaining = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestInstantsAreSaidInTheTimeOfSaoPaulo(t *testing.T) {
	tests := []struct{ name, instant, today, want string }{
		{"this year", "2026-11-23T17:32:00Z", "2026-11-23", "23 de novembro, 14:32"},
		{"the evening before, by our clock", "2026-12-01T02:05:00Z", "2026-12-01", "30 de novembro, 23:05"},
		{"the first of a month", "2026-12-01T12:00:00Z", "2026-12-01", "1º de dezembro, 09:00"},
		{"another year", "2025-11-23T17:32:00Z", "2026-11-23", "23 de novembro de 2025, 14:32"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Moment(instant(t, tt.instant), day(tt.today)); got != tt.want {
				t.Errorf("Moment = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestEveryMonthHasItsName(t *testing.T) {
	want := []string{
		"1º de janeiro de 2026", "1º de fevereiro de 2026", "1º de março de 2026", "1º de abril de 2026",
		"1º de maio de 2026", "1º de junho de 2026", "1º de julho de 2026", "1º de agosto de 2026",
		"1º de setembro de 2026", "1º de outubro de 2026", "1º de novembro de 2026", "1º de dezembro de 2026",
	}
	for i, text := range want {
		if got := LongDate(Date(2026, time.Month(i+1), 1)); got != text {
			t.Errorf("LongDate = %q, want %q", got, text)
		}
	}
}

func TestRulesAreSaidInPortuguese(t *testing.T) {
	tests := []struct {
		rule Rule
		want string
	}{
		{Rule{Amount: 10, Unit: Business}, "10 dias úteis"},
		{Rule{Amount: 1, Unit: Business}, "1 dia útil"},
		{Rule{Amount: 20, Unit: CalendarDays}, "20 dias corridos"},
		{Rule{Amount: 1, Unit: CalendarDays}, "1 dia corrido"},
	}
	for _, tt := range tests {
		if got := tt.rule.String(); got != tt.want {
			t.Errorf("String = %q, want %q", got, tt.want)
		}
	}
}
