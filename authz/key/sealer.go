package key

import (
	"crypto/cipher"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"
)

// Sizes of sealed data, in bytes.
const (
	NonceSize = chacha20poly1305.NonceSizeX
	Overhead  = chacha20poly1305.Overhead // what sealing adds to the plaintext, beside the nonce
)

// Sealer seals for one purpose under one key. It is safe for concurrent use.
type Sealer struct {
	ID   ID
	aead cipher.AEAD
	aad  []byte
}

// Seal appends the ciphertext of plain to dst. The nonce has NonceSize random bytes; extra is bound too, and may be nil.
func (s *Sealer) Seal(dst, nonce, plain, extra []byte) []byte {
	return s.aead.Seal(dst, nonce, plain, s.bind(extra))
}

// Open appends the plaintext of what Seal made to dst; otherwise ErrNotOpened.
func (s *Sealer) Open(dst, nonce, sealed, extra []byte) ([]byte, error) {
	plain, err := s.aead.Open(dst, nonce, sealed, s.bind(extra))
	if err != nil {
		return nil, ErrNotOpened
	}
	return plain, nil
}

func (s *Sealer) bind(extra []byte) []byte {
	if len(extra) == 0 {
		return s.aad
	}
	return append(s.aad[:len(s.aad):len(s.aad)], extra...)
}

func newSealer(p SealPurpose, id ID, use string, material []byte, issuer string) (s Sealer, err error) {
	purpose := sealPurposes[p]
	sub, err := subkey(material, purpose)
	if err != nil {
		return s, err
	}
	aead, err := chacha20poly1305.NewX(sub)
	if err != nil {
		return s, fmt.Errorf("open sealing key: %w", err)
	}
	return Sealer{ID: id, aead: aead, aad: bound(purpose, id.kid(use), issuer)}, nil
}

// sealKey is a key of use seal: a Sealer for each purpose but SealLasting.
type sealKey [SealLasting]Sealer

func newSealKey(id ID, material []byte, issuer string) (*sealKey, error) {
	k := new(sealKey)
	for p := range k {
		s, err := newSealer(SealPurpose(p), id, UseSeal, material, issuer)
		if err != nil {
			return nil, err
		}
		k[p] = s
	}
	return k, nil
}
