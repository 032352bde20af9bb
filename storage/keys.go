package storage

import (
	"context"
)

func scanKey(r row) (Key, error) {
	var k Key
	err := r.Scan(&k.ID, &k.Use, &k.Ordinal, &k.Alg, &k.Sealed, &k.Public, (*instant)(&k.CreatedAt), (*instant)(&k.ActiveAt),
		(*instant)(&k.RetiredAt), (*instant)(&k.ExpiresAt), (*instant)(&k.RevokedAt))
	return k, err
}

// Keys lists all keys that have not expired, oldest first. Revoked ones are among them until they expire.
func (r reads) Keys(ctx context.Context) ([]Key, error) {
	return all(ctx, r, "list keys", scanKey, `
		select id, use_for, ordinal, alg, sealed, public, created_at, active_at, retired_at, expires_at, revoked_at
		from keys where expires_at is null or expires_at > $1 order by created_at, ordinal, id`, micros(r.now()))
}

// InsertKey adds a key. Error: ErrConflict, the same use, alg and ordinal exists.
func (tx *Tx) InsertKey(ctx context.Context, k Key) error {
	_, err := tx.exec(ctx, "insert key", `
		insert into keys (id, use_for, ordinal, alg, sealed, public, created_at, active_at, retired_at, expires_at,
			revoked_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		k.ID, k.Use, k.Ordinal, k.Alg, k.Sealed, k.Public, micros(k.CreatedAt), micros(k.ActiveAt), moment(k.RetiredAt),
		moment(k.ExpiresAt), moment(k.RevokedAt))
	return tx.changedKey(k.ID, err)
}

// UpdateKey changes the sealed bytes and the times but created_at. Error: ErrNotFound.
func (tx *Tx) UpdateKey(ctx context.Context, k Key) error {
	err := tx.must(ctx, "update key", `
		update keys set sealed = $2, public = $3, active_at = $4, retired_at = $5, expires_at = $6, revoked_at = $7
		where id = $1`,
		k.ID, k.Sealed, k.Public, micros(k.ActiveAt), moment(k.RetiredAt), moment(k.ExpiresAt), moment(k.RevokedAt))
	return tx.changedKey(k.ID, err)
}

func (tx *Tx) changedKey(id string, err error) error {
	if err == nil {
		tx.changed(Change{Kind: ChangeKey, ID: id})
	}
	return err
}
