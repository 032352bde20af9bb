package token

import (
	"errors"
	"strings"
	"testing"
	"time"

	"postern/authz/key"
	"postern/storage/storagetest"
)

// aging is a Mint whose clock, and that of its ring, is moved by the test.
func aging(t *testing.T) (m *Mint, pass func(time.Duration)) {
	t.Helper()
	at := noon
	now := func() time.Time { return at }
	ring, err := key.Open(t.Context(), storagetest.SQLite(t, now), key.Config{
		Secret: []byte(strings.Repeat("s", 32)), Issuer: issuer, Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return New(ring, issuer, now), func(d time.Duration) { at = at.Add(d) }
}

// current is the kid of the key of that use which makes new things.
func current(m *Mint, use string) string {
	for _, k := range m.ring.List() {
		if k.Use == use && k.State == key.StateActive {
			return k.ID
		}
	}
	return ""
}

// Revoking a key ends all it made, and nothing that another key made.
func TestRevokedKeyEndsWhatItMade(t *testing.T) {
	t.Parallel()
	for use, dead := range map[string]string{
		key.UseSeal: "access token, authorization code, state",
		key.UseSig:  "JWT access token",
		key.UseMAC:  "refresh token, session cookie, client secret, lasting state",
	} {
		m, _ := aging(t)
		made := map[string]string{}
		for _, c := range credentials {
			made[c.name] = c.make(t, m)
		}
		if err := m.ring.Revoke(t.Context(), current(m, use), nil); err != nil {
			t.Fatal(err)
		}
		for _, c := range credentials {
			want := error(nil)
			for name := range strings.SplitSeq(dead, ", ") {
				if name == c.name {
					want = ErrInvalid
				}
			}
			if err := c.read(m, made[c.name]); !errors.Is(err, want) {
				t.Errorf("%s key revoked, %s: %v", use, c.name, err)
			}
			if err := c.read(m, c.make(t, m)); err != nil {
				t.Errorf("%s key revoked, a new %s: %v", use, c.name, err)
			}
		}
	}
}

// Rotation ends nothing: the last token of a retired key lives to its own end.
func TestRotationEndsNothing(t *testing.T) {
	t.Parallel()
	m, pass := aging(t)
	a := userAccess()
	a.ExpiresAt = noon.Add(MaxAccessTTL)
	opaque, jwt := must(m.SealAccess(a))(t), must(m.SignAccess(a, "ES256"))(t)
	device := must(m.SealState("device", nil, noon.Add(180*24*time.Hour), nil))(t)
	refresh, _, _ := m.NewRefresh(anID(1))
	salt, kid := m.NewSalt()
	old, err := m.ParseRefresh(refresh)
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := m.Successor(old, salt, kid)
	for _, use := range []string{key.UseSig, key.UseSeal, key.UseMAC} {
		if _, err := m.ring.Rotate(t.Context(), nil, use, true); err != nil {
			t.Fatal(err)
		}
	}
	pass(MaxAccessTTL - time.Second)
	if _, err := m.OpenAccess(opaque); err != nil {
		t.Errorf("access token: %v", err)
	}
	if _, err := m.VerifyAccess(jwt); err != nil {
		t.Errorf("JWT: %v", err)
	}
	if after, _, err := m.Successor(old, salt, kid); err != nil || after != before {
		t.Errorf("the successor is another one now: %v", err)
	}
	pass(179 * 24 * time.Hour)
	if _, err := m.OpenState("device", device, nil); err != nil {
		t.Errorf("lasting state: %v", err)
	}
	if _, err := m.ParseRefresh(refresh); err != nil {
		t.Errorf("refresh token: %v", err)
	}
}
