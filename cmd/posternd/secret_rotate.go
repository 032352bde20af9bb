package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"postern/authz/event"
	"postern/authz/key"
	"postern/storage"
)

func newSecret(h *host) *cobra.Command {
	return group("secret", "Replace the secret that everything stored is sealed under", newSecretRotate(h))
}

type secretRotate struct {
	host *host
	file string
}

const secretRotateLong = `Seal the stored keys under a new secret, or, with the same secret, for another issuer. Tokens, sessions and
client secrets stay as they are.

Servers that run go on until they end, but learn of no new keys: restart each with the new secret soon. Where the secret
lies beside a SQLite database, the new one takes its place.`

func newSecretRotate(h *host) *cobra.Command {
	c := &secretRotate{host: h}
	cmd := &cobra.Command{
		Use: "rotate --new-secret-file FILE", Short: "Seal everything stored under a new secret", Long: secretRotateLong, Args: cobra.NoArgs,
		Example: "  openssl rand -base64 32 > new && posternd secret rotate --new-secret-file new",
		RunE:    h.withConfig(c.run),
	}
	cmd.Flags().StringVar(&c.file, "new-secret-file", "", "`FILE` with the new secret, 32 bytes or more")
	cobra.CheckErr(cmd.MarkFlagRequired("new-secret-file"))
	return cmd
}

func (c *secretRotate) run(ctx context.Context, _ *cobra.Command, config *Config, _ []string) error {
	fresh, err := readSecretFile(c.file)
	if err != nil {
		return err
	}
	if len(fresh) < minSecret {
		return usagef("%s has %d bytes and must have at least %d", c.file, len(fresh), minSecret)
	}
	store, err := c.host.openStore(ctx, config)
	if err != nil {
		return err
	}
	o := &office{config: config, store: store, actor: event.Command("secret rotate")}
	return errors.Join(c.rotate(ctx, o, fresh), store.Close())
}

func (c *secretRotate) rotate(ctx context.Context, o *office, fresh string) error {
	old, err := o.secret(ctx)
	if err != nil {
		return err
	}
	if err := key.Rewrap(ctx, o.store, old, []byte(fresh), o.config.Issuer); err != nil {
		return fmt.Errorf("rotate secret: %w", err)
	}
	err = o.store.Tx(ctx, func(tx *storage.Tx) error {
		return event.Record(ctx, tx, c.host.now().UTC(), o.actor, event.Entry{
			Name: event.SecretRotated, Object: event.ObjectSetting, ObjectID: "secret",
		})
	})
	if err != nil {
		return fmt.Errorf("rotate secret: %w", err)
	}
	if beside := o.config.besideFile(); beside != "" {
		if err := writeSecretFile(beside, fresh+"\n", os.Rename); err != nil {
			return fmt.Errorf("the new secret is in force, but could not be put to %s: copy %s there: %w", beside, c.file, err)
		}
		return c.host.say("Done: %s has the new secret. Restart the server.", beside)
	}
	return c.host.say("Done. Restart each server with the new secret.")
}
