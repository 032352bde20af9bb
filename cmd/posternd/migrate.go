package main

import (
	"context"
	"errors"
	"strconv"

	"github.com/spf13/cobra"

	"postern/storage"
)

func newMigrate(h *host) *cobra.Command {
	cmd := group("migrate", "Bring the database's tables up to date", newMigrateUp(h), newMigrateStatus(h))
	cmd.Long = `Bring the database's tables up to date. A migration keeps the previous version of Postern working, so migrate first and
replace the servers then. On SQLite the server migrates by itself.`
	return cmd
}

func newMigrateUp(h *host) *cobra.Command {
	return &cobra.Command{
		Use: "up", Short: "Apply the migrations that are missing", Args: cobra.NoArgs,
		Long:    "Apply the migrations that are missing. Of several at once, one does it and the others wait.",
		Example: "  posternd migrate up --database-url-file /run/secrets/database_url",
		RunE: h.withConfig(func(ctx context.Context, _ *cobra.Command, c *Config, _ []string) error {
			if err := migrateUp(ctx, c); err != nil {
				return err
			}
			return h.showMigrations(ctx, c)
		}),
	}
}

func newMigrateStatus(h *host) *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Show which migrations are applied", Args: cobra.NoArgs,
		Example: "  posternd migrate status --json",
		RunE: h.withConfig(func(ctx context.Context, _ *cobra.Command, c *Config, _ []string) error {
			return h.showMigrations(ctx, c)
		}),
	}
}

// schemaView is the state of the schema for machines.
type schemaView struct {
	Current int64    `json:"current"` // the newest migration applied; 0: none
	Latest  int64    `json:"latest"`  // the newest that this program knows
	Pending []string `json:"pending"`
}

func (h *host) showMigrations(ctx context.Context, c *Config) error {
	current, latest, pending, err := storage.MigrationStatus(ctx, string(c.DatabaseURL))
	if err != nil && !errors.Is(err, storage.ErrSchemaBehind) {
		return err
	}
	t := table{}
	t.add("applied", strconv.FormatInt(current, 10))
	t.add("known", strconv.FormatInt(latest, 10))
	for _, file := range pending {
		t.add("pending", file)
	}
	if errors.Is(err, storage.ErrSchemaBehind) {
		t = table{rows: [][]string{{"There is no database yet."}}}
	}
	return h.show(schemaView{current, latest, append([]string{}, pending...)}, t)
}
