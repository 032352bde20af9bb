package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"postern/authz/event"
	"postern/authz/key"
)

func newKey(h *host) *cobra.Command {
	return group("key", "Look after the keys that tokens are made with", newKeyList(h), newKeyRotate(h), newKeyRevoke(h))
}

// keyView is a key for machines.
type keyView struct {
	ID        string  `json:"kid"`
	Use       string  `json:"use"`
	Alg       string  `json:"alg"`
	State     string  `json:"state"`
	CreatedAt *string `json:"created_at"`
	ActiveAt  *string `json:"active_at"`
	RetiredAt *string `json:"retired_at"`
	ExpiresAt *string `json:"expires_at"`
	RevokedAt *string `json:"revoked_at"`
}

func (h *host) showKeys(keys []key.Status) error {
	views := []keyView{}
	t := table{head: []string{"KID", "USE", "ALG", "STATE", "USED FROM", "RETIRED", "GONE"}, empty: "No keys."}
	for _, k := range keys {
		views = append(views, keyView{
			k.ID, k.Use, k.Alg, string(k.State), stamp(k.CreatedAt), stamp(k.ActiveAt), stamp(k.RetiredAt), stamp(k.ExpiresAt), stamp(k.RevokedAt),
		})
		t.add(k.ID, k.Use, k.Alg, string(k.State), moment(k.ActiveAt), moment(k.RetiredAt), moment(k.ExpiresAt))
	}
	return h.show(views, t)
}

func newKeyList(h *host) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List keys", Args: cobra.NoArgs,
		Example: "  posternd key list",
		RunE: h.atOffice(func(_ context.Context, o *office, _ []string) error {
			return h.showKeys(o.Keys.List())
		}),
	}
}

type keyRotate struct {
	host *host
	use  string
	now  bool
}

const keyRotateLong = `Make the next keys. They are announced for jwks_max_age, so that every node and everybody who verifies tokens knows
them, and used then; the old ones go on verifying what they made. With --now they are used at once: others may refuse
JWTs until they read the key set again.

Uses: sig signs JWTs, seal makes opaque tokens and codes, mac makes refresh tokens, sessions and client secrets.`

func newKeyRotate(h *host) *cobra.Command {
	c := &keyRotate{host: h}
	cmd := &cobra.Command{
		Use: "rotate", Short: "Replace keys by new ones", Long: keyRotateLong, Args: cobra.NoArgs,
		Example: "  posternd key rotate\n  posternd key rotate --use sig --now",
		RunE:    h.atOffice(c.run),
	}
	cmd.Flags().BoolVar(&c.now, "now", false, "use the new keys at once")
	cmd.Flags().StringVar(&c.use, "use", "", "sig, seal or mac (default sig and seal)")
	return cmd
}

func (c *keyRotate) run(ctx context.Context, o *office, _ []string) error {
	uses := []string{key.UseSig, key.UseSeal}
	if c.use != "" {
		uses = []string{c.use}
	}
	if c.use != "" && !slices.Contains([]string{key.UseSig, key.UseSeal, key.UseMAC}, c.use) {
		return usagef("--use is sig, seal or mac, not %q", c.use)
	}
	var made []key.Status
	for _, use := range uses {
		keys, err := o.Keys.Rotate(ctx, event.ForKey(ctx, c.host.now, o.actor), use, c.now)
		if err != nil {
			return err
		}
		made = append(made, keys...)
	}
	return c.host.showKeys(made)
}

func newKeyRevoke(h *host) *cobra.Command {
	return &cobra.Command{
		Use: "revoke KID", Short: "End a key, and everything that it made, at once", Args: cobra.ExactArgs(1),
		Long: `End a key, and everything that it made, at once: for a key that somebody else has. A key that was in use gets a
successor. After a sig or seal key, apps refresh; after a mac key, everybody signs in again and made client secrets are
dead.`,
		Example: "  posternd key revoke seal-1f09a3c7",
		RunE: h.atOffice(func(ctx context.Context, o *office, args []string) error {
			if err := o.Keys.Revoke(ctx, args[0], event.ForKey(ctx, h.now, o.actor)); err != nil {
				return err
			}
			return h.say("Revoked %s; all it made is dead.", args[0])
		}),
	}
}
