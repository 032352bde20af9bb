package key

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"postern/storage"
)

// Config opens a Ring.
type Config struct {
	Secret      []byte // at least 32 bytes; only what is derived from it is kept
	Issuer      string
	Now         func() time.Time
	Logger      *slog.Logger
	JWKSMaxAge  time.Duration // how long a new key is announced before it is used; 0: 5 min
	RotateEvery time.Duration // how long sig and seal keys are used; 0: 30 days
	Made        Hook          // for keys that no person asked for: first start, Ensure and Tend; nil: none
}

// Ring holds all live keys. It is safe for concurrent use, and its reads take no lock.
type Ring struct {
	store       *storage.Store
	vault       *vault
	now         func() time.Time
	log         *slog.Logger
	announce    time.Duration
	rotateEvery time.Duration
	made        Hook

	keys    atomic.Pointer[snapshot]
	halted  atomic.Bool // none of the keys of a use opens here
	broken  atomic.Bool // a key in the database does not open
	reading sync.Mutex  // a slow read must not undo a later one
	making  singleflight.Group

	unknown sync.Mutex // held while an unknown key is looked for
	asked   time.Time  // when that was last done
}

// Open reads the keys, and makes the first ones if there are none. Several nodes may do so at once: they end up with the
// same keys.
//
//   - ErrShortSecret: the secret has fewer than 32 bytes
//   - ErrWrongSecret: the database was set up with another secret
//   - ErrOtherIssuer: the database was set up for another issuer; Rewrap moves it
func Open(ctx context.Context, store *storage.Store, c Config) (*Ring, error) {
	r, err := newRing(store, c)
	if err != nil {
		return nil, err
	}
	if err := r.start(ctx); err != nil {
		return nil, fmt.Errorf("open key ring: %w", err)
	}
	return r, nil
}

func newRing(store *storage.Store, c Config) (*Ring, error) {
	v, err := newVault(c.Secret, c.Issuer)
	if err != nil {
		return nil, err
	}
	r := &Ring{
		store: store, vault: v, now: c.Now, log: c.Logger, made: c.Made,
		announce:    orElse(c.JWKSMaxAge, 5*time.Minute),
		rotateEvery: orElse(c.RotateEvery, 30*24*time.Hour),
	}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	return r, nil
}

func orElse(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}

// Reload reads the keys anew. What does not open (a key made under a newer secret) is logged and left out; if the
// database does not answer, the keys stay as they are.
func (r *Ring) Reload(ctx context.Context) error {
	broken, err := r.read(ctx)
	if was := r.broken.Swap(broken != nil); broken != nil && !was {
		r.log.ErrorContext(ctx, "keys do not open: was the secret rotated? restart this server with the new one", "error", broken)
	}
	return err
}

// Halted tells whether a use has no key left that opens: the old ones are revoked, and their successors are sealed under a
// newer secret. The ring then still has the old ones, and nothing may be made or believed by them.
func (r *Ring) Halted() bool { return r.halted.Load() }

// Broken tells whether a live key in the database does not open: another node seals with a newer secret. What such a key
// made cannot be judged here.
func (r *Ring) Broken() bool { return r.broken.Load() }

// read takes the rows in. broken says what did not open.
func (r *Ring) read(ctx context.Context) (broken, err error) {
	r.reading.Lock()
	defer r.reading.Unlock()
	rows, err := r.store.Keys(ctx)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	return r.install(rows)
}

func (r *Ring) install(rows []storage.Key) (broken, err error) {
	var opened map[string]live
	if s := r.keys.Load(); s != nil {
		opened = s.opened
	}
	next, broken := build(r.vault, rows, opened, r.now())
	r.halted.Store(!next.complete())
	if !next.complete() {
		return broken, errors.Join(fmt.Errorf("read keys: %w", ErrNoKey), broken)
	}
	r.keys.Store(next)
	return broken, nil
}

// List describes all keys, oldest first, those that died lately included.
func (r *Ring) List() []Status {
	now := r.now()
	s := r.keys.Load()
	list := make([]Status, 0, len(s.rows))
	for _, k := range s.rows {
		list = append(list, status(s.rows, k, now))
	}
	return list
}

func status(rows []storage.Key, k storage.Key, now time.Time) Status {
	return Status{
		ID: k.ID, Use: k.Use, Alg: k.Alg, State: state(rows, k, now), CreatedAt: k.CreatedAt,
		ActiveAt: k.ActiveAt, RetiredAt: k.RetiredAt, ExpiresAt: k.ExpiresAt, RevokedAt: k.RevokedAt,
	}
}

func state(rows []storage.Key, k storage.Key, now time.Time) State {
	switch {
	case !k.RevokedAt.IsZero():
		return StateRevoked
	case over(k, now):
		return StateGone
	case k.ID == current(rows, k.Use, k.Alg, now).ID:
		return StateActive
	case now.Before(k.ActiveAt):
		return StateAnnounced
	}
	return StateVerifying
}

// JWKS is the public key set (RFC 7517 section 5): all signing keys that verify now or are announced. The bytes are
// shared; nobody writes to them.
func (r *Ring) JWKS() []byte {
	s := r.keys.Load()
	if now := r.now(); !s.jwksEnds.IsZero() && !now.Before(s.jwksEnds) {
		s = r.republish()
	}
	return s.jwks
}

// republish takes keys out of the key set whose end has come since it was made.
func (r *Ring) republish() *snapshot {
	r.reading.Lock()
	defer r.reading.Unlock()
	s := r.keys.Load()
	next := *s
	next.publish(r.now())
	r.keys.Store(&next)
	return &next
}
