package token

import (
	"errors"
	"fmt"
	"time"

	"postern/authz/key"
	"postern/storage"
)

// MaxAccessTTL is the longest life of an access token. It is a constant because revocations and retired keys are kept
// for just as long.
const MaxAccessTTL = 24 * time.Hour

// Access is what an access token says.
type Access struct {
	ID                     storage.ID // the token id (jti), 128 random bits
	Grant                  storage.ID // zero: client_credentials
	Client                 string
	Subject                storage.ID // the user; zero: the client itself
	Org                    storage.ID
	Scopes, Audience       []string
	IssuedAt, ExpiresAt    time.Time // whole seconds, UTC
	AuthTime               time.Time // whole seconds, UTC; zero: no user
	ClientEpoch, UserEpoch int64     // not negative
	Confirmation           []byte    // the SHA-256 thumbprint of the key it is bound to (cnf jkt, RFC 9449 section 6.1), or nil
}

// SealAccess makes an opaque access token of a, and sets a.ID. A user grant with three scopes has about 230 characters.
//
//   - ErrLifetime: a does not expire after it is issued, or later than MaxAccessTTL after
//   - ErrTooLong: more than 8,192 characters
func (m *Mint) SealAccess(a *Access) (string, error) {
	if err := a.check(); err != nil {
		return "", fmt.Errorf("seal access token: %w", err)
	}
	w := m.borrow()
	defer m.giveBack(w)
	w.plain = appendAccess(w.plain[:0], a)
	text, id, err := m.seal(w, key.SealAccess, prefixAccess, nil, maxAccess)
	if err != nil {
		return "", fmt.Errorf("seal access token: %w", err)
	}
	a.ID = id
	return text, nil
}

// OpenAccess reads what SealAccess made.
//
//   - ErrInvalid: another prefix, an altered text, or a key that is gone or revoked
//   - ErrExpired: its time is over; what it says is returned all the same
func (m *Mint) OpenAccess(s string) (Access, error) {
	w := m.borrow()
	defer m.giveBack(w)
	id, err := m.open(w, key.SealAccess, prefixAccess, s, nil, maxAccess)
	if err != nil {
		return Access{}, err
	}
	a, ok := readAccess(string(w.plain))
	if !ok {
		return Access{}, ErrInvalid
	}
	a.ID = id
	if m.expired(a.ExpiresAt) {
		return a, ErrExpired
	}
	return a, nil
}

func (a *Access) check() error {
	if life := a.ExpiresAt.Sub(a.IssuedAt); life <= 0 || life > MaxAccessTTL {
		return ErrLifetime
	}
	if n := len(a.Confirmation); n != 0 && n != 32 {
		return errors.New("a confirmation has 32 bytes")
	}
	return nil
}

// What of an Access is there.
const (
	accessGrant = 1 << iota
	accessSubject
	accessOrg
	accessAuthTime
	accessConfirmation
	accessFlags = 1<<iota - 1
)

func appendAccess(b []byte, a *Access) []byte {
	at := len(b)
	b = append(b, 0)
	b, flags := appendIDs(b, a.Grant, a.Subject, a.Org)
	b = appendString(b, a.Client)
	b = appendStrings(b, a.Scopes)
	b = appendStrings(b, a.Audience)
	b = appendNumber(b, seconds(a.IssuedAt))
	b = appendNumber(b, seconds(a.ExpiresAt)-seconds(a.IssuedAt))
	b = appendNumber(b, a.ClientEpoch)
	b = appendNumber(b, a.UserEpoch)
	if !a.AuthTime.IsZero() {
		flags |= accessAuthTime
		b = appendNumber(b, seconds(a.AuthTime))
	}
	if len(a.Confirmation) > 0 {
		flags |= accessConfirmation
		b = append(b, a.Confirmation...)
	}
	b[at] = flags
	return b
}

// appendIDs writes those ids that are not zero; bit i of flags tells of the i-th.
func appendIDs(b []byte, ids ...storage.ID) (_ []byte, flags byte) {
	for i, id := range ids {
		if !id.IsZero() {
			flags |= 1 << i
			b = append(b, id[:]...)
		}
	}
	return b, flags
}

func readAccess(plain string) (a Access, ok bool) {
	r := reader{rest: plain}
	flags := r.byte()
	a.Grant = r.idIf(flags&accessGrant != 0)
	a.Subject = r.idIf(flags&accessSubject != 0)
	a.Org = r.idIf(flags&accessOrg != 0)
	a.Client = r.string()
	a.Scopes = r.strings()
	a.Audience = r.strings()
	issued := r.seconds()
	a.IssuedAt, a.ExpiresAt = fromSeconds(issued), fromSeconds(issued+r.seconds())
	a.ClientEpoch, a.UserEpoch = r.epoch(), r.epoch()
	if flags&accessAuthTime != 0 {
		if a.AuthTime = fromSeconds(r.seconds()); a.AuthTime.IsZero() {
			r.fail()
		}
	}
	if flags&accessConfirmation != 0 {
		a.Confirmation = []byte(r.take(32))
	}
	return a, r.done() && flags&^accessFlags == 0
}
