package key

import (
	"crypto/rand"
	"encoding/hex"
	"strings"
)

// ID names a key inside tokens: 4 random bytes. The kid is its text, led by the use.
type ID [4]byte

func newID() (id ID) {
	rand.Read(id[:])
	return id
}

// kid is the text of id for a key of that use: seal-1f09a3c7.
func (id ID) kid(use string) string { return use + "-" + hex.EncodeToString(id[:]) }

// parseKID reads the one spelling that kid writes.
func parseKID(kid, use string) (id ID, ok bool) {
	text, ok := strings.CutPrefix(kid, use+"-")
	if !ok || len(text) != hex.EncodedLen(len(id)) {
		return ID{}, false
	}
	if _, err := hex.Decode(id[:], []byte(text)); err != nil {
		return ID{}, false
	}
	return id, id.kid(use) == kid
}
