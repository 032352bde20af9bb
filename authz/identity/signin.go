package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/authz/event"
	"postern/storage"
)

// SignedIn is a browser that has just signed in, with the cookies it gets.
type SignedIn struct {
	User          User
	Session       Session
	SessionCookie string // never seen before (LG-23)
	DeviceCookie  string
}

const maxUserAgent = 300 // characters kept

// SignIn checks a password and begins a session with a new id; the session that the browser had before ends. Errors:
// ErrCredentials (whatever was wrong), ErrWait, ErrBusy, ErrUnavailable.
func (d *Directory) SignIn(ctx context.Context, a Attempt) (SignedIn, error) {
	p, err := d.prove(ctx, a)
	if err != nil {
		return SignedIn{}, err
	}
	deviceCookie, err := d.renewDevice(a.Device, p.user.EmailKey)
	if err != nil {
		return SignedIn{}, err
	}
	b := beginning{attempt: a, proof: p, hash: d.upgraded(ctx, p, a.Password), at: d.now()}
	in := SignedIn{DeviceCookie: deviceCookie}
	err = d.userTx(ctx, p.user.ID, func(tx *storage.Tx, _ time.Time) (err error) {
		in.User, in.Session, in.SessionCookie, err = d.begin(ctx, tx, b)
		return err
	})
	if err != nil {
		return SignedIn{}, fmt.Errorf("sign in: %w", err)
	}
	d.store.CountLater(event.ObjectUser, in.User.ID.String(), "signed_in", b.at)
	return in, nil
}

// Reauthenticate has the user of a session prove who they are again, and replaces the session. a.Email is not looked at:
// nobody else can. Errors: as SignIn, and ErrNotFound.
func (d *Directory) Reauthenticate(ctx context.Context, s Session, a Attempt) (SignedIn, error) {
	u, err := d.store.User(ctx, s.UserID)
	if err != nil {
		return SignedIn{}, fmt.Errorf("sign in again: %w", err)
	}
	a.Email = u.Email
	return d.SignIn(ctx, a)
}

// beginning is what a session begins with.
type beginning struct {
	attempt Attempt
	proof   proof
	hash    string // to store instead of the user's; empty: keep it
	at      time.Time
}

// upgraded hashes a password anew if its hash is of an older kind. That it cannot now is no reason to refuse the sign-in.
func (d *Directory) upgraded(ctx context.Context, p proof, typed string) string {
	if !p.upgrade {
		return ""
	}
	hash, err := d.hasher.Hash(ctx, typed)
	if err != nil {
		d.log.WarnContext(ctx, "password hash not upgraded", "user", p.user.ID.String(), "error", err)
		return ""
	}
	return hash
}

// begin writes the session. The user is read again: disabled, or with another password than was proven, they stay out.
func (d *Directory) begin(ctx context.Context, tx *storage.Tx, b beginning) (User, Session, string, error) {
	u, err := tx.User(ctx, b.proof.user.ID)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return User{}, Session{}, "", ErrCredentials
	case err != nil:
		return User{}, Session{}, "", err
	case !u.DisabledAt.IsZero() || u.PasswordHash != b.proof.user.PasswordHash || u.Epoch != b.proof.user.Epoch:
		return User{}, Session{}, "", ErrCredentials
	}
	s, cookie, err := d.newSession(ctx, tx, u, b)
	if err != nil {
		return User{}, Session{}, "", err
	}
	record := u.IsAdmin || !sameDay(u.LastSignInAt, b.at)
	u.LastSignInAt, u.PasswordHash = b.at, orDefault(b.hash, u.PasswordHash)
	if err := tx.UpdateUser(ctx, u); err != nil {
		return User{}, Session{}, "", err
	}
	if record {
		err = recordUser(ctx, tx, b.at, self(u, b.attempt.actor()), event.UserSignedIn, u.ID, nil,
			map[string]string{"session": s.ID.String(), "device": Device(s.UserAgent)})
	}
	return u, s, cookie, err
}

// newSession replaces the session that the browser had by one with a new id.
func (d *Directory) newSession(ctx context.Context, tx *storage.Tx, u User, b beginning) (Session, string, error) {
	old, err := d.dropOld(ctx, tx, b.attempt.Session)
	if err != nil {
		return Session{}, "", err
	}
	memberships, err := tx.Memberships(ctx, u.ID)
	if err != nil {
		return Session{}, "", err
	}
	cookie, hash := d.mint.NewSession()
	s := Session{
		ID: storage.NewID(b.at), TokenHash: hash, UserID: u.ID, UserEpoch: u.Epoch, OrgID: homeOf(memberships, old.OrgID),
		Data: "{}", AMR: "pwd", AuthTime: b.at, Address: b.attempt.Address.String(),
		UserAgent: line(b.attempt.UserAgent, maxUserAgent), CreatedAt: b.at, LastSeenAt: b.at, ExpiresAt: b.at.Add(d.ttl.session),
	}
	return s, cookie, tx.InsertSession(ctx, s)
}

func (d *Directory) dropOld(ctx context.Context, tx *storage.Tx, cookie string) (Session, error) {
	hash, err := d.mint.ParseSession(cookie)
	if err != nil {
		return Session{}, nil
	}
	old, _, err := tx.SessionByToken(ctx, hash)
	if errors.Is(err, storage.ErrNotFound) {
		return Session{}, nil
	}
	if err != nil {
		return Session{}, err
	}
	return old, tx.DeleteSession(ctx, old.ID)
}

func sameDay(a, b time.Time) bool {
	return a.UTC().Truncate(day).Equal(b.UTC().Truncate(day))
}
