package identity

import (
	"context"
	"errors"
	"fmt"

	"postern/authz/event"
	"postern/authz/password"
	"postern/storage"
)

// MinPassword is the least length of a new password, in characters.
const MinPassword = password.MinLen

// SetPassword gives a user a password, as an administrator or command does, and ends all that was theirs by the old one:
// sessions, grants, tokens, reset links. Errors: ErrNotFound and those of password.Check.
func (d *Directory) SetPassword(ctx context.Context, actor event.Actor, id ID, fresh string) error {
	u, err := d.store.User(ctx, id)
	if err != nil {
		return fmt.Errorf("set password: %w", err)
	}
	hash, err := d.newHash(ctx, fresh, u.Email, u.Name)
	if err != nil {
		return err
	}
	now := d.now()
	_, err = d.change(ctx, actor, event.UserPasswordChanged, id, func(tx *storage.Tx, u *User) error {
		u.PasswordHash, u.PasswordChangedAt = hash, now
		return d.endAccess(ctx, tx, u, now, "password set")
	})
	return err
}

// ChangePassword replaces the password of the user of s, who knows the current one, and ends their other sessions. Apps
// keep their access: it does not rest on the password. Attempts count as sign-ins do. Errors: ErrNoPassword, ErrWait,
// ErrNoSession, ErrBusy and those of password.Check.
func (d *Directory) ChangePassword(ctx context.Context, a Attempt, s Session, fresh string) error {
	u, err := d.store.User(ctx, s.UserID)
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	if err := password.Check(fresh, u.Email, u.Name); err != nil {
		return err
	}
	a.Email = u.Email
	if _, err := d.prove(ctx, a); err != nil {
		if errors.Is(err, ErrCredentials) {
			return ErrNoPassword
		}
		return err
	}
	hash, err := d.newHash(ctx, fresh, u.Email, u.Name)
	if err != nil {
		return err
	}
	known, now := u.PasswordHash, d.now()
	_, err = d.change(ctx, self(u, a.actor()), event.UserPasswordChanged, u.ID, func(tx *storage.Tx, u *User) error {
		if u.PasswordHash != known || u.Epoch != s.UserEpoch {
			return ErrNoSession // another decision was faster
		}
		u.PasswordHash, u.PasswordChangedAt = hash, now
		_, err := tx.DeleteSessionsOfUser(ctx, u.ID, s.ID)
		return err
	})
	return err
}

// newHash checks a new password and hashes it. It takes a core for some 20 ms: never inside a transaction.
func (d *Directory) newHash(ctx context.Context, fresh, email, name string) (string, error) {
	if err := password.Check(fresh, email, name); err != nil {
		return "", err
	}
	hash, err := d.hasher.Hash(ctx, fresh)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}
