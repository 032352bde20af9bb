package overview

import (
	"context"
	"fmt"

	"postern/authz/event"
	"postern/authz/key"
	"postern/storage"
)

// Keys describes all keys, oldest first.
func (b *Board) Keys() []key.Status { return b.keys.List() }

// RotateKeys makes the successors of the keys that sign and seal, each in one transaction with its event. They are
// announced first, or used at once if now is set.
func (b *Board) RotateKeys(ctx context.Context, actor event.Actor, now bool) error {
	for _, use := range []string{key.UseSig, key.UseSeal} {
		if _, err := b.keys.Rotate(ctx, b.recorder(ctx, actor, event.KeyRotated), use, now); err != nil {
			return fmt.Errorf("rotate keys: %w", err)
		}
	}
	return nil
}

// RevokeKey ends a key and all that it made. Errors: ErrNotFound.
func (b *Board) RevokeKey(ctx context.Context, actor event.Actor, kid string) error {
	for _, k := range b.keys.List() {
		if k.ID == kid {
			return b.keys.Revoke(ctx, kid, b.recorder(ctx, actor, event.KeyRevoked))
		}
	}
	return ErrNotFound
}

// recorder writes the event of a change of keys in its transaction.
func (b *Board) recorder(ctx context.Context, actor event.Actor, name event.Name) key.Hook {
	type view struct {
		Use string `json:"use"`
		Alg string `json:"alg"`
	}
	return func(tx *storage.Tx, k storage.Key) error {
		return event.Record(ctx, tx, b.now().UTC(), actor, event.Entry{
			Name: name, Object: event.ObjectKey, ObjectID: k.ID, After: view{k.Use, k.Alg},
		})
	}
}
