package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/authz/event"
	"postern/storage"
)

const (
	seenEvery   = time.Minute
	maxSessData = 4096 // bytes
)

// Session returns the session of a cookie and its user as they are now. A cookie that we did not make costs no look into
// the database, others cost one. It is over after its idle or absolute time (SE-11), with its user disabled or deleted,
// and when its user's epoch has moved on. Errors: ErrNoSession, ErrUnavailable.
func (d *Directory) Session(ctx context.Context, cookie string) (Session, User, error) {
	hash, err := d.mint.ParseSession(cookie)
	if err != nil {
		return Session{}, User{}, ErrNoSession
	}
	s, u, err := d.store.SessionByToken(ctx, hash)
	if errors.Is(err, storage.ErrNotFound) {
		return Session{}, User{}, ErrNoSession
	}
	if err != nil {
		return Session{}, User{}, fmt.Errorf("find session: %w", err)
	}
	now := d.now()
	if !d.fresh(s, now) || s.UserEpoch != u.Epoch || !u.DisabledAt.IsZero() {
		return Session{}, User{}, ErrNoSession
	}
	if now.Sub(s.LastSeenAt) >= seenEvery {
		d.store.SeenLater("session", s.ID, now)
	}
	return s, u, nil
}

// fresh tells whether s is within its times.
func (d *Directory) fresh(s Session, now time.Time) bool {
	return now.Before(s.ExpiresAt) && now.Sub(s.LastSeenAt) < d.ttl.idle
}

// SaveSession keeps what the pages put into a session, a JSON document of at most 4 KiB.
func (d *Directory) SaveSession(ctx context.Context, s Session, data string) error {
	if len(data) > maxSessData {
		return fmt.Errorf("save session: %d bytes are more than %d", len(data), maxSessData)
	}
	err := d.userTx(ctx, s.UserID, func(tx *storage.Tx, _ time.Time) error {
		row, err := tx.Session(ctx, s.ID)
		if err != nil {
			return err
		}
		row.Data = data
		return tx.UpdateSession(ctx, row)
	})
	if err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	return nil
}

// ActFor makes a session act for another organization of its user. Errors: ErrNotMember, ErrNotFound.
func (d *Directory) ActFor(ctx context.Context, s Session, org ID) error {
	err := d.userTx(ctx, s.UserID, func(tx *storage.Tx, _ time.Time) error {
		if err := requireMember(ctx, tx, s.UserID, org); err != nil {
			return err
		}
		row, err := tx.Session(ctx, s.ID)
		if err != nil {
			return err
		}
		row.OrgID = org
		return tx.UpdateSession(ctx, row)
	})
	if err != nil {
		return fmt.Errorf("act for organization: %w", err)
	}
	return nil
}

// SignOut ends a session (SE-04). Apps that got access in it keep it: they act for the user, not for the browser. Ending
// one that is gone is no error.
func (d *Directory) SignOut(ctx context.Context, from event.Actor, s Session) error {
	now := d.now()
	err := d.store.Tx(ctx, func(tx *storage.Tx) error {
		u, err := tx.User(ctx, s.UserID)
		if errors.Is(err, storage.ErrNotFound) {
			return nil // and its sessions went with it
		}
		if err != nil {
			return err
		}
		if err := tx.DeleteSession(ctx, s.ID); err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		if !u.IsAdmin {
			return nil
		}
		return recordUser(ctx, tx, now, self(u, from), event.UserSignedOut, u.ID, nil, map[string]string{"session": s.ID.String()})
	})
	if err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	d.store.CountLater(event.ObjectUser, s.UserID.String(), "signed_out", now)
	return nil
}

// Sessions lists where a user is signed in, last seen first. Device says in words what a UserAgent is.
func (d *Directory) Sessions(ctx context.Context, user ID) ([]Session, error) {
	all, err := d.store.SessionsOfUser(ctx, user)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	now := d.now()
	live := all[:0]
	for _, s := range all {
		if d.fresh(s, now) {
			live = append(live, s)
		}
	}
	return live, nil
}

// EndSession ends one session of a user. Error: ErrNotFound, also for somebody else's session (TI-11).
func (d *Directory) EndSession(ctx context.Context, actor event.Actor, user, id ID) error {
	err := d.store.Tx(ctx, func(tx *storage.Tx) error {
		s, err := tx.Session(ctx, id)
		if err != nil {
			return err
		}
		if s.UserID != user {
			return ErrNotFound
		}
		if err := tx.DeleteSession(ctx, id); err != nil {
			return err
		}
		return recordUser(ctx, tx, d.now(), actor, event.SessionEnded, user,
			map[string]string{"session": id.String(), "device": Device(s.UserAgent), "address": s.Address}, nil)
	})
	if err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	return nil
}
