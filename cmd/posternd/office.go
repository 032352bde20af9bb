package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"postern/authz/catalogue"
	"postern/authz/client"
	"postern/authz/event"
	"postern/authz/identity"
	"postern/authz/key"
	"postern/authz/token"
	"postern/storage"
)

// office is what a command on the database works with: the settings, the database, the keys, and whoever decides.
type office struct {
	config *Config
	log    *slog.Logger
	actor  event.Actor
	now    func() time.Time
	work   sync.WaitGroup // what runs beside requests, and has to end before the store closes
	store  *storage.Store
	ring   *key.Ring
	mint   *token.Mint

	clients *client.Registry
	people  *identity.Directory
	scopes  *catalogue.Registry
}

// atOffice makes a cobra RunE of a command that needs an office.
func (h *host) atOffice(run func(ctx context.Context, o *office, args []string) error) func(*cobra.Command, []string) error {
	return h.withConfig(func(ctx context.Context, cmd *cobra.Command, c *Config, args []string) error {
		o, err := h.openOffice(ctx, cmd, c)
		if err != nil {
			return err
		}
		return errors.Join(run(ctx, o, args), o.store.Close())
	})
}

// withConfig makes a cobra RunE of a command that needs the settings alone.
func (h *host) withConfig(run func(ctx context.Context, cmd *cobra.Command, c *Config, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		h.started = true
		c, err := loadConfig(cmd.Flags(), h.environ)
		if err != nil {
			return err
		}
		return run(cmd.Context(), cmd, c, args)
	}
}

func (h *host) openOffice(ctx context.Context, cmd *cobra.Command, c *Config) (*office, error) {
	o := &office{config: c, log: h.logger(c), now: h.now, actor: event.Command(strings.TrimPrefix(cmd.CommandPath(), "posternd "))}
	var err error
	if o.store, err = h.openStore(ctx, c); err != nil {
		return nil, err
	}
	if err := o.equip(ctx, h); err != nil {
		return nil, errors.Join(err, o.store.Close())
	}
	return o, nil
}

// equip opens the keys and everything that stands on them.
func (o *office) equip(ctx context.Context, h *host) error {
	secret, err := o.secret(ctx)
	if err != nil {
		return err
	}
	o.ring, err = key.Open(ctx, o.store, key.Config{
		Secret: secret, Issuer: o.config.Issuer, Now: h.now, Logger: o.log,
		JWKSMaxAge: o.config.JWKSMaxAge, RotateEvery: o.config.KeyRotation,
		Made: keyHook(ctx, h.now, event.System),
	})
	if err != nil {
		return fmt.Errorf("open the keys: %w", err)
	}
	o.mint = token.New(o.ring, o.config.Issuer, h.now)
	o.clients = client.NewRegistry(client.Config{Store: o.store, NewSecret: o.mint.NewClientSecret, Now: h.now})
	o.scopes = catalogue.New(o.store, h.now)
	o.people, err = identity.New(identity.Config{
		Store: o.store, Mint: o.mint, Now: h.now, Logger: o.log,
		SessionIdle: o.config.SessionIdleTTL, SessionTTL: o.config.SessionTTL,
	})
	return err
}

// logger writes to standard error, since standard output is for answers.
func (h *host) logger(c *Config) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		level = slog.LevelInfo // cannot be: the settings were checked
	}
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(h.err, options))
	}
	return slog.New(slog.NewTextHandler(h.err, options))
}
