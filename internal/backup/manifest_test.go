package backup

import (
	"errors"
	"testing"

	"guiche/internal/db"
)

func TestABackupOfANewerProgramIsRefused(t *testing.T) {
	known, err := db.KnownSchema()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		m     Manifest
		newer bool
	}{
		{"of this program", Manifest{Format: Format, Schema: known}, false},
		{"of an older one", Manifest{Format: Format, Schema: known - 1}, false},
		{"with a schema to come", Manifest{Format: Format, Schema: known + 1}, true},
		{"of a format to come", Manifest{Format: Format + 1, Schema: known}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := test.m.check(); errors.Is(err, ErrNewer) != test.newer {
				t.Errorf("got %v", err)
			}
		})
	}
}
