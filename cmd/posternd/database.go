package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"postern/storage"
)

// openStore opens the database. One on SQLite is made and migrated when it is opened, since nobody shares it; on PostgreSQL
// other nodes may run another version, so there an operator migrates.
func (h *host) openStore(ctx context.Context, c *Config) (*storage.Store, error) {
	if c.sqlitePath() != "" {
		if err := migrateUp(ctx, c); err != nil {
			return nil, err
		}
	}
	store, err := storage.Open(ctx, storage.Config{
		URL: string(c.DatabaseURL), Now: h.now, MaxConns: c.DatabaseConns, OutageGrace: c.OutageGrace,
		Logger: h.logger(c), IdleSession: c.SessionIdleTTL, KeepEvents: c.AuditRetention,
	})
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return store, nil
}

// migrateUp applies the migrations that are missing, and makes a SQLite database with the folder that it lies in.
func migrateUp(ctx context.Context, c *Config) error {
	if path := c.sqlitePath(); path != "" {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return fmt.Errorf("make the database's folder: %w", err)
		}
	}
	return storage.Migrate(ctx, string(c.DatabaseURL))
}
