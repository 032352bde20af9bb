package token

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"

	"postern/authz/key"
)

// kind is a type of tagged text.
type kind struct {
	prefix  string
	purpose key.MACPurpose
	tag     int // bytes of the tag
	most    int // characters
}

// The kinds of tagged text. The tag keeps strangers from the database; what is behind it has 256 random bits of its
// own, so that 64 bits are enough where people copy the text by hand.
var (
	refreshKind = kind{"prt_", key.MACRefresh, 16, 128}
	sessionKind = kind{"pss_", key.MACSession, 16, 128}
	secretKind  = kind{"pcs_", key.MACClientSecret, 8, 128}
)

// secretSize is how many random bytes a tagged text has.
const secretSize = 32

// begin starts a text of mac's in w.raw; the body is appended to it, and end closes it.
func (w *scratch) begin(mac *key.MAC) {
	w.raw = append(append(w.raw[:0], version), mac.ID[:]...)
}

// end appends the tag and writes the text.
func (w *scratch) end(k kind, mac *key.MAC) string {
	sum := mac.Sum(w.raw, nil)
	w.raw = append(w.raw, sum[:k.tag]...)
	return w.encode(k.prefix)
}

// untag checks s and leaves its body, which it returns too, in w.raw.
func (m *Mint) untag(w *scratch, k kind, s string) (body []byte, mac *key.MAC, err error) {
	if err := w.decode(k.prefix, s, k.most); err != nil {
		return nil, nil, err
	}
	if len(w.raw) < headSize+secretSize+k.tag || w.raw[0] != version {
		return nil, nil, ErrInvalid
	}
	mac, err = m.ring.MACOf(k.purpose, key.ID(w.raw[1:headSize]))
	if err != nil {
		return nil, nil, ErrInvalid
	}
	cut := len(w.raw) - k.tag
	sum := mac.Sum(w.raw[:cut], nil)
	if subtle.ConstantTimeCompare(sum[:k.tag], w.raw[cut:]) != 1 {
		return nil, nil, ErrInvalid
	}
	return w.raw[headSize:cut], mac, nil
}

// draw makes a text whose body is nothing but a secret.
func (m *Mint) draw(k kind) (text string, hash [32]byte) {
	w := m.borrow()
	defer m.giveBack(w)
	mac := m.ring.MAC(k.purpose)
	w.begin(mac)
	w.raw = append(w.raw, make([]byte, secretSize)...)
	rand.Read(w.raw[headSize:])
	text = w.end(k, mac)
	return text, sha256.Sum256([]byte(text))
}

// drawn tells whether draw made s.
func (m *Mint) drawn(k kind, s string) bool {
	w := m.borrow()
	defer m.giveBack(w)
	body, _, err := m.untag(w, k, s)
	return err == nil && len(body) == secretSize
}

// NewSession makes the cookie of a session. The row has the SHA-256 of the whole text.
func (m *Mint) NewSession() (cookie string, hash [32]byte) { return m.draw(sessionKind) }

// ParseSession returns the hash under which the row of a session is found. ErrInvalid: we made no such cookie.
func (m *Mint) ParseSession(cookie string) (hash [32]byte, err error) {
	if !m.drawn(sessionKind, cookie) {
		return hash, ErrInvalid
	}
	return sha256.Sum256([]byte(cookie)), nil
}

// NewClientSecret makes a client secret. The row has the SHA-256 of the whole text, as it has of imported secrets; hint
// is the last four characters, for people who have several.
func (m *Mint) NewClientSecret() (secret string, hash [32]byte, hint string) {
	secret, hash = m.draw(secretKind)
	return secret, hash, secret[len(secret)-4:]
}

// ClientSecretTagged tells whether NewClientSecret made secret. Imported secrets have no tag, and cannot be told from
// guesses without a look-up.
func (m *Mint) ClientSecretTagged(secret string) bool { return m.drawn(secretKind, secret) }
