package identity

import (
	"context"
	"time"

	"postern/authz/event"
	"postern/storage"
)

// MakeAdmin gives a user every right on this server. Error: ErrNotFound.
func (d *Directory) MakeAdmin(ctx context.Context, actor event.Actor, id ID) error {
	_, err := d.change(ctx, actor, event.UserAdminGiven, id, func(_ *storage.Tx, u *User) error {
		u.IsAdmin = true
		return nil
	})
	return err
}

// RemoveAdmin takes administrator rights away. They are read anew with every request, so the user may stay signed in.
// Errors: ErrNotFound, ErrLastAdmin.
func (d *Directory) RemoveAdmin(ctx context.Context, actor event.Actor, id ID) error {
	_, err := d.change(ctx, actor, event.UserAdminTaken, id, func(tx *storage.Tx, u *User) error {
		if !u.IsAdmin {
			return nil
		}
		u.IsAdmin = false
		return keepAdmin(ctx, tx, *u, d.now())
	})
	return err
}

// keepAdmin writes u, about to stop being a live administrator, and fails if no other is left.
func keepAdmin(ctx context.Context, tx *storage.Tx, u User, now time.Time) error {
	if err := lockAdmins(ctx, tx, now); err != nil {
		return err
	}
	if had, err := tx.HasAdmin(ctx); err != nil || !had {
		return err // none to lose
	}
	if err := tx.UpdateUser(ctx, u); err != nil {
		return err
	}
	return requireAdmin(ctx, tx)
}

func requireAdmin(ctx context.Context, tx *storage.Tx) error {
	left, err := tx.HasAdmin(ctx)
	if err == nil && !left {
		return ErrLastAdmin
	}
	return err
}
