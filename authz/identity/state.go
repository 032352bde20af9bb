package identity

import (
	"context"
	"fmt"
	"time"

	"postern/authz/event"
	"postern/storage"
)

// Disable keeps a user out: no sign-in, and every session, grant, code and access token of theirs is dead when it
// returns. Disabling a disabled user changes nothing. Errors: ErrNotFound, ErrLastAdmin.
func (d *Directory) Disable(ctx context.Context, actor event.Actor, id ID) error {
	now := d.now()
	_, err := d.change(ctx, actor, event.UserDisabled, id, func(tx *storage.Tx, u *User) error {
		if !u.DisabledAt.IsZero() {
			return nil
		}
		u.DisabledAt = now
		if err := d.endAccess(ctx, tx, u, now, "user disabled"); err != nil {
			return err
		}
		if !u.IsAdmin {
			return nil
		}
		return keepAdmin(ctx, tx, *u, now)
	})
	return err
}

// Enable lets a disabled user in again. What was ended stays so. Error: ErrNotFound.
func (d *Directory) Enable(ctx context.Context, actor event.Actor, id ID) error {
	_, err := d.change(ctx, actor, event.UserEnabled, id, func(_ *storage.Tx, u *User) error {
		u.DisabledAt = time.Time{}
		return nil
	})
	return err
}

// Delete removes a user with sessions, consents and memberships, and ends grants and tokens at once. The audit trail
// keeps what it says about them. Errors: ErrNotFound, ErrLastAdmin.
func (d *Directory) Delete(ctx context.Context, actor event.Actor, id ID) error {
	err := d.userTx(ctx, id, func(tx *storage.Tx, now time.Time) error {
		u, err := tx.User(ctx, id)
		if err != nil {
			return err
		}
		view := viewOf(u)
		if err := d.endAccess(ctx, tx, &u, now, "user deleted"); err != nil {
			return err
		}
		if err := deleteUser(ctx, tx, u, now); err != nil {
			return err
		}
		return recordUser(ctx, tx, now, actor, event.UserDeleted, id, view, nil)
	})
	if err != nil {
		return fmt.Errorf("delete user: %w", err)
	}
	return nil
}

func deleteUser(ctx context.Context, tx *storage.Tx, u User, now time.Time) error {
	if !u.IsAdmin {
		return tx.DeleteUser(ctx, u.ID)
	}
	if err := lockAdmins(ctx, tx, now); err != nil {
		return err
	}
	if err := tx.DeleteUser(ctx, u.ID); err != nil {
		return err
	}
	return requireAdmin(ctx, tx)
}

// SignOutEverywhere ends all sessions of a user but except. When except is zero, it also ends every grant, code and
// access token: whoever has something of this user's has nothing any more. Error: ErrNotFound.
func (d *Directory) SignOutEverywhere(ctx context.Context, actor event.Actor, id, except ID) error {
	err := d.userTx(ctx, id, func(tx *storage.Tx, now time.Time) error {
		u, err := tx.User(ctx, id)
		if err != nil {
			return err
		}
		if except.IsZero() {
			err = d.endAccess(ctx, tx, &u, now, "signed out everywhere")
		} else {
			_, err = tx.DeleteSessionsOfUser(ctx, id, except)
		}
		if err != nil {
			return err
		}
		return recordUser(ctx, tx, now, actor, event.UserSignedOutEverywhere, id, nil,
			map[string]bool{"apps_too": except.IsZero()})
	})
	if err != nil {
		return fmt.Errorf("sign out everywhere: %w", err)
	}
	return nil
}

// endAccess ends everything that acts for u, and sets u.Epoch to the least that lives from now on.
func (d *Directory) endAccess(ctx context.Context, tx *storage.Tx, u *User, now time.Time, reason string) error {
	epoch, err := tx.BumpUserEpoch(ctx, u.ID)
	if err != nil {
		return fmt.Errorf("end access: %w", err)
	}
	u.Epoch = epoch
	err = tx.PutRevocation(ctx, storage.Revocation{
		Kind: storage.RevokedUser, ID: u.ID, Epoch: epoch, ExpiresAt: now.Add(revocationTTL),
	})
	if err != nil {
		return fmt.Errorf("end access: %w", err)
	}
	if _, err := tx.DeleteSessionsOfUser(ctx, u.ID, ID{}); err != nil {
		return fmt.Errorf("end access: %w", err)
	}
	if _, err := tx.RevokeGrantsOf(ctx, u.ID, "", ID{}, now, reason); err != nil {
		return fmt.Errorf("end access: %w", err)
	}
	return nil
}
