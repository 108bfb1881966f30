package attachment

import (
	"strings"
	"time"

	"guiche/internal/db"
	"guiche/internal/fault"
)

const columns = `id, draft_id, complaint_id, message_id, kind, name, media_type, size, sha256, blob, scan, uploaded_by, at`

func scanRow(r db.Row, a *Attachment) error {
	var at int64
	err := r.Scan(&a.ID, &a.DraftID, &a.ComplaintID, &a.MessageID, &a.Kind, &a.Name, &a.MediaType, &a.Size, &a.SHA256, &a.Blob, &a.Scan, &a.By, &at)
	a.At = time.UnixMicro(at).UTC()
	return err
}

func insert(tx *db.Tx, a Attachment) error {
	_, err := tx.Exec(`INSERT INTO attachment (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		a.ID, a.DraftID, a.ComplaintID, a.MessageID, a.Kind, a.Name, a.MediaType, a.Size, a.SHA256, a.Blob, a.Scan, a.By, a.At.UnixMicro())
	return err
}

// lockOwner makes uploads to one draft or case wait for each other, so that the count holds, and touches the draft.
// A draft that was sent or discarded meanwhile takes no more files: they would be lost without a word.
func lockOwner(tx *db.Tx, u Upload, at time.Time) (err error) {
	var found int64
	if u.DraftID != "" {
		found, err = tx.Exec(`UPDATE draft SET touched_at = $3 WHERE id = $1 AND account_id = $2 AND complaint_id IS NULL`, u.DraftID, u.By, at.UnixMicro())
	} else {
		found, err = tx.Exec(`UPDATE complaint SET updated_at = updated_at WHERE id = $1`, u.ComplaintID)
	}
	if err == nil && found == 0 {
		return fault.New(fault.NotFound, "Este rascunho já foi enviado ou excluído. Abra a sua reclamação pelo painel e envie o arquivo por lá.")
	}
	return err
}

func countOwned(tx *db.Tx, u Upload) (int, error) {
	if u.DraftID != "" {
		return db.Scalar[int](tx, `SELECT count(*) FROM attachment WHERE draft_id = $1 AND draft_id <> ''`, u.DraftID)
	}
	return db.Scalar[int](tx, `SELECT count(*) FROM attachment WHERE complaint_id = $1 AND complaint_id <> ''`, u.ComplaintID)
}

// findTwin is the same content sent by the same person for the same purpose and not used in a message yet.
func findTwin(tx *db.Tx, a Attachment) (Attachment, error) {
	owner, id := `draft_id = $1 AND draft_id <> ''`, a.DraftID
	if id == "" {
		owner, id = `complaint_id = $1 AND complaint_id <> ''`, a.ComplaintID
	}
	return db.One(tx, scanRow, `SELECT `+columns+` FROM attachment WHERE `+owner+`
		AND kind = $2 AND sha256 = $3 AND uploaded_by = $4 AND message_id = ''`, id, a.Kind, a.SHA256, a.By)
}

// InDraft lists the files of a draft, in the order they came.
func (s *Service) InDraft(tx *db.Tx, draftID string) ([]Attachment, error) {
	return db.All(tx, scanRow, `SELECT `+columns+` FROM attachment WHERE draft_id = $1 AND draft_id <> '' ORDER BY at, id`, draftID)
}

// OfComplaint lists the files of a case, in the order they came, without those whose message is not written yet.
// Files of officers' notes are among them: MessageID tells.
func (s *Service) OfComplaint(tx *db.Tx, complaintID string) ([]Attachment, error) {
	return db.All(tx, scanRow, `SELECT `+columns+` FROM attachment WHERE complaint_id = $1 AND complaint_id <> ''
		AND NOT (kind = 'message' AND message_id = '') ORDER BY at, id`, complaintID)
}

// Waiting lists what a person has sent for the next message in a case.
func (s *Service) Waiting(tx *db.Tx, complaintID, accountID string) ([]Attachment, error) {
	return db.All(tx, scanRow, `SELECT `+columns+` FROM attachment WHERE complaint_id = $1 AND complaint_id <> ''
		AND kind = 'message' AND message_id = '' AND uploaded_by = $2 ORDER BY at, id`, complaintID, accountID)
}

// ByID is one file, whoever may see it; fault.NotFound when there is none.
func (s *Service) ByID(tx *db.Tx, id string) (Attachment, error) {
	return db.One(tx, scanRow, `SELECT `+columns+` FROM attachment WHERE id = $1`, id)
}

// Adopt moves the files of a draft to the complaint it became, in the transaction of the filing.
func (s *Service) Adopt(tx *db.Tx, draftID, complaintID string) error {
	_, err := tx.Exec(`UPDATE attachment SET complaint_id = $1, draft_id = '' WHERE draft_id = $2 AND draft_id <> ''`, complaintID, draftID)
	return err
}

// Bind gives files sent by a person to the message they were sent for. An id that is not such a file of the case (the
// documents of the filing stay with it) is fault.Conflict, and nothing should be kept.
func (s *Service) Bind(tx *db.Tx, ids []string, complaintID, messageID, accountID string) error {
	if len(ids) == 0 {
		return nil
	}
	var q db.Query
	q.Add(`UPDATE attachment SET message_id = ? WHERE complaint_id = ? AND complaint_id <> '' AND message_id = '' AND uploaded_by = ? AND kind = ?`,
		messageID, complaintID, accountID, Message).In(`AND id IN`, ids)
	n, err := tx.Exec(q.Text(), q.Args()...)
	if err == nil && n != int64(len(ids)) {
		return fault.New(fault.Conflict, "Um dos arquivos já foi enviado ou excluído. Confira a lista de arquivos e envie de novo.")
	}
	return err
}

// blobKey derives the key from the id, so that Sweep finds the row of a blob by its primary key. The last letters
// of the id are random and spread the files over 256 folders.
func blobKey(id string) string { return blobArea + id[len(id)-2:] + "/" + id }

const blobArea = "attachment/"

// idOfBlob is the id in a key made by blobKey; other keys of the store are not ours.
func idOfBlob(key string) (id string, ours bool) {
	if !strings.HasPrefix(key, blobArea) {
		return "", false
	}
	id = key[strings.LastIndexByte(key, '/')+1:]
	return id, len(id) == 36 && key == blobKey(id)
}
