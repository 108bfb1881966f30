package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"guiche/internal/web/session"
)

// crowd is how many people share the load of the soak, so that each files a few complaints in an hour, not thousands.
const crowd = 10_000

// resident is somebody with an account and a session, which ends when it is not used for half an hour.
type resident struct {
	who
	session *http.Cookie
}

// settlePeople makes so many people while the program is stopped, and starts it again.
func (b *bench) settlePeople(n int) ([]resident, error) {
	i, err := b.stopped()
	if err != nil {
		return nil, err
	}
	people, err := b.loader.residents(b.ctx, i, n)
	if err := errors.Join(err, i.db.Close()); err != nil {
		return nil, err
	}
	_, err = b.program.start(b.ctx)
	return people, err
}

func (l *loader) residents(ctx context.Context, i *installation, n int) ([]resident, error) {
	accounts, err := l.history(i).Consumers(ctx, n)
	if err != nil {
		return nil, err
	}
	people := make([]resident, n)
	sessions := session.NewManager(&session.Store{DB: i.db, Now: time.Now, Secrets: i.secrets}, false)
	_, err = drive(clients, time.Hour, n/clients, func(client, call int) error {
		at := call*clients + client
		cookie, err := session.Begin(ctx, sessions, accounts[at].ID)
		people[at] = resident{who{accounts[at].CPF, accounts[at].Email, "51999990009"}, cookie}
		return err
	})
	return people, err
}
