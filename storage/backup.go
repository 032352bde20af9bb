package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Backup writes a consistent copy of all rows to path, which must not exist yet, while others read and write. It is a
// SQLite database whatever the engine, readable only by its owner; Restore reads it into either engine. What was put off
// for the batched writer is written first.
//
// The secret is not in it: without the secret nothing that the copy holds sealed can be used.
func (s *Store) Backup(ctx context.Context, path string) error {
	if err := s.Flush(ctx); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("backup: %w", os.ErrExist)
	}
	partial := path + ".partial"
	defer os.Remove(partial)
	if err := exclusive(partial); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if err := s.engine.backup(ctx, partial); err != nil {
		return fail("backup", err)
	}
	if err := settle(partial); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return os.Rename(partial, path)
}

// exclusive makes a file that is not there.
func exclusive(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// settle waits until a file is on the disk.
func settle(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Restore reads what Backup wrote into a migrated database without a row, of either engine, in one transaction. A backup
// of an older release is brought up to date on the way. Errors: ErrNotEmpty, ErrSchemaNewer, ErrSchemaBehind,
// ErrUnavailable.
func Restore(ctx context.Context, url, path string) error {
	folder, err := os.MkdirTemp("", "postern-restore-")
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer os.RemoveAll(folder)
	copied := filepath.Join(folder, "backup.db")
	if err := copyFile(copied, path); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	from, err := openCopy(ctx, copied)
	if err != nil {
		return fmt.Errorf("restore: read the backup: %w", err)
	}
	defer from.engine.close()
	to, err := connect(ctx, Config{URL: url, Now: time.Now, MaxConns: migrationConns}, false)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer to.engine.close()
	return fail("restore", to.restore(ctx, from))
}

func copyFile(to, from string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}

// openCopy brings a SQLite file that belongs to us alone up to date and opens it.
func openCopy(ctx context.Context, path string) (*Store, error) {
	url := "sqlite:" + path
	if err := Migrate(ctx, url); err != nil {
		return nil, err
	}
	return connect(ctx, Config{URL: url, Now: time.Now, MaxConns: migrationConns}, false)
}

func (s *Store) restore(ctx context.Context, from *Store) error {
	if err := s.checkSchema(ctx); err != nil {
		return err
	}
	switch empty, err := s.empty(ctx); {
	case err != nil:
		return err
	case !empty:
		return ErrNotEmpty
	}
	return copyAll(ctx, from.writer, s.writer, nil)
}

// copyAll copies all tables in one transaction of each.
func copyAll(ctx context.Context, from, to *sql.DB, reading *sql.TxOptions) error {
	source, err := from.BeginTx(ctx, reading)
	if err != nil {
		return err
	}
	defer source.Rollback()
	target, err := to.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer target.Rollback()
	if err := copyTables(ctx, source, target); err != nil {
		return err
	}
	return target.Commit()
}
