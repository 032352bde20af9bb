package password

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// hashed is a hash that was read and is within bounds.
type hashed interface{ matches(password string) bool }

// maxHashLen bounds the text of a hash, in bytes.
const maxHashLen = 512

// schemes are known by how their hashes begin.
var schemes = []struct {
	prefix string
	parse  func(string) (hashed, error)
}{
	{"$argon2id$", parseArgon2id},
	{"$2a$", parseBcrypt},
	{"$2b$", parseBcrypt},
	{"$2y$", parseBcrypt},
	{"$pbkdf2-sha256$", parsePBKDF2},
	{"$pbkdf2-sha512$", parsePBKDF2},
	{"pbkdf2_sha256$", parseDjango},
}

func parse(hash string) (hashed, error) {
	if len(hash) <= maxHashLen {
		for _, s := range schemes {
			if strings.HasPrefix(hash, s.prefix) {
				return s.parse(hash)
			}
		}
	}
	return nil, ErrHash
}

func outOfBounds(what string) error { return fmt.Errorf("%w: %s is out of bounds", ErrHash, what) }

func malformed(what string) error { return fmt.Errorf("%w: %s is malformed", ErrHash, what) }

// number reads a decimal of at most nine digits.
func number(s string) (int, error) {
	if s == "" || len(s) > 9 || strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) {
		return 0, malformed("a number")
	}
	return strconv.Atoi(s)
}

// b64 reads base64 without padding in the alphabets that PHC strings and passlib use.
func b64(s string) ([]byte, error) {
	s = strings.TrimRight(strings.ReplaceAll(s, ".", "+"), "=")
	data, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return nil, malformed("base64")
	}
	return data, nil
}
