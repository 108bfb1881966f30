package complaint

import (
	"context"
	"time"
	"unicode/utf8"

	"guiche/internal/db"
	"guiche/internal/fault"
	"guiche/internal/person"
)

// Rating is what the consumer says of how the company dealt with the case.
type Rating struct {
	Solved  bool
	Score   int // 1 to 5
	Comment string
	At      time.Time
}

// commentLimit is the most letters of a rating's comment.
const commentLimit = 2000

// RatingAnswers are what the form sends: resolvida, nota, comentario.
type RatingAnswers struct{ Solved, Score, Comment string }

func (a RatingAnswers) read() (Rating, error) {
	p := fault.Fields{}
	r := Rating{Solved: a.Solved == "sim", Comment: a.Comment}
	if a.Solved != "sim" && a.Solved != "nao" {
		p.Add("resolvida", "Diga se o problema foi resolvido.")
	}
	if len(a.Score) != 1 || a.Score < "1" || a.Score > "5" {
		p.Add("nota", "Dê uma nota de 1 a 5.")
	} else {
		r.Score = int(a.Score[0] - '0')
	}
	if utf8.RuneCountInString(a.Comment) > commentLimit {
		p.Add("comentario", "Encurte: cabem no máximo 2.000 letras.")
	}
	return r, p.Err()
}

// Rate closes a direct case with what the consumer says of it.
func (s *Service) Rate(ctx context.Context, actor person.Actor, ref Ref, answers RatingAnswers) error {
	r, err := answers.read()
	if err != nil {
		return err
	}
	outcome := NotResolved
	if r.Solved {
		outcome = Resolved
	}
	ref.Version = 0
	return s.act(ctx, actor, AsConsumer, ref, change{act: ActRate, tells: []Role{AsSupplier}, data: map[string]any{"outcome": outcome, "score": r.Score},
		edit:  func(c *Complaint) { c.Outcome, c.ClosedAt = outcome, s.Now() },
		store: func(tx *db.Tx, c Complaint, _ string) error { return insertRating(tx, c.ID, r, s.Now()) }})
}

// insertRating keeps the consumer's latest word: a case that came back may be rated again.
func insertRating(tx *db.Tx, complaintID string, r Rating, at time.Time) error {
	_, err := tx.Exec(`INSERT INTO rating (complaint_id, solved, score, comment, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (complaint_id) DO UPDATE SET solved = excluded.solved, score = excluded.score, comment = excluded.comment, at = excluded.at`,
		complaintID, bit(r.Solved), r.Score, r.Comment, at.UnixMicro())
	return err
}
