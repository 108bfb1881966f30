package casefile

import (
	"context"

	"guiche/internal/attachment"
	"guiche/internal/db"
	"guiche/internal/person"
)

// Waiting are the files that came with a form that was refused; the next sending of the form takes them along.
func Waiting(ctx context.Context, files *attachment.Service, complaintID string, who person.Actor) (list []attachment.Attachment, err error) {
	err = files.DB.Read(ctx, func(tx *db.Tx) error {
		list, err = files.Waiting(tx, complaintID, who.AccountID)
		return err
	})
	return list, err
}
