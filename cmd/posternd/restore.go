package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

func newRestore(h *host) *cobra.Command {
	return &cobra.Command{
		Use: "restore PATH", Short: "Read a backup into an empty database", Args: cobra.ExactArgs(1),
		Long: `Read a backup into the empty database that the settings name, on either engine. With the secret that it was made with,
clients go on: tokens, sessions and secrets are what they were at the time of the backup.`,
		Example: "  posternd restore /backup/postern-2026-11-22.db --database-url sqlite:./data/postern.db",
		RunE: h.withConfig(func(ctx context.Context, _ *cobra.Command, c *Config, args []string) error {
			store, err := h.openStore(ctx, c)
			if err != nil {
				return err
			}
			if err := errors.Join(restoreInto(ctx, store, args[0]), store.Close()); err != nil {
				return fmt.Errorf("restore: %w", err)
			}
			return h.say("Restored %s. Put its secret in place before the server starts.", args[0])
		}),
	}
}
