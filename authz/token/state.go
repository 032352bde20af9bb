package token

import (
	"fmt"
	"strings"
	"time"

	"postern/authz/key"
)

// SealState makes a text that carries payload to a later step: pending requests, set-up and reset links. It opens only
// for the same purpose (a short name, such as "reset link") and with the same binding (such as the hash of a cookie, or
// nil), until expires (cut to whole seconds). What lives for more than 24 h, such as a device cookie, has another prefix
// and another key, as sealing keys do not last.
//
//   - ErrTooLong: more than 8,192 characters, which a payload of 5 KiB does not reach
func (m *Mint) SealState(purpose string, payload []byte, expires time.Time, binding []byte) (string, error) {
	w := m.borrow()
	defer m.giveBack(w)
	w.plain = append(appendNumber(w.plain[:0], seconds(expires)), payload...)
	p, prefix := key.SealState, prefixState
	if expires.Sub(m.now()) > MaxAccessTTL {
		p, prefix = key.SealLasting, prefixLasting
	}
	text, _, err := m.seal(w, p, prefix, bind(purpose, binding), maxState)
	if err != nil {
		return "", fmt.Errorf("seal %s: %w", purpose, err)
	}
	return text, nil
}

// OpenState returns the payload of what SealState made.
//
//   - ErrInvalid: another purpose, another binding, an altered text, or a key that is gone or revoked
//   - ErrExpired: its time is over
func (m *Mint) OpenState(purpose, s string, binding []byte) ([]byte, error) {
	w := m.borrow()
	defer m.giveBack(w)
	p, prefix := key.SealState, prefixState
	if strings.HasPrefix(s, prefixLasting) {
		p, prefix = key.SealLasting, prefixLasting
	}
	if _, err := m.open(w, p, prefix, s, bind(purpose, binding), maxState); err != nil {
		return nil, err
	}
	r := reader{rest: string(w.plain)}
	expires := fromSeconds(r.seconds())
	switch {
	case r.bad:
		return nil, ErrInvalid
	case m.expired(expires):
		return nil, ErrExpired
	}
	return []byte(r.rest), nil
}

// bind is the additional data of a state, beside that of its key.
func bind(purpose string, binding []byte) []byte {
	return append(appendString(nil, purpose), binding...)
}
