package identity

import (
	"context"
	"fmt"
	"time"

	"postern/storage"
)

// Decisions read rows, think, and write whole rows. On PostgreSQL two of them could read before either writes, and the
// second would bring back what the first changed: an old password, a role, a revoked consent. So a decision first writes
// one row that all decisions of its kind write: the later one waits for the earlier, and then reads what that has done.
// On SQLite, where one transaction writes at a time, it changes nothing.
//
// Whoever needs both locks takes the user's first.

// lockStripes is how many rows the locks of users share: users in the same one wait for each other, some milliseconds.
const lockStripes = 64

// lockUser makes decisions about one user wait for each other.
func lockUser(ctx context.Context, tx *storage.Tx, now time.Time, id ID) error {
	return lock(ctx, tx, now, fmt.Sprintf("lock.user.%02d", id[len(id)-1]%lockStripes))
}

// lockAdmins makes decisions that depend on who else is an administrator wait for each other. Without it, two
// administrators could remove each other at the same moment, or two set-ups both find the place empty.
func lockAdmins(ctx context.Context, tx *storage.Tx, now time.Time) error {
	return lock(ctx, tx, now, "lock.administrators")
}

func lock(ctx context.Context, tx *storage.Tx, now time.Time, name string) error {
	if err := tx.PutSetting(ctx, name, nil, now); err != nil {
		return fmt.Errorf("take %s: %w", name, err)
	}
	return nil
}

// userTx is the transaction of a decision about one user.
func (d *Directory) userTx(ctx context.Context, id ID, f func(tx *storage.Tx, now time.Time) error) error {
	now := d.now()
	return d.store.Tx(ctx, func(tx *storage.Tx) error {
		if err := lockUser(ctx, tx, now, id); err != nil {
			return err
		}
		return f(tx, now)
	})
}
