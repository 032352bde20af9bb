package password

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"hash"
	"strings"
)

// The bounds of a PBKDF2 hash's iterations: two million take a core about half a second.
const (
	minIterations = 1_000
	maxIterations = 2_000_000
)

// pbkdf2Hash is a hash of RFC 8018, section 5.2.
type pbkdf2Hash struct {
	digest     func() hash.Hash
	iterations int
	salt, key  []byte
}

// parsePBKDF2 reads $pbkdf2-sha256$i=600000$salt$key and passlib's form without "i=".
func parsePBKDF2(text string) (hashed, error) {
	parts := strings.Split(text, "$")
	if len(parts) != 5 {
		return nil, malformed("PBKDF2")
	}
	rounds, _, _ := strings.Cut(strings.TrimPrefix(parts[2], "i="), ",") // ",l=32" says what the key shows
	salt, err := b64(parts[3])
	if err != nil {
		return nil, err
	}
	digest := sha256.New
	if parts[1] == "pbkdf2-sha512" {
		digest = sha512.New
	}
	return newPBKDF2(digest, rounds, salt, parts[4])
}

// parseDjango reads pbkdf2_sha256$600000$salt$key, where the salt is plain text.
func parseDjango(text string) (hashed, error) {
	parts := strings.Split(text, "$")
	if len(parts) != 4 {
		return nil, malformed("PBKDF2")
	}
	return newPBKDF2(sha256.New, parts[1], []byte(parts[2]), parts[3])
}

func newPBKDF2(digest func() hash.Hash, rounds string, salt []byte, key string) (hashed, error) {
	iterations, err := number(rounds)
	if err != nil {
		return nil, err
	}
	if iterations < minIterations || iterations > maxIterations {
		return nil, outOfBounds("PBKDF2 iterations")
	}
	h := pbkdf2Hash{digest: digest, iterations: iterations, salt: salt}
	if h.key, err = b64(key); err != nil {
		return nil, err
	}
	if len(salt) < 8 || len(salt) > 64 || len(h.key) < 16 || len(h.key) > digest().Size() {
		return nil, outOfBounds("PBKDF2 length")
	}
	return h, nil
}

func (h pbkdf2Hash) matches(password string) bool {
	key, err := pbkdf2.Key(h.digest, password, h.salt, h.iterations, len(h.key))
	return err == nil && subtle.ConstantTimeCompare(key, h.key) == 1
}
