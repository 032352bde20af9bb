// Package system assembles the server out of its floors: once for `posternd serve`, for every command that works on the
// database, and for the tests. What is set where is cmd/posternd's business; here everything has a typed value.
//
//	Over   keys and every decision over an open store: what a command needs
//	Start  follows the change feed and runs the background work: what a server needs besides
package system

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"postern/authz/catalogue"
	"postern/authz/client"
	"postern/authz/event"
	"postern/authz/grant"
	"postern/authz/identity"
	"postern/authz/key"
	"postern/authz/mirror"
	"postern/authz/overview"
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
	Scopes  *catalogue.Registry
	config  Config
	work    sync.WaitGroup // what runs beside requests, and ends before the store closes
}

// Open connects to a migrated database and builds everything over it.
func Open(ctx context.Context, c Config) (*System, error) {
	if c.Store.Now == nil {
		c.Store.Now = time.Now
	}
	store, err := storage.Open(ctx, c.Store)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s, err := Over(ctx, store, c)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return s, nil
}

// Over builds everything over an open store, which Close closes.
func Over(ctx context.Context, store *storage.Store, c Config) (*System, error) {
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
	s.Scopes = catalogue.New(store, now)
	s.Clients = client.NewRegistry(client.Config{Store: store, NewSecret: s.Mint.NewClientSecret, Now: now})
	s.Mirror = mirror.New(mirror.Config{Store: store, Defaults: c.Defaults, Keys: keys, Now: now})
	s.Grants = grant.New(grant.Config{
		Issuer: c.Issuer, Store: store, Mirror: s.Mirror, Mint: s.Mint, Keys: keys, CodeTTL: c.CodeTTL, Now: now, Logger: c.Logger,
	})
	return s, nil
}

// Logo sets the operator's logo, PNG or SVG. It comes before Handler.
func (s *System) Logo(image []byte) { s.config.Logo = image }

// Handler is the web floor over s.
func (s *System) Handler() (http.Handler, error) {
	c := s.config
	return web.New(web.Config{
		Issuer: c.Issuer, Proxies: c.Proxies, Site: c.Site, Logo: c.Logo, MaxAge: c.JWKSMaxAge, Now: c.Store.Now, Logger: c.Logger,
		Ready: s.Ready, Grants: s.Grants, People: s.People, Clients: s.Clients, Keys: s.Keys, Mirror: s.Mirror, Scopes: s.Scopes, Board: overview.New(s.Store, s.Keys, c.Store.Now),
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
		return errors.New("the change feed is behind")
	}
	if s.Keys.Broken() {
		return errors.New("a key does not open: this server has an old secret")
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
	s.every(ctx, "clean up", func(ctx context.Context) error {
		_, err := s.Store.Clean(ctx, s.config.KeepLive)
		return err
	})
	s.every(ctx, "tend keys", s.Keys.Tend)
	return nil
}

// upkeepPeriod is how often the background work runs. Every node does it; they do not get into each other's way.
const upkeepPeriod = time.Minute

func (s *System) every(ctx context.Context, doing string, f func(context.Context) error) {
	s.work.Go(func() {
		ticker := time.NewTicker(upkeepPeriod)
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
	})
}

// Close waits for the background work, whose context has ended, writes what was put off, and closes the database.
func (s *System) Close() error {
	s.work.Wait()
	return s.Store.Close()
}
