package token

import (
	"errors"
	"sync"
	"time"

	"postern/authz/key"
)

// Which error it was. Test with errors.Is. None says more, as that would tell a forger how close he is.
var (
	// ErrInvalid: not ours, of another type, altered, or of a key that is gone.
	ErrInvalid = errors.New("invalid token")
	// ErrExpired: ours, and its time is over.
	ErrExpired = errors.New("expired token")
	// ErrTooLong: what should go in makes the text longer than its type may be.
	ErrTooLong = errors.New("token too long")
	// ErrLifetime: an access token must expire after it is issued, and within MaxAccessTTL.
	ErrLifetime = errors.New("access token lifetime out of bounds")
)

// Mint makes and reads tokens. It is safe for concurrent use.
type Mint struct {
	ring    *key.Ring
	issuer  string
	now     func() time.Time
	scratch sync.Pool // of *scratch
}

// New makes a Mint over ring for issuer.
func New(ring *key.Ring, issuer string, now func() time.Time) *Mint {
	m := &Mint{ring: ring, issuer: issuer, now: now}
	m.scratch.New = func() any {
		return &scratch{plain: make([]byte, 0, 1024), raw: make([]byte, 0, 1024), text: make([]byte, 0, 1536)}
	}
	return m
}

// scratch is what one making or reading needs to write on.
type scratch struct {
	plain []byte // the encoding
	raw   []byte // sealed or tagged
	text  []byte // in base64url, with the prefix
}

func (m *Mint) borrow() *scratch { return m.scratch.Get().(*scratch) }

func (m *Mint) giveBack(w *scratch) { m.scratch.Put(w) }

func (m *Mint) expired(at time.Time) bool { return !m.now().Before(at) }
