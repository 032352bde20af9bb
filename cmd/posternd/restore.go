package main

import (
	"context"

	"github.com/spf13/cobra"

	"postern/storage"
)

func newRestore(h *host) *cobra.Command {
	return &cobra.Command{
		Use: "restore PATH", Short: "Read a backup into an empty database", Args: cobra.ExactArgs(1),
		Long: `Read a backup into the database that the settings name, which must be empty; its tables are made if they are missing.
The engine may be another than the backup's. With the secret that belongs to the backup, clients go on: tokens, sessions
and client secrets are what they were when it was written.`,
		Example: "  posternd restore /backup/postern-2026-11-22.db --database-url sqlite:./data/postern.db",
		RunE: h.withConfig(func(ctx context.Context, _ *cobra.Command, c *Config, args []string) error {
			if err := migrateUp(ctx, c); err != nil {
				return err
			}
			if err := storage.Restore(ctx, string(c.DatabaseURL), args[0]); err != nil {
				return err
			}
			if err := h.say("Restored %s.", args[0]); err != nil {
				return err
			}
			if beside := c.besideFile(); beside != "" {
				return h.say("Before the server starts, put the secret that belongs to it into %s.", beside)
			}
			return nil
		}),
	}
}
