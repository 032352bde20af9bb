package password

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"golang.org/x/text/unicode/norm"
)

// MaxLen bounds a password, in bytes. A longer one is refused before anything is computed of it.
const MaxLen = 1024

// Which error it was. Test with errors.Is.
var (
	// ErrTooLong: the password has more than MaxLen bytes.
	ErrTooLong = errors.New("password too long")
	// ErrHash: the hash is of no kind that this package knows, or its cost is out of bounds.
	ErrHash = errors.New("unknown password hash")
	// ErrBusy: ctx ended before there was room to compute.
	ErrBusy = errors.New("too many passwords are being checked")
)

// Hasher computes password hashes, at most one per core and at most 4 at a time; each needs 19 MiB while it lasts. It is
// safe for concurrent use. There should be one in a process, as the cap is its own.
type Hasher struct {
	slots chan struct{}
	decoy []byte // salt of the verification that stands in for unknown users
	quiet *time.Timer
}

// quietAfter is how long nobody computes before the memory goes back to the system. Each computation leaves 19 MiB, which
// the collector would else keep for minutes: most of what an idle server holds.
const quietAfter = 5 * time.Second

// New returns a Hasher.
func New() *Hasher {
	h := &Hasher{slots: make(chan struct{}, min(4, runtime.GOMAXPROCS(0))), decoy: newSalt(), quiet: time.AfterFunc(quietAfter, debug.FreeOSMemory)}
	h.quiet.Stop() // until something is computed
	return h
}

// Hash returns the PHC string of password in its NFKC form: the same text typed on another keyboard is the same
// password. Errors: ErrTooLong, ErrBusy.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if len(password) > MaxLen {
		return "", ErrTooLong
	}
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	salt := newSalt()
	return current.format(salt, current.compute(norm.NFKC.String(password), salt, keyLen)), nil
}

// Verify tells whether hash is of password. upgrade is true if it is and the hash should be replaced by Hash's. An empty
// hash stands for a user without a password: false, in the time that Verify takes for others. Errors: ErrTooLong (not
// the password, then: nothing was computed), ErrBusy, ErrHash.
func (h *Hasher) Verify(ctx context.Context, hash, password string) (ok, upgrade bool, err error) {
	if hash == "" {
		return false, false, h.VerifyNone(ctx, password)
	}
	if len(password) > MaxLen {
		return false, false, ErrTooLong
	}
	known, err := parse(hash)
	if err != nil {
		return false, false, err
	}
	if err := h.enter(ctx); err != nil {
		return false, false, err
	}
	defer h.leave()
	ok = verifies(known, password)
	return ok, ok && !isCurrent(known), nil
}

// verifies tries the NFKC form, and for hashes made elsewhere also the bytes as they came.
func verifies(h hashed, password string) bool {
	normal := norm.NFKC.String(password)
	return h.matches(normal) || normal != password && h.matches(password)
}

// VerifyNone spends what Verify spends on a hash of ours, for an unknown user. The answer is always no. Errors: as
// Verify.
func (h *Hasher) VerifyNone(ctx context.Context, password string) error {
	if len(password) > MaxLen {
		return ErrTooLong
	}
	if err := h.enter(ctx); err != nil {
		return err
	}
	defer h.leave()
	verifies(argon2id{params: current, salt: h.decoy, key: make([]byte, keyLen)}, password)
	return nil
}

// ValidHash returns nil if Verify can work with hash: for imports. Else the error is ErrHash.
func ValidHash(hash string) error {
	_, err := parse(hash)
	return err
}

func (h *Hasher) enter(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ErrBusy, ctx.Err())
	}
}

func (h *Hasher) leave() {
	<-h.slots
	h.quiet.Reset(quietAfter)
}
