package storage

import (
	"context"
)

func scanClientSecret(r row) (ClientSecret, error) {
	var s ClientSecret
	err := r.Scan(&s.ID, &s.ClientID, (*sum)(&s.Hash), &s.Hint, &s.CreatedBy, (*instant)(&s.CreatedAt),
		(*instant)(&s.ExpiresAt), (*instant)(&s.LastUsedAt))
	return s, err
}

// ClientSecrets lists the secrets of a client, newest first, expired ones too.
func (r reads) ClientSecrets(ctx context.Context, clientID string) ([]ClientSecret, error) {
	return all(ctx, r, "list client secrets", scanClientSecret, `
		select id, client_id, hash, hint, created_by, created_at, expires_at, last_used_at
		from client_secrets where client_id = $1 order by id desc`, clientID)
}

// InsertClientSecret adds a secret. Error: ErrGone, no such client.
func (tx *Tx) InsertClientSecret(ctx context.Context, s ClientSecret) error {
	_, err := tx.exec(ctx, "insert client secret", `
		insert into client_secrets (id, client_id, hash, hint, created_by, created_at, expires_at, last_used_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		s.ID.key(), s.ClientID, s.Hash[:], s.Hint, s.CreatedBy, micros(s.CreatedAt), moment(s.ExpiresAt),
		moment(s.LastUsedAt))
	return tx.changedClient(s.ClientID, err)
}

// UpdateClientSecret changes expires_at. Error: ErrNotFound.
func (tx *Tx) UpdateClientSecret(ctx context.Context, s ClientSecret) error {
	err := tx.must(ctx, "update client secret", "update client_secrets set expires_at = $3 where id = $1 and client_id = $2",
		s.ID.key(), s.ClientID, moment(s.ExpiresAt))
	return tx.changedClient(s.ClientID, err)
}

// DeleteClientSecret removes a secret of a client. Error: ErrNotFound.
func (tx *Tx) DeleteClientSecret(ctx context.Context, clientID string, id ID) error {
	err := tx.must(ctx, "delete client secret", "delete from client_secrets where id = $1 and client_id = $2", id.key(), clientID)
	return tx.changedClient(clientID, err)
}
