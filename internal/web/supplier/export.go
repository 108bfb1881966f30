package supplier

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"guiche/internal/calendar"
	"guiche/internal/complaint"
	"guiche/internal/person"
	"guiche/internal/taxonomy"
)

const (
	heavyPerMinute = 6 // lists and archives that a person may take
	heavyAtOnce    = 6
	// exportRows is the most a list has: what spreadsheets open on ordinary machines.
	exportRows = 50_000
)

var exportHead = []string{"protocolo", "situação", "prazo", "registrada em", "consumidor", "assunto", "problema", "pede", "valor", "responsável", "respondida", "avaliação"}

// export is the list of the inbox as a file for spreadsheets, with the filters of its address (R-46). The first lines
// are read before the answer begins, so that a failure is a page; a failure later breaks the download off.
func (s *Site) export(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	company, err := inHand(who, r.URL.Query().Get("empresa"))
	if err != nil {
		return err
	}
	f := readInbox(r.URL.Query(), company).ask()
	f.After = ""
	rows, next, err := s.Complaints.Export(r.Context(), who, company, f)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="casos.csv"`)
	_, _ = io.WriteString(w, "\ufeff") // by which spreadsheets know the encoding
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	_ = out.Write(exportHead) // what cannot be written is in out.Error
	for left := exportRows; ; {
		rows = rows[:min(left, len(rows))]
		for _, row := range rows {
			_ = out.Write(exportLine(row))
		}
		out.Flush()
		if left -= len(rows); next == "" || left <= 0 || out.Error() != nil {
			return nil //nolint:nilerr // who left needs no answer
		}
		f.After = next
		if rows, next, err = s.Complaints.Export(r.Context(), who, company, f); err != nil {
			panic(http.ErrAbortHandler) // half a list must not look like a whole one
		}
	}
}

// exportLine is one case, in the columns of exportHead.
func exportLine(row complaint.ExportRow) []string {
	cells := []string{row.Protocol, row.State.CompanyLabel(), "", date(row.FiledAt), row.ConsumerName, taxonomy.Subjects().Label(row.Subject),
		taxonomy.Problems().Label(row.Problem), taxonomy.Remedies().Label(row.Remedy), "", row.AgentName, "", ""}
	if row.Outcome != "" {
		cells[1] += ": " + row.Outcome.Label()
	}
	if row.HasDue() {
		cells[2] = date(row.DueAt)
	}
	if row.AmountCents > 0 {
		cells[8] = fmt.Sprintf("%d,%02d", row.AmountCents/100, row.AmountCents%100)
	}
	if !row.AnsweredAt.IsZero() {
		cells[10] = date(row.AnsweredAt)
	}
	if row.Late {
		cells[10] += " (fora do prazo)"
	}
	if row.Rated {
		cells[11] = fmt.Sprintf("%s, nota %d", map[bool]string{true: "resolvida", false: "não resolvida"}[row.Solved], row.Score)
	}
	for i, cell := range cells {
		cells[i] = inert(cell)
	}
	return cells
}

func date(t time.Time) string { return calendar.Of(t).String() }

// inert keeps spreadsheets from taking what a person typed for a formula (quality section 3).
func inert(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
