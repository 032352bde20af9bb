package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"postern/authz/client"
	"postern/authz/event"
	"postern/cmd/system"
	"postern/storage"
	"postern/templates"
)

// office is what a command on the database works with: the settings, the database, the keys, and whoever decides.
type office struct {
	config *Config
	log    *slog.Logger
	actor  event.Actor
	now    func() time.Time
	store  *storage.Store
	*system.System
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
	o.System, err = system.Over(ctx, o.store, o.config.system(secret, h.now, o.log))
	return err
}

// system is what the settings come to.
func (c *Config) system(secret []byte, now func() time.Time, log *slog.Logger) system.Config {
	return system.Config{
		Issuer: c.Issuer, Secret: secret, Store: storage.Config{Now: now}, CodeTTL: c.CodeTTL, KeepLive: c.GrantsPerConsent,
		Defaults: client.Defaults{
			AccessTTL: c.AccessTTL, JWTTTL: c.JWTTTL, RefreshTTL: c.RefreshTTL, RefreshIdle: c.RefreshIdleTTL, RefreshGrace: c.RefreshGrace,
		},
		SessionIdle: c.SessionIdleTTL, SessionTTL: c.SessionTTL, JWKSMaxAge: c.JWKSMaxAge, KeyRotation: c.KeyRotation,
		Proxies: c.TrustedProxies, Logger: log,
		Site: templates.Site{
			Name: c.BrandName, Accent: c.BrandAccent, PolicyURL: c.PolicyURL, TermsURL: c.TermsURL, Support: c.SupportEmail,
		},
	}
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
