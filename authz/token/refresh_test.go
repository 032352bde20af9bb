package token

import (
	"crypto/sha256"
	"errors"
	"math"
	"testing"
)

func TestRefreshTokenSaysItsGrant(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	text, hash, err := m.NewRefresh(anID(7))
	if err != nil {
		t.Fatal(err)
	}
	r, err := m.ParseRefresh(text)
	if err != nil || r.Grant != anID(7) || r.Generation != 0 || r.Hash() != hash {
		t.Errorf("%+v, %v", r, err)
	}
	if hash != sha256.Sum256(r.Secret[:]) {
		t.Error("the hash is not that of the secret")
	}
	if _, _, err := m.NewRefresh([16]byte{}); err == nil {
		t.Error("a token of no grant was made")
	}
}

// A lost answer is asked for again and is the same (the idempotent rotation), whoever computes it and whenever.
func TestSuccessorIsComputedNotDrawn(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	text, _, err := m.NewRefresh(anID(7))
	if err != nil {
		t.Fatal(err)
	}
	salt, kid := m.NewSalt()
	for generation := int64(1); generation <= 300; generation++ { // past the numbers of one byte
		r, err := m.ParseRefresh(text)
		if err != nil {
			t.Fatal(err)
		}
		next, hash, err := m.Successor(r, salt, kid)
		if err != nil {
			t.Fatal(err)
		}
		again, _, err := m.later(1000).Successor(r, salt, kid)
		if err != nil || again != next {
			t.Fatalf("generation %d: not the same again: %v", generation, err)
		}
		n, err := m.ParseRefresh(next)
		if err != nil || n.Generation != generation || n.Grant != r.Grant || n.Hash() != hash || n.Secret == r.Secret {
			t.Fatalf("generation %d: %+v, %v", generation, n, err)
		}
		text = next
	}
}

// The successor needs the secret, the salt and the key: no two of them give it.
func TestSuccessorNeedsSecretSaltAndKey(t *testing.T) {
	t.Parallel()
	m, foreign := newMint(t), newMint(t)
	text, _, _ := m.NewRefresh(anID(7))
	r, err := m.ParseRefresh(text)
	if err != nil {
		t.Fatal(err)
	}
	salt, kid := m.NewSalt()
	next, _, err := m.Successor(r, salt, kid)
	if err != nil {
		t.Fatal(err)
	}
	otherSalt, _ := m.NewSalt()
	if s, _, err := m.Successor(r, otherSalt, kid); err != nil || s == next {
		t.Errorf("another salt gives the same successor: %v", err)
	}
	other := r
	other.Secret[31] ^= 1
	if s, _, err := m.Successor(other, salt, kid); err != nil || s == next {
		t.Errorf("another secret gives the same successor: %v", err)
	}
	if _, _, err := foreign.Successor(r, salt, kid); !errors.Is(err, ErrInvalid) {
		t.Errorf("a ring without the key derives: %v", err)
	}
	for _, kid := range []string{"", "mac-", "mac-0000000", "MAC-00000000", "seal-00000000", kid + "0", "mac-0000000G"} {
		if _, _, err := m.Successor(r, salt, kid); !errors.Is(err, ErrInvalid) {
			t.Errorf("kid %q: %v", kid, err)
		}
	}
	if _, _, err := m.Successor(r, salt[:15], kid); err == nil {
		t.Error("a short salt is taken")
	}
	r.Generation = math.MaxInt64
	if _, _, err := m.Successor(r, salt, kid); err == nil {
		t.Error("there is a generation after the last")
	}
}

func TestRefreshEncodingIsStrict(t *testing.T) {
	t.Parallel()
	good := string(appendRefresh(nil, Refresh{Grant: anID(1), Generation: 1}))
	rows := []struct{ name, body string }{
		{"nothing", ""},
		{"a byte left over", good + "\x00"},
		{"a byte short", good[:len(good)-1]},
		{"a generation longer than needed", good[:16] + "\x81\x00" + good[17:]},
		{"a generation of 2^63", good[:16] + "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01" + good[17:]},
		{"a grant of zeros", string(make([]byte, 16)) + good[16:]},
	}
	for _, row := range rows {
		if r, ok := readRefresh(row.body); ok {
			t.Errorf("%s was read as %+v", row.name, r)
		}
	}
}

func TestClientSecretHintIsItsEnd(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	secret, hash, hint := m.NewClientSecret()
	if hint != secret[len(secret)-4:] || hash != sha256.Sum256([]byte(secret)) {
		t.Errorf("hint %q, hash %x", hint, hash)
	}
	if m.ClientSecretTagged("an-imported-secret-of-another-server") {
		t.Error("an imported secret passes for one of ours")
	}
}
