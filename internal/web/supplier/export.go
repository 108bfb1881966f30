package supplier

import (
	"encoding/csv"
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
	exportsPerMinute = 4
	exportsAtOnce    = 8
	// exportRows is the most a list has: what spreadsheets open on ordinary machines.
	exportRows  = 50_000
	exportBatch = 1000
)

var exportHead = []string{"Protocolo", "Registrada em", "Situação", "Resultado", "Prazo", "Consumidor", "Município", "Assunto", "Problema", "Responsável", "Respondida fora do prazo"}

// export is the list of the inbox as a file for spreadsheets, with the filters of its address (R-46). The first rows
// are read before the answer begins, so that a failure is a page; a failure later ends the file early.
func (s *Site) export(w http.ResponseWriter, r *http.Request, who person.Actor) error {
	company, err := inHand(who, r.URL.Query().Get("empresa"))
	if err != nil {
		return err
	}
	f := readInbox(r.URL.Query(), company).ask()
	f.After, f.Limit, f.Export = "", exportBatch, true
	page, err := s.Complaints.Inbox(r.Context(), who, company, f)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="casos.csv"`)
	_, _ = io.WriteString(w, "\ufeff") // by which spreadsheets know the encoding; who left needs no answer
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	err = out.Write(exportHead)
	for written := 0; err == nil && written < exportRows; {
		for _, row := range page.Rows {
			err = s.exportRow(r, out, row)
		}
		out.Flush()
		written += len(page.Rows)
		if f.After = page.Next; f.After == "" || err != nil || out.Error() != nil {
			break
		}
		page, err = s.Complaints.Inbox(r.Context(), who, company, f)
	}
	return err
}

func (s *Site) exportRow(r *http.Request, out *csv.Writer, row complaint.InboxRow) error {
	town, err := s.Agencies.Municipality(r.Context(), row.Municipality)
	if err != nil {
		return err
	}
	late, due := "", ""
	if row.Late {
		late = "sim"
	}
	if row.HasDue() {
		due = date(row.DueAt)
	}
	cells := []string{row.Protocol, date(row.FiledAt), row.State.CompanyLabel(), row.Outcome.Label(), due, row.ConsumerName, town.Name,
		taxonomy.Subjects().Label(row.Subject), taxonomy.Problems().Label(row.Problem), row.AgentName, late}
	for i, cell := range cells {
		cells[i] = inert(cell)
	}
	return out.Write(cells)
}

func date(t time.Time) string { return calendar.Of(t).String() }

// inert keeps spreadsheets from taking what a person typed for a formula (quality section 3).
func inert(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
