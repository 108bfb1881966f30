package attachment

import (
	"slices"
	"strings"
	"time"

	"guiche/internal/db"
	"guiche/internal/fault"
)

const columns = `id, draft_id, complaint_id, message_id, kind, name, media_type, size, sha256, blob, scan, uploaded_by, at, registration_id`

func scanRow(r db.Row, a *Attachment) error {
	var at int64
	err := r.Scan(&a.ID, &a.DraftID, &a.ComplaintID, &a.MessageID, &a.Kind, &a.Name, &a.MediaType, &a.Size, &a.SHA256, &a.Blob, &a.Scan, &a.By, &at, &a.RegistrationID)
	a.At = time.UnixMicro(at).UTC()
	return err
}

func insert(tx *db.Tx, a Attachment) error {
	_, err := tx.Exec(`INSERT INTO attachment (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		a.ID, a.DraftID, a.ComplaintID, a.MessageID, a.Kind, a.Name, a.MediaType, a.Size, a.SHA256, a.Blob, a.Scan, a.By, a.At.UnixMicro(), a.RegistrationID)
	return err
}

// lockOwner makes uploads to one draft or case wait for each other, so that the count holds, and touches the draft.
// A draft that was sent or discarded meanwhile takes no more files: they would be lost without a word.
func lockOwner(tx *db.Tx, u Upload, at time.Time) (err error) {
	var found int64
	switch {
	case u.DraftID != "":
		found, err = tx.Exec(`UPDATE draft SET touched_at = $3 WHERE id = $1 AND account_id = $2 AND complaint_id IS NULL`, u.DraftID, u.By, at.UnixMicro())
	case u.RegistrationID != "":
		found, err = tx.Exec(`UPDATE registration SET created_at = created_at WHERE id = $1 AND account_id = $2 AND state = 'draft'`, u.RegistrationID, u.By)
	default:
		found, err = tx.Exec(`UPDATE complaint SET updated_at = updated_at WHERE id = $1`, u.ComplaintID)
	}
	if err == nil && found == 0 && u.RegistrationID != "" {
		return fault.New(fault.NotFound, "Este pedido já foi enviado ou cancelado.")
	}
	if err == nil && found == 0 {
		return fault.New(fault.NotFound, "Este rascunho já foi enviado ou excluído. Abra a sua reclamação pelo painel e envie o arquivo por lá.")
	}
	return err
}

func countOwned(tx *db.Tx, u Upload) (int, error) {
	owner, id := ownedBy(u.DraftID, u.ComplaintID, u.RegistrationID)
	return db.Scalar[int](tx, `SELECT count(*) FROM attachment WHERE `+owner, id)
}

// ownedBy is the condition on the owner of a file, and its value.
func ownedBy(draftID, complaintID, registrationID string) (condition, id string) {
	switch {
	case draftID != "":
		return `draft_id = $1 AND draft_id <> ''`, draftID
	case registrationID != "":
		return `registration_id = $1 AND registration_id <> ''`, registrationID
	}
	return `complaint_id = $1 AND complaint_id <> ''`, complaintID
}

// findTwin is the same content sent by the same person for the same purpose and not used in a message yet.
func findTwin(tx *db.Tx, a Attachment) (Attachment, error) {
	owner, id := ownedBy(a.DraftID, a.ComplaintID, a.RegistrationID)
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

// OfAttendance lists the files of a case about a further company: what came with the attendance's first case, and its
// own.
func (s *Service) OfAttendance(tx *db.Tx, complaintID, firstID string) ([]Attachment, error) {
	return db.All(tx, scanRow, `SELECT `+columns+` FROM attachment WHERE complaint_id = $1 AND complaint_id <> '' AND NOT (kind = 'message' AND message_id = '')
		UNION ALL SELECT `+columns+` FROM attachment WHERE complaint_id = $2 AND complaint_id <> '' AND kind <> 'message' AND message_id = ''
		ORDER BY at, id`, complaintID, firstID)
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
	ids, err := s.distinct(ids)
	if len(ids) == 0 || err != nil {
		return err
	}
	var q db.Query
	q.Add(`UPDATE attachment SET message_id = ? WHERE complaint_id = ? AND complaint_id <> '' AND message_id = '' AND uploaded_by = ? AND kind = ?`,
		messageID, complaintID, accountID, Message).In(`AND id IN`, ids)
	n, err := tx.Exec(q.Text(), q.Args()...)
	if err == nil && n != int64(len(ids)) {
		err = errNotWaiting()
	}
	return err
}

func errNotWaiting() error {
	return fault.New(fault.Conflict, "Um dos arquivos já foi enviado ou excluído. Confira a lista de arquivos e envie de novo.")
}

// distinct sorts ids and names each once: a file kept from a refused form may be chosen again. More than a case may
// have cannot all be there.
func (s *Service) distinct(ids []string) ([]string, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(ids) > s.Limits.Files {
		return nil, errNotWaiting()
	}
	return ids, nil
}

// AllSaid tells whether a person has said the contents of all these files in messages of the case already.
func (s *Service) AllSaid(tx *db.Tx, ids []string, complaintID, accountID string) (bool, error) {
	ids, err := s.distinct(ids)
	if len(ids) == 0 || err != nil {
		return err == nil, err
	}
	var q db.Query
	q.Add(`SELECT count(*) FROM attachment f WHERE NOT EXISTS (SELECT 1 FROM attachment said WHERE said.complaint_id = ? AND said.complaint_id <> ''
		AND said.uploaded_by = ? AND said.message_id <> '' AND said.sha256 = f.sha256)`, complaintID, accountID).In(`AND f.id IN`, ids)
	n, err := db.Scalar[int](tx, q.Text(), q.Args()...)
	return n == 0, err
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
