package password

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// params are the cost of an argon2id hash (RFC 9106, section 3.1).
type params struct {
	memory  int // KiB
	passes  int
	threads int
}

// current is what new hashes cost, after OWASP's first choice for argon2id that spares memory.
var current = params{memory: 19 * 1024, passes: 2, threads: 1}

// The bounds of what imports may ask for: a hash of 128 MiB and 16 passes takes a core two seconds.
const (
	maxMemory  = 128 * 1024
	maxPasses  = 16
	maxThreads = 16
	keyLen     = 32
	saltLen    = 16
)

// argon2id is a hash $argon2id$v=19$m=19456,t=2,p=1$salt$key.
type argon2id struct {
	params
	salt, key []byte
}

func parseArgon2id(hash string) (hashed, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[2] != "v=19" {
		return nil, malformed("argon2id")
	}
	var h argon2id
	var err error
	if h.params, err = parseParams(parts[3]); err != nil {
		return nil, err
	}
	if h.salt, err = b64(parts[4]); err != nil {
		return nil, err
	}
	if h.key, err = b64(parts[5]); err != nil {
		return nil, err
	}
	if len(h.salt) < 8 || len(h.salt) > 64 || len(h.key) < 16 || len(h.key) > 64 {
		return nil, outOfBounds("argon2id length")
	}
	return h, nil
}

func parseParams(s string) (params, error) {
	fields := strings.Split(s, ",")
	if len(fields) != 3 {
		return params{}, malformed("argon2id cost")
	}
	var values [3]int
	for i, name := range []string{"m=", "t=", "p="} {
		digits, ok := strings.CutPrefix(fields[i], name)
		n, err := number(digits)
		if !ok || err != nil {
			return params{}, malformed("argon2id cost")
		}
		values[i] = n
	}
	p := params{memory: values[0], passes: values[1], threads: values[2]}
	if p.threads < 1 || p.threads > maxThreads || p.passes < 1 || p.passes > maxPasses ||
		p.memory < 8*p.threads || p.memory > maxMemory {
		return params{}, outOfBounds("argon2id cost")
	}
	return p, nil
}

func (h argon2id) matches(password string) bool {
	return subtle.ConstantTimeCompare(h.compute(password, h.salt, len(h.key)), h.key) == 1
}

func (p params) compute(password string, salt []byte, length int) []byte {
	return argon2.IDKey([]byte(password), salt, uint32(p.passes), uint32(p.memory), uint8(p.threads), uint32(length))
}

func (p params) format(salt, key []byte) string {
	text := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.passes, p.threads,
		text.EncodeToString(salt), text.EncodeToString(key))
}

// isCurrent tells whether h is what Hash would make.
func isCurrent(h hashed) bool {
	a, ok := h.(argon2id)
	return ok && a.params == current && len(a.salt) >= saltLen && len(a.key) == keyLen
}

func newSalt() []byte {
	salt := make([]byte, saltLen)
	rand.Read(salt) // never fails
	return salt
}
