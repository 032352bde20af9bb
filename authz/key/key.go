package key

import (
	"errors"
	"time"

	"postern/storage"
)

// The uses of a key.
const (
	UseSig  = "sig"  // signs JWTs
	UseSeal = "seal" // seals access tokens, codes and states
	UseMAC  = "mac"  // tags refresh tokens, sessions and client secrets, and derives their successors
)

// Which error it was. Test with errors.Is.
var (
	// ErrShortSecret: the secret has fewer than 32 bytes.
	ErrShortSecret = errors.New("the secret has fewer than 32 bytes")
	// ErrWrongSecret: the keys in the database are sealed under another secret.
	ErrWrongSecret = errors.New("the keys in the database are sealed under another secret")
	// ErrOtherIssuer: the keys in the database are sealed for another issuer. Rewrap moves them.
	ErrOtherIssuer = errors.New("the keys in the database belong to another issuer")
	// ErrUnsupportedAlg: not one of ES256, RS256, PS256 and EdDSA.
	ErrUnsupportedAlg = errors.New("unsupported signing algorithm")
	// ErrNoKey: the ring holds no such key: it was never made here, is revoked, or is gone.
	ErrNoKey = errors.New("no such key")
	// ErrNotOpened: what was sealed does not open: it was changed, or made for something else.
	ErrNotOpened = errors.New("the seal is broken")
)

// Hook runs in the transaction that makes, retires or revokes k, for the audit trail. An error undoes the change. It
// may run more than once, as transactions are retried.
type Hook func(tx *storage.Tx, k storage.Key) error

// State is where a key is in its life.
type State string

// The states of a key, in the order of a life. A revoked key is dead whatever its times say.
const (
	StateAnnounced State = "announced" // public, not used yet
	StateActive    State = "active"    // makes new things
	StateVerifying State = "verifying" // only verifies what it made
	StateGone      State = "gone"      // all it made has expired
	StateRevoked   State = "revoked"   // all it made died at once
)

// Status describes a key to people: nothing in it is secret. Zero times: not known yet.
type Status struct {
	ID        string // the kid
	Use, Alg  string
	State     State
	CreatedAt time.Time
	ActiveAt  time.Time // makes new things from then on
	RetiredAt time.Time // only verifies from then on
	ExpiresAt time.Time // is gone from then on
	RevokedAt time.Time
}
