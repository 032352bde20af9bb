package key

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"
)

// minSecret is the least length of a secret in bytes.
const minSecret = 32

// vault seals what the database keeps under keys derived from the operator's secret.
type vault struct {
	root   []byte // HKDF-Extract of the secret
	issuer string
}

func newVault(secret []byte, issuer string) (*vault, error) {
	if len(secret) < minSecret {
		return nil, ErrShortSecret
	}
	root, err := hkdf.Extract(sha256.New, secret, nil)
	if err != nil {
		return nil, fmt.Errorf("derive from secret: %w", err)
	}
	return &vault{root: root, issuer: issuer}, nil
}

// seal returns nonce and ciphertext of plain, bound to purpose, id and issuer.
func (v *vault) seal(purpose, id string, plain []byte) ([]byte, error) {
	sub, err := subkey(v.root, purpose)
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.NewX(sub)
	if err != nil {
		return nil, fmt.Errorf("open vault: %w", err)
	}
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(plain)+aead.Overhead())
	rand.Read(nonce)
	return aead.Seal(nonce, nonce, plain, bound(purpose, id, v.issuer)), nil
}

// open reads what seal wrote with the same arguments; otherwise ErrNotOpened.
func (v *vault) open(purpose, id string, sealed []byte) ([]byte, error) {
	sub, err := subkey(v.root, purpose)
	if err != nil {
		return nil, err
	}
	aead, err := chacha20poly1305.NewX(sub)
	if err != nil {
		return nil, fmt.Errorf("open vault: %w", err)
	}
	if len(sealed) < aead.NonceSize() {
		return nil, ErrNotOpened
	}
	nonce, text := sealed[:aead.NonceSize()], sealed[aead.NonceSize():]
	plain, err := aead.Open(nil, nonce, text, bound(purpose, id, v.issuer))
	if err != nil {
		return nil, ErrNotOpened
	}
	return plain, nil
}

// subkey derives the 32-byte key for purpose (RFC 5869 section 2.3).
func subkey(root []byte, purpose string) ([]byte, error) {
	sub, err := hkdf.Expand(sha256.New, root, fmt.Sprintf("postern/%d/%s", version, purpose), 32)
	if err != nil {
		return nil, fmt.Errorf("derive key for %s: %w", purpose, err)
	}
	return sub, nil
}

// bound is the additional data of all sealing. Lengths go first, so that no two lists of parts look alike.
func bound(purpose, id, issuer string) []byte {
	aad := []byte{version}
	for _, part := range []string{purpose, id, issuer} {
		aad = binary.AppendUvarint(aad, uint64(len(part)))
		aad = append(aad, part...)
	}
	return aad
}
