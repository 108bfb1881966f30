package calendar

import (
	"fmt"
	"strconv"
	"time"
)

// Phrase says a day as people do: "quinta, 3 de dezembro". The year is added
// when it is not today's; a zero today always adds it.
func Phrase(day, today Day) string {
	return weekdayName(day.Weekday()) + ", " + shortDate(day, today)
}

// LongDate says a day with its year: "3 de dezembro de 2026".
func LongDate(day Day) string { return shortDate(day, 0) }

// Moment says an instant in America/Sao_Paulo: "23 de novembro, 14:32". The
// year is added when it is not today's; a zero today always adds it.
func Moment(instant time.Time, today Day) string {
	return shortDate(Of(instant), today) + ", " + instant.In(Zone()).Format("15:04")
}

// Remaining says how far the last day of a deadline is: "faltam 4 dias",
// "vence hoje", "venceu há 2 dias".
func Remaining(due, today Day) string {
	switch days := due.Sub(today); {
	case days == 0:
		return "vence hoje"
	case days == 1:
		return "falta 1 dia"
	case days > 1:
		return fmt.Sprintf("faltam %d dias", days)
	default:
		return "venceu há " + count(-days, "dia", "dias")
	}
}

func shortDate(day, today Day) string {
	year, month, ofMonth := day.Date()
	text := ordinal(ofMonth) + " de " + monthName(month)
	if today == 0 || year != today.Year() {
		text += " de " + strconv.Itoa(year)
	}
	return text
}

// ordinal writes the day of the month; only the first is an ordinal in Portuguese.
func ordinal(ofMonth int) string {
	if ofMonth == 1 {
		return "1º"
	}
	return strconv.Itoa(ofMonth)
}

func weekdayName(w time.Weekday) string {
	return [...]string{"domingo", "segunda", "terça", "quarta", "quinta", "sexta", "sábado"}[w]
}

func monthName(m time.Month) string {
	return [...]string{
		"janeiro", "fevereiro", "março", "abril", "maio", "junho",
		"julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
	}[m-1]
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
