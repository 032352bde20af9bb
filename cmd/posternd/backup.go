package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
)

func newBackup(h *host) *cobra.Command {
	return &cobra.Command{
		Use: "backup PATH", Short: "Write a copy of the database to a file, also while servers run", Args: cobra.ExactArgs(1),
		Long: `Write a consistent copy of the database to a new file, also while servers run. The secret is not in it: keep that in
another place. With the copy alone nobody can use or make a credential.`,
		Example: "  posternd backup /backup/postern-$(date +%F).db",
		RunE: h.withConfig(func(ctx context.Context, _ *cobra.Command, c *Config, args []string) error {
			store, err := h.openStore(ctx, c)
			if err != nil {
				return err
			}
			if err := errors.Join(store.Backup(ctx, args[0]), store.Close()); err != nil {
				return err
			}
			return h.say("Wrote %s. Keep the secret too, elsewhere.", args[0])
		}),
	}
}
