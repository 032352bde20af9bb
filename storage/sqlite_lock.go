package storage

import (
	"context"
	"database/sql"
	"errors"

	"github.com/pressly/goose/v3/lock"
)

// sqliteLock lets one process migrate at a time. The lock is an exclusive transaction in a second, empty database beside
// the first: the operating system drops it with the process that held it. The file stays, since who removes it could
// take it from under somebody who waits.
type sqliteLock struct {
	path string
	db   *sql.DB
	tx   *sql.Tx
}

func (e *sqlite) migrationLock() (lock.SessionLocker, error) {
	return &sqliteLock{path: e.path + ".lock"}, nil
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

// SessionUnlock lets the next one in.
func (l *sqliteLock) SessionUnlock(context.Context, *sql.Conn) error {
	return errors.Join(l.tx.Rollback(), l.db.Close())
}
