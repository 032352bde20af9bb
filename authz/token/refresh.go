package token

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"math"

	"postern/authz/key"
	"postern/storage"
)

// saltSize is how many random bytes the row keeps for the derivation of the current generation.
const saltSize = 16

// Refresh is what a refresh token says.
type Refresh struct {
	Grant      storage.ID
	Generation int64
	Secret     [32]byte
	Key        string // kid of the key that tagged it
}

// String keeps the secret out of whatever is printed.
func (Refresh) String() string { return "[redacted]" }

// LogValue keeps the secret out of logs.
func (Refresh) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// Hash is what the row has of the secret.
func (r Refresh) Hash() [32]byte { return sha256.Sum256(r.Secret[:]) }

// NewRefresh makes the first refresh token of a grant, generation 0, and the hash for its row.
func (m *Mint) NewRefresh(grant storage.ID) (text string, hash [32]byte, err error) {
	if grant.IsZero() {
		return "", hash, errors.New("make refresh token: no grant")
	}
	r := Refresh{Grant: grant}
	rand.Read(r.Secret[:])
	return m.writeRefresh(r, m.ring.MAC(key.MACRefresh)), r.Hash(), nil
}

// ParseRefresh reads a refresh token and checks its tag. ErrInvalid: we made no such token, or its key is revoked.
func (m *Mint) ParseRefresh(s string) (Refresh, error) {
	w := m.borrow()
	defer m.giveBack(w)
	body, mac, err := m.untag(w, refreshKind, s)
	if err != nil {
		return Refresh{}, err
	}
	r, ok := readRefresh(string(body))
	if !ok {
		return Refresh{}, ErrInvalid
	}
	r.Key = mac.KID
	return r, nil
}

// NewSalt draws the salt of a rotation, and names the key to derive with: what the row keeps for Successor.
func (m *Mint) NewSalt() (salt []byte, keyID string) {
	salt = make([]byte, saltSize)
	rand.Read(salt)
	return salt, m.ring.MAC(key.MACRotation).KID
}

// Successor computes the next generation of r. The same r, salt and keyID always give the same text: that is what makes
// a repeated refresh harmless. ErrInvalid: the key is revoked.
func (m *Mint) Successor(r Refresh, salt []byte, keyID string) (text string, hash [32]byte, err error) {
	if len(salt) != saltSize || r.Generation == math.MaxInt64 {
		return "", hash, errors.New("derive refresh token: no such rotation")
	}
	rotation, err := m.ring.MACNamed(key.MACRotation, keyID)
	if err != nil {
		return "", hash, fmt.Errorf("derive refresh token: %w", ErrInvalid)
	}
	tag, err := m.ring.MACNamed(key.MACRefresh, keyID) // not the current one: a later answer must be the same
	if err != nil {
		return "", hash, fmt.Errorf("derive refresh token: %w", ErrInvalid)
	}
	next := Refresh{Grant: r.Grant, Generation: r.Generation + 1, Secret: rotation.Sum(r.Secret[:], salt)}
	return m.writeRefresh(next, tag), next.Hash(), nil
}

func (m *Mint) writeRefresh(r Refresh, mac *key.MAC) string {
	w := m.borrow()
	defer m.giveBack(w)
	w.begin(mac)
	w.raw = appendRefresh(w.raw, r)
	return w.end(refreshKind, mac)
}

func appendRefresh(b []byte, r Refresh) []byte {
	b = append(b, r.Grant[:]...)
	b = appendNumber(b, r.Generation)
	return append(b, r.Secret[:]...)
}

func readRefresh(body string) (r Refresh, ok bool) {
	in := reader{rest: body}
	r.Grant = in.idIf(true)
	r.Generation = in.number(math.MaxInt64)
	r.Secret = in.hash()
	return r, in.done()
}
