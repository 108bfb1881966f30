package attachment

import "guiche/internal/db"

// Stored is where the bytes of a file are kept, and the SHA-256 of its content.
type Stored struct{ Blob, SHA256 string }

// EachStored goes over all files, those that nobody may see among them.
func EachStored(tx *db.Tx, f func(Stored) error) error {
	const page = 1000
	for after, n := "", page; n == page; {
		rows, err := db.All(tx, scanStored, `SELECT id, blob, sha256 FROM attachment WHERE id > $1 ORDER BY id LIMIT $2`, after, page)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := f(row.Stored); err != nil {
				return err
			}
			after = row.id
		}
		n = len(rows)
	}
	return nil
}

type storedRow struct {
	id string
	Stored
}

func scanStored(r db.Row, s *storedRow) error { return r.Scan(&s.id, &s.Blob, &s.SHA256) }

// HasStored tells whether a file still has its row.
func HasStored(tx *db.Tx, blob string) (bool, error) {
	id, _ := idOfBlob(blob)
	n, err := db.Scalar[int](tx, `SELECT count(*) FROM attachment WHERE id = $1`, id)
	return n > 0, err
}

// ForgetStored takes out the row of a file whose bytes are gone for good.
func ForgetStored(tx *db.Tx, blob string) error {
	id, _ := idOfBlob(blob)
	_, err := tx.Exec(`DELETE FROM attachment WHERE id = $1`, id)
	return err
}
