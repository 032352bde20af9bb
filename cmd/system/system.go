// Package system assembles the server out of its floors: once for `posternd serve`, for every command that works on the
// database, and for the tests. What is set where is cmd/posternd's business; here everything has a typed value.
//
//	Open   store, keys, and every decision over them: what a command needs
//	Start  follows the change feed and runs the background work: what a server needs besides
package system

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"postern/authz/client"
	"postern/authz/event"
	"postern/authz/grant"
	"postern/authz/identity"
	"postern/authz/key"
	"postern/authz/mirror"
	"postern/authz/password"
	"postern/authz/token"
	"postern/storage"
	"postern/templates"
	"postern/web"
)

// Config is a typed value for everything.
type Config struct {
	Issuer   string
	Store    storage.Config
	Secret   []byte
	Defaults client.Defaults
	CodeTTL  time.Duration
	KeepLive int // live grants of a consent

	SessionIdle, SessionTTL time.Duration
	JWKSMaxAge, KeyRotation time.Duration

	Proxies []netip.Prefix
	Site    templates.Site
	Logo    []byte
	Logger  *slog.Logger
}

// System is the assembled server.
type System struct {
	Store   *storage.Store
	Keys    *key.Ring
	Mint    *token.Mint
	People  *identity.Directory
	Clients *client.Registry
	Mirror  *mirror.Mirror
	Grants  *grant.Server
	config  Config
}

// Open connects to a migrated database and builds everything over it. Close it.
func Open(ctx context.Context, c Config) (*System, error) {
	if c.Store.Now == nil {
		c.Store.Now = time.Now
	}
	store, err := storage.Open(ctx, c.Store)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s, err := build(ctx, store, c)
	if err != nil {
		store.Close()
		return nil, err
	}
	return s, nil
}

func build(ctx context.Context, store *storage.Store, c Config) (*System, error) {
	now := c.Store.Now
	keys, err := key.Open(ctx, store, key.Config{
		Secret: c.Secret, Issuer: c.Issuer, Now: now, Logger: c.Logger, JWKSMaxAge: c.JWKSMaxAge, RotateEvery: c.KeyRotation,
		Made: event.ForKey(ctx, now, event.System),
	})
	if err != nil {
		return nil, fmt.Errorf("open keys: %w", err)
	}
	s := &System{Store: store, Keys: keys, config: c}
	s.Mint = token.New(keys, c.Issuer, now)
	s.People, err = identity.New(identity.Config{
		Store: store, Mint: s.Mint, Hasher: password.New(), Now: now, Logger: c.Logger,
		SessionIdle: c.SessionIdle, SessionTTL: c.SessionTTL,
	})
	if err != nil {
		return nil, err
	}
	s.Clients = client.NewRegistry(client.Config{Store: store, NewSecret: s.Mint.NewClientSecret, Now: now})
	s.Mirror = mirror.New(mirror.Config{Store: store, Defaults: c.Defaults, Keys: keys, Now: now})
	s.Grants = grant.New(grant.Config{
		Issuer: c.Issuer, Store: store, Mirror: s.Mirror, Mint: s.Mint, CodeTTL: c.CodeTTL, Now: now, Logger: c.Logger,
	})
	return s, nil
}

// Handler is the web floor over s.
func (s *System) Handler() (http.Handler, error) {
	c := s.config
	return web.New(web.Config{
		Issuer: c.Issuer, Proxies: c.Proxies, Site: c.Site, Logo: c.Logo, MaxAge: c.JWKSMaxAge, Now: c.Store.Now, Logger: c.Logger,
		Ready: s.Ready, Grants: s.Grants, People: s.People, Clients: s.Clients, Keys: s.Keys, Mirror: s.Mirror,
	})
}

// maxSkew is how far the clock may be off the database's: sealed times are compared on every node.
const maxSkew = 5 * time.Second

// Ready tells whether requests can be served: the database answers, what is in memory can be believed, and the clock is
// right.
func (s *System) Ready(ctx context.Context) error {
	if err := s.Store.Ping(ctx); err != nil {
		return err
	}
	if s.Store.Trust() != storage.TrustFresh {
		return fmt.Errorf("the change feed is behind")
	}
	if skew := s.Store.ClockSkew(); skew.Abs() > maxSkew {
		return fmt.Errorf("the clock is %s off the database's", skew)
	}
	return nil
}

// Start follows the change feed and begins the background work. It returns when the first snapshot is in; the rest runs
// until ctx ends.
func (s *System) Start(ctx context.Context) error {
	if err := s.Mirror.Start(ctx); err != nil {
		return err
	}
	go s.every(ctx, time.Minute, "clean up", func(ctx context.Context) error {
		_, err := s.Store.Clean(ctx, s.config.KeepLive)
		return err
	})
	go s.every(ctx, time.Minute, "tend keys", s.Keys.Tend)
	return nil
}

func (s *System) every(ctx context.Context, period time.Duration, doing string, f func(context.Context) error) {
	ticker := time.NewTicker(period)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := f(ctx); err != nil && ctx.Err() == nil {
			s.config.Logger.WarnContext(ctx, doing+" failed", "error", err)
		}
	}
}

// Close writes what was put off and closes the database.
func (s *System) Close() error { return s.Store.Close() }
