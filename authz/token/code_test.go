package token

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestCodeComesBackAsItWas(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	rows := []struct {
		name   string
		change func(*Code)
	}{
		{"a remembered consent", func(*Code) {}},
		{"a first-party app", func(c *Code) { c.Consent, c.FirstParty = [16]byte{}, true }},
		{"no session, no organization", func(c *Code) { c.Session, c.Org = [16]byte{}, [16]byte{} }},
		{"no PKCE (RFC 7636 section 4.4)", func(c *Code) { c.HasChallenge, c.Challenge = false, [32]byte{} }},
		{"a challenge of zeros is still one", func(c *Code) { c.Challenge = [32]byte{} }},
		{"a redirect URI that was not sent", func(c *Code) { c.RedirectSent = false }},
		{"no nonce, no scope, no refresh token", func(c *Code) { c.Nonce, c.Scopes, c.Refresh = "", nil, false }},
		{"two audiences", func(c *Code) { c.Audience = []string{"https://a.example", "https://b.example"} }},
		{"no authentication time", func(c *Code) { c.AuthTime = time.Time{} }},
	}
	for _, row := range rows {
		c := userCode()
		row.change(c)
		got, err := m.OpenCode(must(m.SealCode(c))(t))
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
		}
		same(t, row.name, got, *c)
	}
}

// CO-23.
func TestCodeExpires(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	s := must(m.SealCode(userCode()))(t)
	if _, err := m.later(time.Minute - 1).OpenCode(s); err != nil {
		t.Errorf("a moment before its end: %v", err)
	}
	got, err := m.later(time.Minute).OpenCode(s)
	if !errors.Is(err, ErrExpired) {
		t.Errorf("at its end: %v", err)
	}
	same(t, "what an expired code says", got, *userCode())
}

func TestCodeIsAtMost2048Characters(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	c := userCode()
	for n := 0; ; n++ {
		c.Nonce = strings.Repeat("n", n)
		s, err := m.SealCode(c)
		if err == nil && len(s) <= 2048 && n < 2048 {
			continue
		}
		if !errors.Is(err, ErrTooLong) || n < 1000 {
			t.Errorf("nonce of %d characters: %v, %d characters", n, err, len(s))
		}
		return
	}
}

func TestCodeNeedsAGrantAUserAndAnEnd(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	for _, change := range []func(*Code){
		func(c *Code) { c.Grant = [16]byte{} }, func(c *Code) { c.User = [16]byte{} }, func(c *Code) { c.ExpiresAt = time.Time{} },
	} {
		c := userCode()
		change(c)
		if s, err := m.SealCode(c); err == nil {
			t.Errorf("sealed %d characters of %+v", len(s), c)
		}
	}
}

func TestCodeEncodingIsStrict(t *testing.T) {
	t.Parallel()
	good := string(appendCode(nil, userCode()))
	rows := []struct{ name, plain string }{
		{"nothing", ""},
		{"a byte left over", good + "\x00"},
		{"a byte short", good[:len(good)-1]},
		{"a flag nobody knows", string([]byte{good[0] | 0x80}) + good[1:]},
		{"a grant of zeros", good[:1] + strings.Repeat("\x00", 16) + good[17:]},
		{"a consent of zeros", good[:1+48] + strings.Repeat("\x00", 16) + good[1+64:]},
	}
	for _, row := range rows {
		if _, ok := readCode(row.plain); ok {
			t.Errorf("%s was read", row.name)
		}
	}
}
