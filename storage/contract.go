package storage

import (
	"context"
	"time"
)

// CleanStats says what a Clean did.
type CleanStats struct{ Grants, GrantsEnded, Sessions, Revocations, Consents, Activity, Feed, Events int64 }

// Clean removes what is over, in small batches, until nothing is left or ctx ends: grants past expiry (and past the last
// access token + 5 min), revoked ones likewise, ends the oldest beyond keep live grants for each user, client and
// organization; sessions past absolute or idle limit, and the oldest beyond 100 of a user; revocations, activity older
// than 400 days; feed rows older than 1 h; keys that are gone.
func (s *Store) Clean(ctx context.Context, keep int) (CleanStats, error) { panic("unwritten") }

// Backup writes a consistent copy of the database to path (SQLite file copy by `vacuum into`, or for Postgres a portable
// archive of all tables read in one repeatable-read transaction). Restore reads it into an empty, migrated database.
func (s *Store) Backup(ctx context.Context, path string) error { panic("unwritten") }

var _ = time.Second

func (e *postgres) backup(ctx context.Context, path string) error { panic("unwritten") }
