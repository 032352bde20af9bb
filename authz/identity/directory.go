package identity

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"postern/authz/password"
	"postern/authz/throttle"
	"postern/authz/token"
	"postern/storage"
)

// Config is what a Directory stands on. Zero durations stand for the defaults.
type Config struct {
	Store  *storage.Store
	Mint   *token.Mint
	Hasher *password.Hasher // one in a process; nil: a new one
	Now    func() time.Time
	Logger *slog.Logger

	SessionIdle     time.Duration // since last seen: 5 min to 90 d, default 7 d
	SessionTTL      time.Duration // since sign-in: 5 min to 400 d, default 30 d
	DeviceCookieTTL time.Duration // 1 d to 400 d, default 180 d
	ResetTTL        time.Duration // of reset links: 5 min to 24 h, default 1 h
	SetupTTL        time.Duration // of set-up links: 5 min to 7 d, default 24 h
	ConsentTTL      time.Duration // since last given: 1 h to 10 a, default 365 d
}

// Directory has every decision about users. It is safe for concurrent use.
type Directory struct {
	turns  *turns
	store  *storage.Store
	mint   *token.Mint
	hasher *password.Hasher
	guard  *throttle.Guard
	now    func() time.Time
	log    *slog.Logger
	ttl    lifetimes
}

type lifetimes struct{ idle, session, device, reset, setup, consent time.Duration }

const (
	day = 24 * time.Hour

	// revocationTTL is what a revocation of a user is kept for: the longest life of an access token, and clocks.
	revocationTTL = day + 5*time.Minute
)

// New makes a Directory, or says which of the durations is out of bounds.
func New(c Config) (*Directory, error) {
	if c.Store == nil || c.Mint == nil || c.Now == nil || c.Logger == nil {
		return nil, errors.New("identity: Store, Mint, Now and Logger are needed")
	}
	d := &Directory{turns: newTurns(), store: c.Store, mint: c.Mint, hasher: c.Hasher, now: c.Now, log: c.Logger}
	if d.hasher == nil {
		d.hasher = password.New()
	}
	for _, t := range []struct {
		name             string
		set              *time.Duration
		value, otherwise time.Duration
		least, most      time.Duration
	}{
		{"SessionIdle", &d.ttl.idle, c.SessionIdle, 7 * day, 5 * time.Minute, 90 * day},
		{"SessionTTL", &d.ttl.session, c.SessionTTL, 30 * day, 5 * time.Minute, 400 * day},
		{"DeviceCookieTTL", &d.ttl.device, c.DeviceCookieTTL, 180 * day, day, 400 * day},
		{"ResetTTL", &d.ttl.reset, c.ResetTTL, time.Hour, 5 * time.Minute, day},
		{"SetupTTL", &d.ttl.setup, c.SetupTTL, day, 5 * time.Minute, 7 * day},
		{"ConsentTTL", &d.ttl.consent, c.ConsentTTL, 365 * day, time.Hour, 3650 * day},
	} {
		*t.set = t.value
		if t.value == 0 {
			*t.set = t.otherwise
		}
		if *t.set < t.least || *t.set > t.most {
			return nil, fmt.Errorf("identity: %s is %s, and has to be between %s and %s", t.name, t.value, t.least, t.most)
		}
	}
	d.guard = throttle.NewGuard()
	return d, nil
}

// SessionTTL is how long a session lasts at most: for the cookie's Max-Age.
func (d *Directory) SessionTTL() time.Duration { return d.ttl.session }

// DeviceCookieTTL is how long a device cookie lasts.
func (d *Directory) DeviceCookieTTL() time.Duration { return d.ttl.device }
