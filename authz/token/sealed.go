package token

import (
	"crypto/rand"

	"postern/authz/key"
	"postern/storage"
)

// version is the first byte of everything binary.
const version = 1

// headSize is what stands before the nonce of a sealed text and the body of a tagged one: version and key id.
const headSize = 1 + len(key.ID{})

// The types of text, and the most characters of each.
const (
	prefixAccess  = "pat_"
	prefixCode    = "pac_"
	prefixState   = "pst_"
	prefixLasting = "psl_"

	maxAccess = 8 << 10 // also of JWTs; what fits into a header line everywhere
	maxCode   = 2048    // what fits into a URL everywhere
	maxState  = 8 << 10
)

// seal makes the text of w.plain, and the id that its nonce gives it.
func (m *Mint) seal(w *scratch, p key.SealPurpose, prefix string, extra []byte, most int) (string, storage.ID, error) {
	s := m.ring.Sealer(p)
	w.raw = append(append(w.raw[:0], version), s.ID[:]...)
	w.raw = append(w.raw, make([]byte, key.NonceSize)...)
	nonce := w.raw[headSize:]
	rand.Read(nonce)
	id := storage.ID(nonce[:16])
	w.raw = s.Seal(w.raw, nonce, w.plain, extra)
	if len(prefix)+encoding.EncodedLen(len(w.raw)) > most {
		return "", id, ErrTooLong
	}
	return w.encode(prefix), id, nil
}

// open puts what seal sealed into w.plain.
func (m *Mint) open(w *scratch, p key.SealPurpose, prefix, s string, extra []byte, most int) (storage.ID, error) {
	if err := w.decode(prefix, s, most); err != nil {
		return storage.ID{}, err
	}
	const least = headSize + key.NonceSize + key.Overhead
	if len(w.raw) < least || w.raw[0] != version {
		return storage.ID{}, ErrInvalid
	}
	opener, err := m.ring.Opener(p, key.ID(w.raw[1:headSize]))
	if err != nil {
		return storage.ID{}, ErrInvalid
	}
	nonce, sealed := w.raw[headSize:headSize+key.NonceSize], w.raw[headSize+key.NonceSize:]
	plain, err := opener.Open(w.plain[:0], nonce, sealed, extra)
	if err != nil {
		return storage.ID{}, ErrInvalid
	}
	w.plain = plain
	return storage.ID(nonce[:16]), nil
}
