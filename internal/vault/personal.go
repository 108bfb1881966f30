package vault

import (
	"encoding/json"
	"fmt"

	"guiche/internal/secret"
)

// Personal is what is sealed of a person, as one text in the column sealed of the table that is about them.
type Personal struct {
	CPF      string `json:"cpf,omitempty"` // eleven digits
	Phone    string `json:"phone,omitempty"`
	Postcode string `json:"postcode,omitempty"`
	Street   string `json:"street,omitempty"`
	Number   string `json:"number,omitempty"`
	Extra    string `json:"extra,omitempty"`
	District string `json:"district,omitempty"`
}

// Seal gives what the column sealed of a row holds.
func (p Personal) Seal(ring *secret.Ring, table, id string) (string, error) {
	plain, err := json.Marshal(p)
	if err != nil {
		return "", err
	}
	return ring.Seal(string(plain), place(table, id)), nil
}

// Open gives back what the column sealed of a row holds; an empty one holds nothing.
func Open(ring *secret.Ring, table, id, sealed string) (p Personal, err error) {
	if sealed == "" {
		return p, nil
	}
	plain, err := ring.Open(sealed, place(table, id))
	if err != nil {
		return p, fmt.Errorf("%s %s: %w", table, id, err)
	}
	return p, json.Unmarshal([]byte(plain), &p)
}

func place(table, id string) string { return table + ".sealed:" + id }
