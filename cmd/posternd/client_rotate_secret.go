package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"
)

type clientRotateSecret struct {
	host    *host
	overlap time.Duration
}

func newClientRotateSecret(h *host) *cobra.Command {
	c := &clientRotateSecret{host: h}
	cmd := &cobra.Command{
		Use: "rotate-secret CLIENT_ID", Short: "Give an app a new secret and end its others", Args: cobra.ExactArgs(1),
		Long: "Give an app a new secret, shown this once. Its other secrets end after the overlap, which leaves time to move.",
		Example: `  posternd client rotate-secret CLIENT_ID --overlap 24h
  posternd client rotate-secret CLIENT_ID --overlap 0s`,
		RunE: h.atOffice(c.run),
	}
	cmd.Flags().DurationVar(&c.overlap, "overlap", time.Hour, "how long the other secrets live on, 0s to 720h")
	return cmd
}

func (c *clientRotateSecret) run(ctx context.Context, o *office, args []string) error {
	_, secret, err := o.Clients.RotateSecret(ctx, o.actor, args[0], c.overlap)
	if err != nil {
		return err
	}
	d, err := o.Clients.Show(ctx, args[0])
	if err != nil {
		return err
	}
	view, err := viewOfClient(d.Row, secret)
	if err != nil {
		return err
	}
	return c.host.printJSON(view.Registered)
}
