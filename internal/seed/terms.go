package seed

import (
	"fmt"

	"guiche/internal/db"
	"guiche/internal/supplier"
)

// termsVersion names the text that companies accept. Another text is another version and another file.
const termsVersion = "2026-1"

func addTerms(tx *db.Tx) error {
	body, err := files.ReadFile("data/terms-" + termsVersion + ".txt")
	if err != nil {
		return fmt.Errorf("terms %s: %w", termsVersion, err)
	}
	return supplier.AddTerms(tx, supplier.Terms{Version: termsVersion, Body: string(body), ValidFrom: "2026-01-01"})
}
