package client

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"slices"
	"strings"
	"time"

	"postern/storage"
)

// MaxSecrets is how many live secrets a client can have.
const MaxSecrets = 5

// The bounds of a secret that was made elsewhere, in bytes. Ours have 256 random bits; how good an imported one is,
// nobody can see, but one shorter than this is not good.
const (
	minSecret = 16
	maxSecret = 1024
)

// ErrSecret: a secret from elsewhere is too short, too long, or has characters that clients cannot send.
var ErrSecret = errors.New("a client secret has 16 to 1,024 visible ASCII characters")

// liveSecret is what Authenticate needs of a secret.
type liveSecret struct {
	id      storage.ID
	hash    [32]byte
	expires time.Time // zero: never
}

func live(clientID string, secrets []Secret) []liveSecret {
	var list []liveSecret
	for _, s := range secrets {
		if s.ClientID == clientID {
			list = append(list, liveSecret{s.ID, s.Hash, s.ExpiresAt})
		}
	}
	return list
}

// Authenticate tells whether secret is one of the client's that have not expired at now, and which. Every live secret is
// compared, in constant time, by its SHA-256: what was presented is taken byte by byte, nothing is trimmed or folded.
func (c *Client) Authenticate(secret string, now time.Time) (id storage.ID, ok bool) {
	hash := sha256.Sum256([]byte(secret))
	for _, s := range c.secrets {
		equal := subtle.ConstantTimeCompare(hash[:], s.hash[:]) == 1
		if equal && alive(s.expires, now) {
			id, ok = s.id, true
		}
	}
	return id, ok
}

// decoy takes the place of a secret's hash when there is no client.
var decoy = sha256.Sum256([]byte("no client"))

// AuthenticateNone spends what Authenticate spends, for a client that does not exist. The answer is no.
func AuthenticateNone(secret string) {
	hash := sha256.Sum256([]byte(secret))
	subtle.ConstantTimeCompare(hash[:], decoy[:])
}

func alive(expires, now time.Time) bool { return expires.IsZero() || now.Before(expires) }

// importSecret hashes a secret that was made elsewhere.
func importSecret(secret string) (hash [32]byte, hint string, err error) {
	visible := func(r rune) bool { return r > ' ' && r < 0x7f }
	if len(secret) < minSecret || len(secret) > maxSecret || strings.ContainsFunc(secret, func(r rune) bool { return !visible(r) }) {
		return hash, "", ErrSecret
	}
	return sha256.Sum256([]byte(secret)), secret[len(secret)-4:], nil
}

// liveAt returns those of secrets that have not expired.
func liveAt(secrets []Secret, now time.Time) []Secret {
	return slices.DeleteFunc(slices.Clone(secrets), func(s Secret) bool { return !alive(s.ExpiresAt, now) })
}
