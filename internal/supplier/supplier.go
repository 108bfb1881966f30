package supplier

import "time"

// NameKind is what a name of a supplier is.
type NameKind string

// The kinds of names.
const (
	TradeName  NameKind = "trade"
	LegalName  NameKind = "legal"
	FormerName NameKind = "former"
	Alias      NameKind = "alias"
)

// Supplier is a company (fornecedor).
type Supplier struct {
	ID           string
	CNPJ         string // fourteen characters without mask; empty when not known
	TradeName    string
	LegalName    string
	Segment      string    // code of taxonomy.Segments
	Seat         string    // IBGE code of the municipality, or empty
	RegisteredAt time.Time // signed the terms of the direct channel; zero: not registered
	AnswerDays   int       // calendar days in which a registered supplier promises to answer
	Former       []string  // earlier names
	Aliases      []string  // other names that people use
	NoticeEmail  string    // where the company is told of its cases
	NoticePhone  string
	MergedInto   string // id of the supplier that this one turned out to be; empty: it stands for itself
}

// Registered tells whether the supplier answers on the direct channel.
func (s Supplier) Registered() bool { return !s.RegisteredAt.IsZero() }

// DefaultAnswerDays is the deadline of the direct channel, as on consumidor.gov.br.
const DefaultAnswerDays = 10

// Hit is a supplier that fits what was typed.
type Hit struct {
	Supplier
	// MatchedName is the former name or alias that fits better than the names shown anyway; else empty.
	MatchedName string
}
