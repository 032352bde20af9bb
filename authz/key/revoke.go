package key

import (
	"context"
	"fmt"
	"slices"
	"time"

	"postern/storage"
)

// shownRevoked is how long a revoked key stays in List.
const shownRevoked = 24 * time.Hour

// Revoke ends the key named kid, and with it all that it made, on every node as soon as it hears of it (well within a
// second). The current key is replaced in the same transaction, by the announced one if there is one; so is an
// announced key. A kid that is revoked already stays so.
//
//   - ErrNoKey: there is no such key
func (r *Ring) Revoke(ctx context.Context, kid string, hook Hook) error {
	old, err := r.named(ctx, kid)
	if err != nil {
		return err
	}
	f, err := newFresh(old.Use, old.Alg)
	if err != nil {
		return err
	}
	err = r.change(ctx, func(tx *storage.Tx, rows []storage.Key) error { return r.revoke(ctx, tx, rows, kid, f, hook) })
	if err != nil {
		return fmt.Errorf("revoke key: %w", err)
	}
	return nil
}

func (r *Ring) named(ctx context.Context, kid string) (storage.Key, error) {
	if err := r.Reload(ctx); err != nil {
		return storage.Key{}, err
	}
	rows := r.keys.Load().rows
	i := find(rows, kid)
	if i < 0 {
		return storage.Key{}, ErrNoKey
	}
	return rows[i], nil
}

func find(rows []storage.Key, kid string) int {
	return slices.IndexFunc(rows, func(k storage.Key) bool { return k.ID == kid })
}

// revoke marks the key first and replaces it then: the other order would have two keys in use for a moment of the audit
// trail.
func (r *Ring) revoke(ctx context.Context, tx *storage.Tx, rows []storage.Key, kid string, f fresh, hook Hook) error {
	i := find(rows, kid)
	if i < 0 {
		return ErrNoKey
	}
	k := &rows[i] // in place, so that what follows sees it revoked too
	if !k.RevokedAt.IsZero() {
		return nil
	}
	wasCurrent := current(rows, k.Use, k.Alg, r.now()).ID == kid
	wasNewest := newest(rows, k.Use, k.Alg).ID == kid
	k.RevokedAt = r.instant()
	if end := k.RevokedAt.Add(shownRevoked); k.ExpiresAt.IsZero() || k.ExpiresAt.After(end) {
		k.ExpiresAt = end
	}
	if err := r.update(ctx, tx, *k, hook); err != nil {
		return err
	}
	return r.replace(ctx, tx, rows, *k, f, wasCurrent, wasNewest)
}

func (r *Ring) replace(
	ctx context.Context, tx *storage.Tx, rows []storage.Key, old storage.Key, f fresh, wasCurrent, wasNewest bool,
) error {
	at := r.instant()
	switch {
	case wasNewest && wasCurrent:
		_, err := r.insert(ctx, tx, f, old.Ordinal+1, at, r.made)
		return err
	case wasNewest: // it was announced
		next, err := r.insert(ctx, tx, f, old.Ordinal+1, at.Add(r.announce), r.made)
		if err != nil {
			return err
		}
		return r.retire(ctx, tx, rows, next)
	case wasCurrent: // its successor is announced
		next := newest(rows, old.Use, old.Alg)
		next.ActiveAt = at
		return r.update(ctx, tx, next, nil)
	}
	return nil
}
