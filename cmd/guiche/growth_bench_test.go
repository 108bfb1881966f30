package main

import (
	"context"
	"strings"
	"testing"

	"guiche/internal/attachment"
	"guiche/internal/complaint"
	"guiche/internal/db"
	"guiche/internal/db/dbtest"
	"guiche/internal/person"
)

// lives is how many cases of each kind BenchmarkGrowth lets live.
const lives = 500

// grows are the tables that cases make longer.
var grows = []string{"complaint", "event", "complaint_search", "message", "attachment", "notice", "reply_token", "job", "verification", "answer", "promise", "rating", "clock_pause", "draft"}

// BenchmarkGrowth says how many rows and bytes a case leaves in each table, of doc/scaling.md: of 500 cases of the Procon
// and 500 of the direct channel, from the draft to the end, with 4 files, the mails and the records of who read.
func BenchmarkGrowth(b *testing.B) {
	engines := map[string]func(testing.TB) string{"sqlite": func(testing.TB) string { return "" }, "postgres": dbtest.PostgresURL}
	for engine, open := range engines {
		b.Run(engine, func(b *testing.B) {
			for b.Loop() {
				s := openSite(b, open(b))
				for _, name := range []string{"ana", "bruno", "elisa", "inês"} {
					newBrowser(b, s.BaseURL).signIn(cpfOf()[name])
				}
				before := s.sizes()
				for range lives {
					s.liveAtAgency(s.actor("ana"), s.actor("elisa"))
					s.liveDirectly(s.actor("bruno"), s.actor("inês"))
				}
				s.report(b, before)
			}
		})
	}
}

var narrative = strings.TrimSpace(strings.Repeat("Comprei uma estante na loja, paguei no cartão e ela nunca chegou em casa. ", 6)) // 450 letters, as in the open data

// liveAtAgency is a case that an officer takes, asks about, and closes.
func (s *wholeSite) liveAtAgency(ana, elisa person.Actor) {
	s.Helper()
	ctx := context.Background()
	protocol := s.complain(ana, complaint.Answers{"relato": narrative})
	s.must(s.complaints.Take(ctx, elisa, s.read(elisa, protocol)))
	s.must(s.complaints.Ask(ctx, elisa, complaint.AsOfficer, s.read(elisa, protocol), complaint.Say{Body: "Envie a nota fiscal da compra, por favor."}))
	mine, err := s.complaints.AsConsumer(ctx, ana, protocol)
	s.must(err)
	file, err := s.files.Receive(ctx, attachment.Upload{Kind: attachment.Message, Name: "nota.txt", By: ana.AccountID, ComplaintID: mine.ID, Reader: strings.NewReader("nota " + mine.ID)})
	s.must(err)
	s.must(s.complaints.Supply(ctx, ana, complaint.Ref{Protocol: protocol}, complaint.Say{Body: "Segue a nota fiscal.", Files: []string{file.ID}}))
	s.must(s.complaints.Close(ctx, elisa, s.read(elisa, protocol), complaint.FoundedAttended, "A empresa devolveu o dinheiro ao consumidor."))
	s.doJobs()
}

// liveDirectly is a case that the company answers and the consumer rates.
func (s *wholeSite) liveDirectly(bruno, ines person.Actor) {
	s.Helper()
	ctx := context.Background()
	varejo := s.text(`SELECT id FROM supplier WHERE cnpj = $1`, "11222333000181")
	protocol := s.complain(bruno, complaint.Answers{"fornecedor": varejo, "municipio": "4314902", "relato": narrative})
	theirs, err := s.complaints.AsSupplier(ctx, ines, protocol)
	s.must(err)
	s.must(s.complaints.Answer(ctx, ines, complaint.Ref{Protocol: protocol, Version: theirs.Version}, complaint.AnswerForm{Kind: string(complaint.Information)}, complaint.Say{Body: narrative}))
	mine, err := s.complaints.AsConsumer(ctx, bruno, protocol)
	s.must(err)
	s.must(s.complaints.Rate(ctx, bruno, complaint.Ref{Protocol: protocol, Version: mine.Version}, complaint.RatingAnswers{Solved: "sim", Score: "4", Comment: "Resolveram."}))
	s.doJobs()
}

// read opens the case as its officer, which is recorded.
func (s *wholeSite) read(officer person.Actor, protocol string) complaint.Ref {
	s.Helper()
	c, err := s.complaints.AsOfficer(context.Background(), officer, protocol, complaint.FromQueue)
	s.must(err)
	return complaint.Ref{Protocol: protocol, Version: c.Version}
}

// size is what a table holds: its rows, its bytes, and those of its indexes.
type size struct{ rows, table, index int64 }

func (s *wholeSite) sizes() map[string]size {
	s.Helper()
	out := map[string]size{}
	for _, table := range grows {
		bytes := `SELECT (SELECT count(*) FROM ` + table + `), CAST(coalesce(sum(CASE WHEN t.type = 'table' THEN d.pgsize END), 0) AS INTEGER),
			CAST(coalesce(sum(CASE WHEN t.type = 'index' THEN d.pgsize END), 0) AS INTEGER)
			FROM dbstat d JOIN sqlite_schema t ON t.name = d.name WHERE t.tbl_name = $1 OR t.tbl_name LIKE $1 || '\_%' ESCAPE '\' AND $1 = 'complaint_search'`
		if s.db.Engine() == "postgres" {
			bytes = `SELECT (SELECT count(*) FROM ` + table + `), pg_table_size(to_regclass($1::text)), pg_indexes_size(to_regclass($1::text))`
		}
		s.must(s.db.Read(context.Background(), func(tx *db.Tx) error {
			all, err := db.All(tx, func(r db.Row, n *size) error { return r.Scan(&n.rows, &n.table, &n.index) }, bytes, table)
			if err == nil {
				out[table] = all[0]
			}
			return err
		}))
	}
	return out
}

func (s *wholeSite) report(b *testing.B, before map[string]size) {
	b.Helper()
	for table, now := range s.sizes() {
		was := before[table]
		b.ReportMetric(float64(now.rows-was.rows)/(2*lives), table+"-rows")
		b.ReportMetric(float64(now.table-was.table)/(2*lives), table+"-bytes")
		b.ReportMetric(float64(now.index-was.index)/(2*lives), table+"-index-bytes")
	}
}
