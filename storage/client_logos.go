package storage

import (
	"context"
	"time"
)

// ClientLogo returns a client's logo and the hex SHA-256 that its URL carries. Error: ErrNotFound.
func (r reads) ClientLogo(ctx context.Context, clientID string) (png []byte, sum string, err error) {
	type logo struct {
		png []byte
		sum string
	}
	l, err := one(ctx, r, "read client logo", func(r row) (logo, error) {
		var l logo
		err := r.Scan(&l.png, &l.sum)
		return l, err
	}, "select png, sum from client_logos where client_id = $1", clientID)
	return l.png, l.sum, err
}

// PutClientLogo sets a client's logo. Error: ErrGone, no such client.
func (tx *Tx) PutClientLogo(ctx context.Context, clientID string, png []byte, sum string, at time.Time) error {
	_, err := tx.exec(ctx, "put client logo", `
		insert into client_logos (client_id, png, sum, updated_at) values ($1, $2, $3, $4)
		on conflict (client_id) do update set png = excluded.png, sum = excluded.sum, updated_at = excluded.updated_at`,
		clientID, png, sum, micros(at))
	return tx.changedClient(clientID, err)
}

// DeleteClientLogo removes a client's logo. Error: ErrNotFound.
func (tx *Tx) DeleteClientLogo(ctx context.Context, clientID string) error {
	err := tx.must(ctx, "delete client logo", "delete from client_logos where client_id = $1", clientID)
	return tx.changedClient(clientID, err)
}
