package identity

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"postern/authz/event"
	"postern/authz/password"
	"postern/storage"
)

// Attempt is somebody who says who they are.
type Attempt struct {
	Email     string // as it was typed
	Password  string
	Address   netip.Addr // of the browser, proxies taken into account
	Device    string     // value of the device cookie, or empty
	Session   string     // value of the session cookie, or empty: a sign-in ends that session
	UserAgent string
	RequestID string
}

// actor is where an attempt comes from, without who.
func (a Attempt) actor() event.Actor {
	return event.Actor{Address: a.Address.String(), RequestID: a.RequestID}
}

// proof is a user who knew the password, as they were when it was checked.
type proof struct {
	user    User
	upgrade bool // the hash is of an older kind
}

// prove checks a password. A wrong one, an unknown or disabled user and one without a password get the same answer after
// the same work (LG-01). Errors: ErrCredentials, ErrWait, ErrBusy.
func (d *Directory) prove(ctx context.Context, a Attempt) (proof, error) {
	key := attemptKey(a.Email)
	try, wait := d.guard.Begin(key, d.deviceFor(a.Device, key), a.Address, d.now())
	if wait > 0 {
		return proof{}, ErrWait{For: wait}
	}
	u, err := d.lookUp(ctx, a.Email)
	if err != nil {
		try.Abandon()
		return proof{}, fmt.Errorf("check password: %w", err)
	}
	ok, upgrade, err := d.verify(ctx, u, a.Password)
	switch {
	case err != nil:
		try.Abandon()
		return proof{}, fmt.Errorf("check password: %w", err)
	case !ok || !u.DisabledAt.IsZero():
		d.failed(u, a, ok)
		return proof{}, ErrCredentials
	}
	try.Succeeded(d.now())
	return proof{u, upgrade}, nil
}

// lookUp returns the zero User for an address that is none or that nobody has.
func (d *Directory) lookUp(ctx context.Context, typed string) (User, error) {
	email, err := ParseEmail(typed)
	if err != nil {
		return User{}, nil
	}
	u, err := d.store.UserByEmailKey(ctx, email.Key)
	if errors.Is(err, storage.ErrNotFound) {
		return User{}, nil
	}
	return u, err
}

// verify works as hard for the zero User as for others.
func (d *Directory) verify(ctx context.Context, u User, typed string) (ok, upgrade bool, err error) {
	ok, upgrade, err = d.hasher.Verify(ctx, u.PasswordHash, typed)
	switch {
	case errors.Is(err, password.ErrTooLong): // LG-06: nothing was computed
		return false, false, nil
	case errors.Is(err, password.ErrHash):
		d.log.ErrorContext(ctx, "stored password hash cannot be verified", "user", u.ID.String())
		return false, false, d.hasher.VerifyNone(ctx, typed)
	}
	return ok, upgrade, err
}

// failed keeps the failures of users that exist. Of names that nobody has nothing is written: strangers could fill the
// database with them.
func (d *Directory) failed(u User, a Attempt, knew bool) {
	if u.ID.IsZero() {
		return
	}
	reason := "wrong password"
	switch {
	case knew:
		reason = "right password, but the user is disabled"
	case u.PasswordHash == "":
		reason = "the user has no password yet"
	}
	now := d.now()
	d.store.CountLater(event.ObjectUser, u.ID.String(), "error.credentials", now)
	d.store.FailLater(Failure{
		Object: event.ObjectUser, ObjectID: u.ID.String(), At: now, Code: "credentials", Reason: reason,
		Address: a.Address.String(), RequestID: line(a.RequestID, maxName),
	})
}
