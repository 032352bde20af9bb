package token

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"postern/authz/key"
	"postern/storage"
)

// claims are those of a JWT access token (RFC 9068 section 2.2), and one member of our own.
type claims struct {
	Issuer       string        `json:"iss"`
	Subject      string        `json:"sub"` // the user's id, or the client_id
	Audience     []string      `json:"aud"`
	Client       string        `json:"client_id"`
	IssuedAt     int64         `json:"iat"`
	ExpiresAt    int64         `json:"exp"`
	ID           string        `json:"jti"`
	Scope        string        `json:"scope,omitempty"`
	AuthTime     int64         `json:"auth_time,omitempty"`
	Confirmation *confirmation `json:"cnf,omitempty"`
	Own          own           `json:"postern"`
}

// confirmation is the key that the token is bound to (RFC 9449 section 6.1).
type confirmation struct {
	Thumbprint string `json:"jkt"`
}

// own is what we need beside the standard to tell whether the token still lives.
type own struct {
	Grant  string  `json:"grant,omitempty"`
	Org    string  `json:"org,omitempty"`
	Epochs []int64 `json:"epochs"` // the client's; then the user's, if there is one
}

// SignAccess makes a JWT access token (RFC 9068) of a, and sets a.ID. Its aud is the audience, or the issuer if there is
// none.
//
//   - ErrLifetime: a does not expire after it is issued, or later than MaxAccessTTL after
//   - ErrTooLong: more than 8,192 characters
//   - key.ErrNoKey: no key signs with alg; see key.Ring.Ensure
func (m *Mint) SignAccess(a *Access, alg string) (string, error) {
	if err := a.check(); err != nil {
		return "", fmt.Errorf("sign access token: %w", err)
	}
	signer, err := m.ring.Signer(key.JWTAccess, alg)
	if err != nil {
		return "", fmt.Errorf("sign access token: %w", err)
	}
	rand.Read(a.ID[:])
	payload, err := json.Marshal(m.claims(a))
	if err != nil {
		return "", fmt.Errorf("sign access token: %w", err)
	}
	text, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("sign access token: %w", err)
	}
	if len(text) > maxAccess {
		return "", fmt.Errorf("sign access token: %w", ErrTooLong)
	}
	return text, nil
}

func (m *Mint) claims(a *Access) *claims {
	c := &claims{
		Issuer: m.issuer, Subject: a.Client, Audience: a.Audience, Client: a.Client,
		IssuedAt: seconds(a.IssuedAt), ExpiresAt: seconds(a.ExpiresAt), ID: a.ID.String(),
		Scope: strings.Join(a.Scopes, " "), AuthTime: seconds(a.AuthTime),
		Own: own{Grant: idText(a.Grant), Org: idText(a.Org), Epochs: []int64{a.ClientEpoch}},
	}
	if len(c.Audience) == 0 {
		c.Audience = []string{m.issuer}
	}
	if !a.Subject.IsZero() {
		c.Subject = a.Subject.String()
		c.Own.Epochs = append(c.Own.Epochs, a.UserEpoch)
	}
	if a.Confirmation != nil {
		c.Confirmation = &confirmation{Thumbprint: base64.RawURLEncoding.EncodeToString(a.Confirmation)}
	}
	return c
}

// VerifyAccess reads what SignAccess made. The kid, alg and typ of a text are not read but compared with those that our
// keys write (RFC 8725 sections 3.1 and 3.11), so that a text without signature, with a foreign or symmetric one, or
// with a key or an address of a key in its header never reaches a parser. Audience is as the text has it: the issuer if
// none was asked for.
//
//   - ErrInvalid: not made by us, altered, or its key is gone or revoked
//   - ErrExpired: its time is over; what it says is returned all the same
func (m *Mint) VerifyAccess(s string) (Access, error) {
	if len(s) > maxAccess || !onlySpelling(s) {
		return Access{}, ErrInvalid
	}
	payload, err := m.ring.Verify(key.JWTAccess, s)
	if err != nil {
		return Access{}, ErrInvalid
	}
	var c claims
	if json.Unmarshal(payload, &c) != nil || c.Issuer != m.issuer {
		return Access{}, ErrInvalid
	}
	a, err := c.access()
	if err != nil {
		return Access{}, ErrInvalid
	}
	if m.expired(a.ExpiresAt) {
		return a, ErrExpired
	}
	return a, nil
}

// access is what c says. Its ids are our own writing, behind a good signature.
func (c *claims) access() (a Access, err error) {
	a = Access{
		Client: c.Client, Audience: c.Audience, Scopes: strings.Fields(c.Scope),
		IssuedAt: fromSeconds(c.IssuedAt), ExpiresAt: fromSeconds(c.ExpiresAt), AuthTime: fromSeconds(c.AuthTime),
	}
	switch len(c.Own.Epochs) {
	case 2:
		a.ClientEpoch, a.UserEpoch = c.Own.Epochs[0], c.Own.Epochs[1]
		a.Subject, err = storage.ParseID(c.Subject)
	case 1:
		a.ClientEpoch = c.Own.Epochs[0]
	default:
		return a, ErrInvalid
	}
	for _, id := range []struct {
		text string
		to   *storage.ID
	}{{c.ID, &a.ID}, {c.Own.Grant, &a.Grant}, {c.Own.Org, &a.Org}} {
		if err == nil && id.text != "" {
			*id.to, err = storage.ParseID(id.text)
		}
	}
	if err == nil && c.Confirmation != nil {
		a.Confirmation, err = base64.RawURLEncoding.DecodeString(c.Confirmation.Thumbprint)
	}
	if len(a.Scopes) == 0 {
		a.Scopes = nil
	}
	return a, err
}

// idText is the text of id, and nothing for none.
func idText(id storage.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// onlySpelling tells whether s has the form of a compact serialization (RFC 7515 section 7.1) and no segment has line
// breaks or stray bits at its end, which lenient decoders skip.
func onlySpelling(s string) bool {
	if strings.Count(s, ".") != 2 || broken(s) {
		return false
	}
	for segment := range strings.SplitSeq(s, ".") {
		if segment == "" || !wholeBytes(segment) {
			return false
		}
	}
	return true
}

// wholeBytes tells whether the last character of a base64url segment has no bits beyond the last byte.
func wholeBytes(segment string) bool {
	last := segment[len(segment)-1]
	switch len(segment) % 4 {
	case 2:
		return strings.IndexByte("AQgw", last) >= 0
	case 3:
		return strings.IndexByte("AEIMQUYcgkosw048", last) >= 0
	}
	return len(segment)%4 == 0
}
