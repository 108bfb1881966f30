package vault

import (
	"context"
	"fmt"
	"strings"

	"guiche/internal/db"
	"guiche/internal/secret"
)

// SealText seals a JSON object that stands in a column of its own, "draft.data".
func SealText(ring *secret.Ring, column, id string, plain []byte) string {
	return ring.Seal(string(plain), column+":"+id)
}

// OpenText gives back what SealText sealed. A brace begins what is from before there was a key.
func OpenText(ring *secret.Ring, column, id, sealed string) ([]byte, error) {
	if strings.HasPrefix(sealed, "{") {
		return []byte(sealed), nil
	}
	plain, err := ring.Open(sealed, column+":"+id)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", column, id, err)
	}
	return []byte(plain), nil
}

// texts are the columns that hold such objects.
var texts = []slot{
	{"draft", "id", "data"},
	{"session", "token", "data"},
}

// pair is a row of texts.
type pair struct{ id, value string }

func scanPair(r db.Row, p *pair) error { return r.Scan(&p.id, &p.value) }

// sealTexts is SealPlain for texts; an empty object holds nothing.
func sealTexts(ctx context.Context, d *db.DB, ring *secret.Ring) (sealed int, err error) {
	for _, t := range texts {
		for n := batch; n == batch; sealed += n {
			err = d.Transact(ctx, func(tx *db.Tx) error {
				rows, err := db.All(tx, scanPair, `SELECT `+t.key+`, `+t.column+` FROM `+t.table+` WHERE substr(`+t.column+`, 1, 1) = '{' AND `+t.column+` <> '{}' ORDER BY `+t.key+` LIMIT $1`+tx.ForUpdate(), batch)
				n = len(rows)
				for _, row := range rows {
					if _, err := tx.Exec(`UPDATE `+t.table+` SET `+t.column+` = $2 WHERE `+t.key+` = $1`, row.id, SealText(ring, t.table+"."+t.column, row.id, []byte(row.value))); err != nil {
						return err
					}
				}
				if err != nil || n == 0 {
					return err
				}
				return oweRewrite(tx)
			})
			if err != nil {
				return sealed, err
			}
		}
	}
	return sealed, nil
}
