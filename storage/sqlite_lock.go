package storage

import (
	"context"
	"database/sql"
	"errors"
	"os"

	"github.com/pressly/goose/v3/lock"
)

// sqliteLock lets one process migrate at a time. The lock is an exclusive transaction in a second, empty database beside
// the first: the operating system drops it with the process that held it.
type sqliteLock struct {
	path string
	db   *sql.DB
	tx   *sql.Tx
}

func (e *sqlite) migrationLock() (lock.SessionLocker, error) {
	return &sqliteLock{path: e.path + "-migrating"}, nil
}

// SessionLock waits for the lock, at most as long as ctx lasts.
func (l *sqliteLock) SessionLock(ctx context.Context, _ *sql.Conn) (err error) {
	if err := createSQLite(l.path); err != nil {
		return err
	}
	if l.db, err = openSQLite(ctx, sqliteDSN(l.path, "busy_timeout(300000)"), 1); err != nil {
		return err
	}
	if l.tx, err = l.db.BeginTx(ctx, nil); err != nil {
		l.db.Close()
	}
	return err
}

// SessionUnlock removes the lock's file too: who waits for it still finds nothing left to migrate.
func (l *sqliteLock) SessionUnlock(context.Context, *sql.Conn) error {
	return errors.Join(os.Remove(l.path), l.tx.Rollback(), l.db.Close())
}
