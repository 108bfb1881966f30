// Package casefile shows what is common to every face's page of a case: the timeline, and a file on its way to the
// browser. It belongs to no visitor; visitors do not import each other.
package casefile

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"guiche/internal/attachment"
	"guiche/internal/audit"
	"guiche/internal/complaint"
	"guiche/internal/person"
)

// Moment is one entry of a timeline: something said, or something that happened.
type Moment struct {
	At     time.Time
	Who    string // name, or the agency for its officers
	Role   complaint.Role
	Mine   bool
	Note   bool   // internal to the officers
	What   string // what happened, in words; empty for a plain message
	Reason string
	Body   string // what was said
	Files  []attachment.Attachment
}

// Timeline puts events and messages of a case in order. agency is the short name shown for what its officers do.
func Timeline(c complaint.Case, reader, agency string) []Moment {
	messages := map[string]complaint.Message{}
	for _, m := range c.Messages {
		messages[m.ID] = m
	}
	files := map[string][]attachment.Attachment{}
	for _, f := range c.Files {
		files[f.MessageID] = append(files[f.MessageID], f)
	}
	var out []Moment
	for _, e := range c.Events {
		m := Moment{At: e.At, Who: e.ActorName, Role: complaint.Role(e.ActorRole), Mine: e.ActorID == reader, What: what(e, agency), Reason: e.Reason}
		if said, ok := messages[complaint.FactsOf(e).Message]; ok {
			m.Body, m.Note, m.Files = said.Body, said.Note(), files[said.ID]
		}
		if complaint.Act(e.Act) == complaint.ActFile {
			m.Files = files[""]
		}
		out = append(out, m)
	}
	return out
}

// what words an event; a message or note needs no words beside its own.
func what(e audit.Event, agency string) string {
	facts := complaint.FactsOf(e)
	switch complaint.Act(e.Act) {
	case complaint.ActFile:
		return "Reclamação registrada"
	case complaint.ActTake:
		return "Alguém do " + agency + " está cuidando do caso"
	case complaint.ActRelease:
		return "O caso voltou para a fila"
	case complaint.ActConfirmJurisdiction:
		return "Competência confirmada"
	case complaint.ActAsk:
		return "O " + agency + " pediu informações"
	case complaint.ActSupply:
		return "Informações enviadas"
	case complaint.ActRefer:
		return "Encaminhada para: " + facts.BodyName
	case complaint.ActRecall:
		return "O " + agency + " voltou a cuidar do caso"
	case complaint.ActClose:
		return "Encerrada. Resultado: " + facts.Outcome.Label()
	case complaint.ActReopen:
		return "Reaberta"
	case complaint.ActRate:
		return fmt.Sprintf("Avaliada: %s, nota %d", strings.ToLower(facts.Outcome.Label()), facts.Score)
	case complaint.ActEscalate:
		return "Enviada ao Procon, com tudo o que já aconteceu"
	case complaint.ActExpire:
		return expired(complaint.State(e.From), agency)
	case complaint.ActRemind:
		return "Lembrete do prazo"
	case complaint.HappenedReturn:
		return "Um e-mail " + toWhom(facts.To) + " voltou: " + complaint.BounceWords(facts.Bounce)
	case complaint.HappenedStranger:
		return "Chegou uma resposta a um e-mail " + toWhom(facts.To) + " de um endereço desconhecido. Ela não entrou no caso"
	}
	return ""
}

func toWhom(r complaint.Role) string {
	if r == complaint.AsSupplier {
		return "à empresa"
	}
	return "ao consumidor"
}

// expired words the end of a clock.
func expired(from complaint.State, agency string) string {
	switch from {
	case complaint.AwaitingSupplier:
		return "A empresa não respondeu no prazo"
	case complaint.AwaitingRating:
		return "O prazo para avaliar terminou. Encerrada sem avaliação"
	}
	return "O prazo para responder ao " + agency + " terminou"
}

// Send writes a file as a download under a sandbox: never shown by the site itself. Its content is checked against
// its recorded hash.
func Send(w http.ResponseWriter, r *http.Request, files *attachment.Service, f attachment.Attachment, who person.Actor) error {
	content, err := files.OpenFor(r.Context(), f, who.AccountID)
	if err != nil {
		return err
	}
	defer content.Close()
	h := w.Header()
	h.Set("Content-Type", f.MediaType)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	_, _ = io.Copy(w, content) // a visitor who left needs no answer
	return nil
}
