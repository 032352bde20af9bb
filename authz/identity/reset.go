package identity

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"postern/authz/event"
	"postern/storage"
)

const resetPurpose = "reset"

// ResetLink makes the token of a link with which a user sets a new password, once, until expires (LG-33). Whoever has it
// is that user: it is for one pair of eyes and never logged. Making another leaves the first in force. Errors:
// ErrNotFound, ErrDisabled.
func (d *Directory) ResetLink(ctx context.Context, actor event.Actor, id ID) (token string, expires time.Time, err error) {
	now := d.now()
	expires = now.Add(d.ttl.reset).Truncate(time.Second)
	err = d.store.Tx(ctx, func(tx *storage.Tx) error {
		u, err := tx.User(ctx, id)
		if err != nil {
			return err
		}
		if !u.DisabledAt.IsZero() {
			return ErrDisabled
		}
		mark := fingerprint(u)
		if token, err = d.mint.SealState(resetPurpose, append(u.ID[:], mark[:]...), expires, nil); err != nil {
			return err
		}
		return recordUser(ctx, tx, now, actor, event.UserResetLinkMade, id, nil, map[string]time.Time{"expires_at": expires})
	})
	if err != nil {
		return "", time.Time{}, fmt.Errorf("make reset link: %w", err)
	}
	return token, expires, nil
}

// ResetUser returns whose password a link sets, and changes nothing. Error: ErrLink.
func (d *Directory) ResetUser(ctx context.Context, token string) (User, error) {
	id, mark, err := d.openReset(token)
	if err != nil {
		return User{}, err
	}
	u, err := d.store.User(ctx, id)
	if err := matchReset(u, mark, err); err != nil {
		return User{}, err
	}
	return u, nil
}

// Reset sets the password that a link is for, and ends every session, grant and token of the user (LG-33). from has the
// address and the request. Of concurrent uses of one link, one wins. Errors: ErrLink and those of password.Check.
func (d *Directory) Reset(ctx context.Context, from event.Actor, token, fresh string) (User, error) {
	u, err := d.ResetUser(ctx, token)
	if err != nil {
		return User{}, err
	}
	hash, err := d.newHash(ctx, fresh, u.Email, u.Name)
	if err != nil {
		return User{}, err
	}
	mark, now := fingerprint(u), d.now()
	return d.change(ctx, self(u, from), event.UserPasswordReset, u.ID, func(tx *storage.Tx, u *User) error {
		if err := matchReset(*u, mark, nil); err != nil {
			return err // another use of it was faster
		}
		u.PasswordHash, u.PasswordChangedAt = hash, now
		return d.endAccess(ctx, tx, u, now, "password reset")
	})
}

func (d *Directory) openReset(token string) (id ID, mark [32]byte, err error) {
	payload, err := d.mint.OpenState(resetPurpose, token, nil)
	if err != nil || len(payload) != len(id)+len(mark) {
		return ID{}, mark, ErrLink
	}
	copy(id[:], payload)
	copy(mark[:], payload[len(id):])
	return id, mark, nil
}

// matchReset tells whether u, as read with err, is still the user that a link was made for.
func matchReset(u User, mark [32]byte, err error) error {
	now := fingerprint(u)
	switch {
	case errors.Is(err, ErrNotFound):
		return ErrLink
	case err != nil:
		return fmt.Errorf("open reset link: %w", err)
	case !u.DisabledAt.IsZero() || subtle.ConstantTimeCompare(now[:], mark[:]) != 1:
		return ErrLink
	}
	return nil
}

// fingerprint changes when the password, the address or the epoch of u does, and tells nothing about them.
func fingerprint(u User) [32]byte {
	h := sha256.New()
	for _, part := range []string{u.ID.String(), u.PasswordHash, u.EmailKey} {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(part))))
		h.Write([]byte(part))
	}
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(u.Epoch)))
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(u.PasswordChangedAt.UnixMicro())))
	return [32]byte(h.Sum(nil))
}
