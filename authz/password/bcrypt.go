package password

import (
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// The bounds of a bcrypt hash's cost: 14 takes a core about a second.
const (
	minBcrypt = 4
	maxBcrypt = 14
)

// bcryptHash is a hash $2b$10$... as it was written.
type bcryptHash []byte

func parseBcrypt(hash string) (hashed, error) {
	cost, err := bcrypt.Cost([]byte(hash))
	if err != nil || len(hash) != 60 {
		return nil, malformed("bcrypt")
	}
	if cost < minBcrypt || cost > maxBcrypt {
		return nil, outOfBounds("bcrypt cost")
	}
	return bcryptHash(hash), nil
}

// matches refuses what bcrypt confuses: it looks at 72 bytes and no further, and repeats the password with a NUL behind
// it to fill them, so that a, NUL, a would be the same as a.
func (h bcryptHash) matches(password string) bool {
	if len(password) > 72 || strings.Contains(password, "\x00") {
		return false
	}
	return bcrypt.CompareHashAndPassword(h, []byte(password)) == nil
}
