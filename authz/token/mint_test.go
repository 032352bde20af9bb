package token

import (
	"crypto/sha256"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"postern/authz/key"
	"postern/storage"
	"postern/storage/storagetest"
)

const issuer = "https://id.example"

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// newMint is a Mint at noon, with keys of its own.
func newMint(t testing.TB, algs ...string) *Mint {
	t.Helper()
	return New(newRing(t, algs...), issuer, func() time.Time { return noon })
}

func newRing(t testing.TB, algs ...string) *key.Ring {
	t.Helper()
	now := func() time.Time { return noon }
	ring, err := key.Open(t.Context(), storagetest.SQLite(t, now), key.Config{
		Secret: []byte(strings.Repeat("s", 32)), Issuer: issuer, Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, alg := range algs {
		if err := ring.Ensure(t.Context(), alg); err != nil {
			t.Fatal(err)
		}
	}
	return ring
}

// later is m when d has passed.
func (m *Mint) later(d time.Duration) *Mint {
	return New(m.ring, m.issuer, func() time.Time { return noon.Add(d) })
}

func anID(n byte) storage.ID { return storage.ID{0, 1, 2, 15: n} }

// userAccess is a grant of a user with three scopes.
func userAccess() *Access {
	return &Access{
		Grant: anID(1), Client: "01jx8m4t6n9q2r5v7w0y3z1abc", Subject: anID(2), Org: anID(3),
		Scopes:   []string{"jobs.read", "jobs.write", "profile"},
		IssuedAt: noon, ExpiresAt: noon.Add(time.Hour), AuthTime: noon.Add(-time.Minute), ClientEpoch: 1, UserEpoch: 4,
	}
}

func userCode() *Code {
	return &Code{
		Grant: anID(1), Client: "01jx8m4t6n9q2r5v7w0y3z1abc", User: anID(2), Org: anID(3), Consent: anID(4), Session: anID(5),
		RedirectHash: sha256.Sum256([]byte("https://app.example/cb")), RedirectSent: true,
		Challenge: sha256.Sum256([]byte("verifier")), HasChallenge: true, Nonce: "n-0S6_WzA2Mj",
		Scopes: []string{"jobs.read", "jobs.write", "profile"}, AuthTime: noon.Add(-time.Minute), ExpiresAt: noon.Add(time.Minute),
		ClientEpoch: 1, UserEpoch: 4, Refresh: true,
	}
}

// credential is one kind of text: how it is made, and whether a reader takes it.
type credential struct {
	name string
	make func(*testing.T, *Mint) string
	read func(*Mint, string) error
}

var credentials = []credential{
	{"access token", func(t *testing.T, m *Mint) string { return must(m.SealAccess(userAccess()))(t) },
		func(m *Mint, s string) error { _, err := m.OpenAccess(s); return err }},
	{"JWT access token", func(t *testing.T, m *Mint) string { return must(m.SignAccess(userAccess(), "ES256"))(t) },
		func(m *Mint, s string) error { _, err := m.VerifyAccess(s); return err }},
	{"authorization code", func(t *testing.T, m *Mint) string { return must(m.SealCode(userCode()))(t) },
		func(m *Mint, s string) error { _, err := m.OpenCode(s); return err }},
	{"refresh token", func(t *testing.T, m *Mint) string {
		s, _, err := m.NewRefresh(anID(1))
		return must(s, err)(t)
	}, func(m *Mint, s string) error { _, err := m.ParseRefresh(s); return err }},
	{"session cookie", func(_ *testing.T, m *Mint) string { s, _ := m.NewSession(); return s },
		func(m *Mint, s string) error { _, err := m.ParseSession(s); return err }},
	{"client secret", func(_ *testing.T, m *Mint) string { s, _, _ := m.NewClientSecret(); return s },
		func(m *Mint, s string) error {
			if !m.ClientSecretTagged(s) {
				return ErrInvalid
			}
			return nil
		}},
	{"state", func(t *testing.T, m *Mint) string {
		return must(m.SealState("link", []byte("payload"), noon.Add(time.Minute), []byte("cookie")))(t)
	}, func(m *Mint, s string) error { _, err := m.OpenState("link", s, []byte("cookie")); return err }},
	{"lasting state", func(t *testing.T, m *Mint) string {
		return must(m.SealState("device", []byte("payload"), noon.Add(180*24*time.Hour), nil))(t)
	}, func(m *Mint, s string) error { _, err := m.OpenState("device", s, nil); return err }},
}

func must(s string, err error) func(*testing.T) string {
	return func(t *testing.T) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

// SECURITY requirement 7: credentials are typed, none is accepted in place of another (CO-35, CO-36), not even under
// its prefix.
func TestNoTypeIsTakenForAnother(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	for _, made := range credentials {
		text := made.make(t, m)
		for _, read := range credentials {
			err := read.read(m, text)
			if want := made.name == read.name; (err == nil) != want {
				t.Errorf("a %s read as a %s: %v", made.name, read.name, err)
			}
			prefix, body, _ := strings.Cut(text, "_")
			other, _, ok := strings.Cut(read.make(t, m), "_")
			if !ok || prefix == other {
				continue
			}
			if err := read.read(m, other+"_"+body); !errors.Is(err, ErrInvalid) {
				t.Errorf("a %s under the prefix %s read as a %s: %v", made.name, other, read.name, err)
			}
		}
	}
}

// Each credential has one spelling (RFC 6749 section 10.4 and 10.10).
func TestOnlyOneSpelling(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	rows := []struct {
		name  string
		spell func(string) string
	}{
		{"CO-27 with a suffix", func(s string) string { return s + "A" }},
		{"CO-27 with four more characters", func(s string) string { return s + "AAAA" }},
		{"CO-28 in upper case", strings.ToUpper},
		{"CO-28 in lower case", strings.ToLower},
		{"RT-14 with the prefix in upper case", func(s string) string { return strings.ToUpper(s[:4]) + s[4:] }},
		{"CO-29 with a blank before it", func(s string) string { return " " + s }},
		{"CO-29 with a blank behind it", func(s string) string { return s + " " }},
		{"CO-29 with a line feed behind it", func(s string) string { return s + "\n" }},
		{"CO-29 with CR LF inside", func(s string) string { return s[:20] + "\r\n" + s[20:] }},
		{"CO-29 with four line feeds inside", func(s string) string { return s[:20] + "\n\n\n\n" + s[20:] }},
		{"CO-30 with a NUL byte behind it", func(s string) string { return s + "\x00" }},
		{"CO-30 with a NUL byte inside", func(s string) string { return s[:20] + "\x00" + s[21:] }},
		{"with padding", func(s string) string { return s + "=" }},
		{"with more padding", func(s string) string { return s + "==" }},
		{"in the other base64 alphabet", func(s string) string { return s[:len(s)-1] + "+" }},
		{"RT-15 cut by one character", func(s string) string { return s[:len(s)-1] }},
		{"RT-15 cut by four characters", func(s string) string { return s[:len(s)-4] }},
		{"RT-15 cut to its prefix", func(s string) string { return s[:4] }},
		{"RT-15 cut to less than its prefix", func(s string) string { return s[:3] }},
		{"empty", func(string) string { return "" }},
		{"doubled", func(s string) string { return s + s }},
		{"in invalid UTF-8", func(s string) string { return s[:20] + "\xff" + s[21:] }},
		{"100 kB long", func(s string) string { return s + strings.Repeat("A", 100_000) }},
	}
	for _, c := range credentials {
		text := c.make(t, m)
		if err := c.read(m, text); err != nil {
			t.Fatalf("%s as made: %v", c.name, err)
		}
		for _, row := range rows {
			if err := c.read(m, row.spell(text)); !errors.Is(err, ErrInvalid) {
				t.Errorf("%s %s: %v", c.name, row.name, err)
			}
		}
	}
}

// CO-25, RT-13: any one character changed to any other.
func TestOneCharacterChanged(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for _, c := range credentials {
		text := c.make(t, m)
		step := 1
		if c.name == "JWT access token" {
			step = 7 // a signature is slow to refuse
		}
		for i := 0; i < len(text); i += step {
			for j := i % step; j < len(alphabet); j += step {
				if alphabet[j] == text[i] {
					continue
				}
				if err := c.read(m, text[:i]+alphabet[j:j+1]+text[i+1:]); !errors.Is(err, ErrInvalid) {
					t.Fatalf("%s with character %d changed to %c: %v", c.name, i, alphabet[j], err)
				}
			}
		}
	}
}

// The bits that fill up the last character of base64 are not free (RFC 4648 section 3.5): for each length.
func TestStrayBits(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	for n := range 4 {
		s := must(m.SealState("link", make([]byte, n), noon.Add(time.Minute), nil))(t)
		for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
			other := s[:len(s)-1] + string(c)
			if _, err := m.OpenState("link", other, nil); other != s && !errors.Is(err, ErrInvalid) {
				t.Errorf("payload of %d bytes, last character %c: %v", n, c, err)
			}
		}
	}
}

func TestKeysOfAnotherRingOpenNothing(t *testing.T) {
	t.Parallel()
	ours, theirs := newMint(t), newMint(t)
	for _, c := range credentials {
		if err := c.read(ours, c.make(t, theirs)); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s of another ring: %v", c.name, err)
		}
	}
}

func TestLengths(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	most := map[string]int{
		"access token": 260, "JWT access token": 800, "authorization code": 600, "refresh token": 110,
		"session cookie": 80, "client secret": 66, "state": 120, "lasting state": 120,
	}
	for _, c := range credentials {
		if n := len(c.make(t, m)); n > most[c.name] {
			t.Errorf("%s has %d characters, more than %d", c.name, n, most[c.name])
		}
	}
}

// CO-24: nothing repeats but the version and the key.
func TestNothingRepeats(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	for _, c := range credentials {
		a, b := c.make(t, m), c.make(t, m)
		if a == b {
			t.Errorf("two of %s are the same", c.name)
		}
		if c.name == "JWT access token" {
			continue // its header and claims are readable
		}
		if a[12:36] == b[12:36] && c.name != "refresh token" { // which has its grant there
			t.Errorf("two of %s begin alike", c.name)
		}
	}
}

func same[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\ngot  %+v\nwant %+v", what, got, want)
	}
}
