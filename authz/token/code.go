package token

import (
	"errors"
	"fmt"
	"time"

	"postern/authz/key"
	"postern/storage"
)

// Code is what an authorization code says.
type Code struct {
	Grant                  storage.ID // the id of the row that its redemption inserts: the single-use guard
	Client                 string
	User, Org              storage.ID
	Consent                storage.ID // zero: a first-party app
	Session                storage.ID
	RedirectHash           [32]byte // SHA-256 of the redirect URI
	RedirectSent           bool     // the request named it, so the exchange has to as well (RFC 6749 section 4.1.3)
	Challenge              [32]byte // the decoded S256 code_challenge (RFC 7636 section 4.2)
	HasChallenge           bool
	Nonce                  string
	Scopes, Audience       []string
	AuthTime, ExpiresAt    time.Time // whole seconds, UTC
	ClientEpoch, UserEpoch int64     // not negative
	Refresh                bool      // a refresh token is due
	FirstParty             bool
}

// SealCode makes an authorization code of c: typically under 600 characters.
//
//   - ErrTooLong: more than 2,048 characters
func (m *Mint) SealCode(c *Code) (string, error) {
	if c.Grant.IsZero() || c.User.IsZero() || c.ExpiresAt.IsZero() {
		return "", errors.New("seal authorization code: a code has a grant, a user and an end")
	}
	w := m.borrow()
	defer m.giveBack(w)
	w.plain = appendCode(w.plain[:0], c)
	text, _, err := m.seal(w, key.SealCode, prefixCode, nil, maxCode)
	if err != nil {
		return "", fmt.Errorf("seal authorization code: %w", err)
	}
	return text, nil
}

// OpenCode reads what SealCode made.
//
//   - ErrInvalid: another prefix, an altered text, or a key that is gone or revoked
//   - ErrExpired: its time is over; what it says is returned all the same
func (m *Mint) OpenCode(s string) (Code, error) {
	w := m.borrow()
	defer m.giveBack(w)
	if _, err := m.open(w, key.SealCode, prefixCode, s, nil, maxCode); err != nil {
		return Code{}, err
	}
	c, ok := readCode(string(w.plain))
	if !ok {
		return Code{}, ErrInvalid
	}
	if m.expired(c.ExpiresAt) {
		return c, ErrExpired
	}
	return c, nil
}

// What of a Code is there, or true.
const (
	codeOrg = 1 << iota
	codeConsent
	codeSession
	codeRedirectSent
	codeChallenge
	codeRefresh
	codeFirstParty
	codeFlags = 1<<iota - 1
)

func appendCode(b []byte, c *Code) []byte {
	at := len(b)
	b = append(b, 0)
	b = append(b, c.Grant[:]...)
	b = append(b, c.User[:]...)
	b, flags := appendIDs(b, c.Org, c.Consent, c.Session)
	b = append(b, c.RedirectHash[:]...)
	if c.HasChallenge {
		b = append(b, c.Challenge[:]...)
	}
	b = appendString(b, c.Client)
	b = appendString(b, c.Nonce)
	b = appendStrings(b, c.Scopes)
	b = appendStrings(b, c.Audience)
	b = appendNumber(b, seconds(c.AuthTime))
	b = appendNumber(b, seconds(c.ExpiresAt))
	b = appendNumber(b, c.ClientEpoch)
	b = appendNumber(b, c.UserEpoch)
	b[at] = flags | flag(c.RedirectSent, codeRedirectSent) | flag(c.HasChallenge, codeChallenge) |
		flag(c.Refresh, codeRefresh) | flag(c.FirstParty, codeFirstParty)
	return b
}

func flag(set bool, bit byte) byte {
	if set {
		return bit
	}
	return 0
}

func readCode(plain string) (c Code, ok bool) {
	r := reader{rest: plain}
	flags := r.byte()
	c.RedirectSent, c.HasChallenge = flags&codeRedirectSent != 0, flags&codeChallenge != 0
	c.Refresh, c.FirstParty = flags&codeRefresh != 0, flags&codeFirstParty != 0
	c.Grant, c.User = r.idIf(true), r.idIf(true)
	c.Org = r.idIf(flags&codeOrg != 0)
	c.Consent = r.idIf(flags&codeConsent != 0)
	c.Session = r.idIf(flags&codeSession != 0)
	c.RedirectHash = r.hash()
	if c.HasChallenge {
		c.Challenge = r.hash()
	}
	c.Client, c.Nonce = r.string(), r.string()
	c.Scopes, c.Audience = r.strings(), r.strings()
	c.AuthTime, c.ExpiresAt = fromSeconds(r.seconds()), fromSeconds(r.seconds())
	c.ClientEpoch, c.UserEpoch = r.epoch(), r.epoch()
	return c, r.done() && flags&^codeFlags == 0
}
