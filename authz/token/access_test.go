package token

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"postern/authz/key"
)

// accesses are access tokens of every shape.
var accesses = []struct {
	name string
	make func() *Access
}{
	{"a user's grant", userAccess},
	{"a client itself", func() *Access {
		return &Access{Client: "backend", Org: anID(3), Scopes: []string{"jobs.read"}, IssuedAt: noon, ExpiresAt: noon.Add(time.Second), ClientEpoch: 9}
	}},
	{"a client itself without scope", func() *Access {
		return &Access{Client: "backend", IssuedAt: noon, ExpiresAt: noon.Add(MaxAccessTTL)}
	}},
	{"bound to a key, for two audiences", func() *Access {
		a := userAccess()
		a.Audience = []string{"https://api.example", "https://other.example/v1"}
		a.Confirmation = bytes.Repeat([]byte{7}, 32)
		return a
	}},
	{"a client named like a user", func() *Access {
		a := userAccess()
		a.Client = a.Subject.String()
		return a
	}},
	{"names that are not ASCII", func() *Access {
		a := userAccess()
		a.Client, a.Scopes = "<b>\"ü\\", []string{"jobs:läsen"}
		return a
	}},
	{"large epochs", func() *Access {
		a := userAccess()
		a.ClientEpoch, a.UserEpoch = 1<<62, 1<<63-1
		return a
	}},
}

func TestAccessOpaqueComesBackAsItWas(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	for _, row := range accesses {
		a := row.make()
		got, err := m.OpenAccess(must(m.SealAccess(a))(t))
		if err != nil || a.ID.IsZero() {
			t.Errorf("%s: %v, id %v", row.name, err, a.ID)
		}
		same(t, row.name, got, *a)
	}
}

func TestAccessJWTComesBackAsItWas(t *testing.T) {
	t.Parallel()
	m := newMint(t, "EdDSA", "RS256", "PS256")
	for _, alg := range []string{"ES256", "EdDSA", "RS256", "PS256"} {
		for _, row := range accesses {
			a := row.make()
			got, err := m.VerifyAccess(must(m.SignAccess(a, alg))(t))
			if err != nil {
				t.Errorf("%s %s: %v", alg, row.name, err)
			}
			if a.Audience == nil {
				a.Audience = []string{issuer} // RFC 9068 section 3: aud is never empty
			}
			same(t, alg+" "+row.name, got, *a)
		}
	}
}

func TestAccessLifetime(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	rows := []struct {
		name string
		life time.Duration
		want error
	}{
		{"24 hours", 24 * time.Hour, nil},
		{"a second more than 24 hours", 24*time.Hour + time.Second, ErrLifetime},
		{"no time at all", 0, ErrLifetime},
		{"less than none", -time.Second, ErrLifetime},
	}
	for _, row := range rows {
		a := userAccess()
		a.ExpiresAt = a.IssuedAt.Add(row.life)
		if _, err := m.SealAccess(a); !errors.Is(err, row.want) {
			t.Errorf("opaque, %s: %v", row.name, err)
		}
		if _, err := m.SignAccess(a, "ES256"); !errors.Is(err, row.want) {
			t.Errorf("JWT, %s: %v", row.name, err)
		}
	}
}

func TestAccessExpires(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	a := userAccess()
	opaque := must(m.SealAccess(a))(t)
	rows := []struct {
		name string
		at   time.Duration
		want error
	}{
		{"a moment before", time.Hour - time.Nanosecond, nil},
		{"in the very second (RFC 7519 section 4.1.4)", time.Hour, ErrExpired},
		{"long after", 100 * time.Hour, ErrExpired},
	}
	for _, row := range rows {
		got, err := m.later(row.at).OpenAccess(opaque)
		if !errors.Is(err, row.want) {
			t.Errorf("opaque, %s: %v", row.name, err)
		}
		same(t, row.name, got, *a)
	}
	jwt := must(m.SignAccess(a, "ES256"))(t)
	for _, row := range rows {
		got, err := m.later(row.at).VerifyAccess(jwt)
		if !errors.Is(err, row.want) || got.ID != a.ID {
			t.Errorf("JWT, %s: %v", row.name, err)
		}
	}
}

func TestAccessTooLong(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	a := userAccess()
	a.Scopes = []string{strings.Repeat("s", maxAccess)}
	if _, err := m.SealAccess(a); !errors.Is(err, ErrTooLong) {
		t.Errorf("opaque: %v", err)
	}
	if _, err := m.SignAccess(a, "ES256"); !errors.Is(err, ErrTooLong) {
		t.Errorf("JWT: %v", err)
	}
}

func TestAccessWithoutASigningKey(t *testing.T) {
	t.Parallel()
	if _, err := newMint(t).SignAccess(userAccess(), "RS256"); !errors.Is(err, key.ErrNoKey) {
		t.Errorf("RS256 without Ensure: %v", err)
	}
}

// The issuer is part of what is sealed and said: a second issuer over the same keys reads nothing of the first.
func TestAccessOfAnotherIssuer(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	other := New(m.ring, "https://other.example", m.now)
	if _, err := other.VerifyAccess(must(m.SignAccess(userAccess(), "ES256"))(t)); !errors.Is(err, ErrInvalid) {
		t.Errorf("JWT: %v", err)
	}
}

// What a decoder must not read, even if a key of ours had sealed it.
func TestAccessEncodingIsStrict(t *testing.T) {
	t.Parallel()
	good := appendAccess(nil, userAccess())
	rows := []struct {
		name  string
		plain string
	}{
		{"nothing", ""},
		{"a byte left over", string(good) + "\x00"},
		{"a byte short", string(good[:len(good)-1])},
		{"a flag nobody knows", string(append([]byte{good[0] | 0x80}, good[1:]...))},
		{"a grant of zeros", "\x01" + strings.Repeat("\x00", 16) + "\x01c\x00\x00\x01\x01\x00\x00"},
		{"a number longer than needed", "\x00\x01c\x00\x00\x81\x00\x01\x00\x00"},
		{"a string longer than the rest", "\x00\x7fc\x00\x00\x01\x01\x00\x00"},
		{"a list longer than the rest", "\x00\x01c\x7f\x00\x01\x01\x00\x00"},
		{"a list of 2^63 strings", "\x00\x01c\xff\xff\xff\xff\xff\xff\xff\xff\x7f"},
		{"an epoch of 2^63", "\x00\x01c\x00\x00\x01\x01\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01\x00"},
	}
	for _, row := range rows {
		if a, ok := readAccess(row.plain); ok {
			t.Errorf("%s was read as %+v", row.name, a)
		}
	}
	if _, ok := readAccess("\x00\x01c\x00\x00\x01\x01\x00\x00"); !ok {
		t.Error("the least access token was not read")
	}
}
