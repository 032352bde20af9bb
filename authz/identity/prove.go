package identity

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
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
	device := d.deviceFor(a.Device, key)
	release, err := d.turns.take(ctx, key, device)
	if err != nil {
		return proof{}, err
	}
	defer release()
	try, wait := d.guard.Begin(key, device, a.Address, d.now())
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

// turns lets few attempts on one account run at a time; the others queue. An attempt counts as a failure until it is
// proven, so a person with many browsers, or a shared account, would else be slowed by attempts of their own that are
// under way. A known browser queues apart from strangers who try the same account.
type turns [64]chan struct{}

// atOnce is fewer than the guard lets fail freely.
const atOnce = 4

func newTurns() *turns {
	var t turns
	for i := range t {
		t[i] = make(chan struct{}, atOnce)
	}
	return &t
}

// take waits for a turn; release gives it back. Error: ErrBusy.
func (t *turns) take(ctx context.Context, account, device string) (release func(), err error) {
	h := fnv.New32a()
	io.WriteString(h, account)
	io.WriteString(h, device)
	queue := t[h.Sum32()%uint32(len(t))]
	select {
	case queue <- struct{}{}:
		return func() { <-queue }, nil
	case <-ctx.Done():
		return nil, ErrBusy
	}
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
