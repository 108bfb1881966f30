package attachment

import (
	"context"
	"io"
	"time"

	"guiche/internal/blob"
	"guiche/internal/db"
	"guiche/internal/job"
)

// Kind is what a file is meant to prove.
type Kind string

// The kinds of files.
const (
	AddressProof  Kind = "address_proof"
	Identity      Kind = "identity"
	RelationProof Kind = "relation_proof"
	Other         Kind = "other"
	Message       Kind = "message"
)

// Kinds of the complaint form, in its order.
func Kinds() []Kind { return []Kind{AddressProof, Identity, RelationProof, Other} }

// Label is the kind in words people read.
func (k Kind) Label() string { label, _ := k.words(); return label }

// Field is the name of the form field the kind is sent in.
func (k Kind) Field() string { _, field := k.words(); return field }

// Valid tells whether k is one of the kinds.
func (k Kind) Valid() bool { return k.Field() != "" }

func (k Kind) words() (label, field string) {
	switch k {
	case AddressProof:
		return "Comprovante de endereço", "comprovante_endereco"
	case Identity:
		return "Documento de identidade", "documento_identidade"
	case RelationProof:
		return "Comprovante da relação de consumo", "comprovante_relacao"
	case Other:
		return "Outros documentos", "outros"
	case Message:
		return "Anexos", "anexos"
	}
	return "", ""
}

// Scan is what is known about viruses in a file.
type Scan string

// The scan states. Unscanned files came while no scanner was configured.
const (
	Pending   Scan = "pending"
	Clean     Scan = "clean"
	Infected  Scan = "infected"
	Unscanned Scan = "unscanned"
)

// Attachment is one file that was taken. Name is clean text with an extension that fits the content.
type Attachment struct {
	ID          string
	DraftID     string // empty once filed
	ComplaintID string // empty while it belongs to a draft
	MessageID   string
	// RegistrationID is the request to act for a company that the file belongs to; empty: none.
	RegistrationID string
	Kind           Kind
	Name           string
	MediaType      string
	Size           int64
	SHA256         string
	Blob           string
	Scan           Scan
	By             string // account
	At             time.Time
}

// Limits of what is taken.
type Limits struct {
	FileBytes int64
	Files     int // of one draft or one case
	Pixels    int64
}

// DefaultLimits are 20 MB a file, 30 files, 100 megapixels.
func DefaultLimits() Limits { return Limits{FileBytes: 20 << 20, Files: 30, Pixels: 100_000_000} }

// Scanner looks for viruses. An err means it could not look.
type Scanner func(ctx context.Context, r io.Reader) (clean bool, virus string, err error)

// Service takes and gives files.
type Service struct {
	DB     *db.DB
	Blobs  blob.Store
	Jobs   *job.Queue
	Now    func() time.Time
	Limits Limits
	// Scanner, when there is one, must find a file clean before anybody opens it.
	Scanner Scanner
}

// Upload is a file somebody sends. Exactly one of DraftID, ComplaintID and RegistrationID is set; that By may write
// there is for the caller to know.
type Upload struct {
	Kind        Kind
	Name        string
	Reader      io.Reader
	By          string
	DraftID     string
	ComplaintID string
	// RegistrationID is a request to act for a company that was not sent yet.
	RegistrationID string
}
