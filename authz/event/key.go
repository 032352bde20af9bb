package event

import (
	"context"
	"time"

	"postern/storage"
)

// ForKey records what happened to a key, in the transaction that it happened in: it is a key.Hook.
func ForKey(ctx context.Context, now func() time.Time, actor Actor) func(*storage.Tx, storage.Key) error {
	return func(tx *storage.Tx, k storage.Key) error {
		name := KeyCreated
		switch {
		case !k.RevokedAt.IsZero():
			name = KeyRevoked
		case !k.RetiredAt.IsZero():
			name = KeyRotated
		}
		return Record(ctx, tx, now(), actor, Entry{
			Name: name, Object: ObjectKey, ObjectID: k.ID, After: map[string]string{"use": k.Use, "alg": k.Alg},
		})
	}
}
