package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"postern/migrations"
)

// sqlite is the embedded engine: one connection that writes, and a pool that only reads.
type sqlite struct {
	path  string
	write *prepared
	read  *prepared
}

const lockWait = 5 * time.Second // for another process's write

func (e *sqlite) name() string { return migrations.SQLite }

func (e *sqlite) dialect() goose.Dialect { return goose.DialectSQLite3 }

// sqlitePath is what follows sqlite: in a url.
func sqlitePath(url string) (string, error) {
	path := strings.TrimPrefix(url, "sqlite:")
	if path == "" || strings.HasPrefix(path, ":") || strings.HasPrefix(path, "//") {
		return "", errors.New("the database url is sqlite: and the path of a file")
	}
	return path, nil
}

// sqliteDSN is the driver's spelling of path with the settings that each connection gets. Extra settings follow.
func sqliteDSN(path string, pragmas ...string) string {
	q := url.Values{"_txlock": {"immediate"}, "_dqs": {"0"}, "_error_rc": {"1"}, "mode": {"rw"}}
	all := []string{fmt.Sprintf("busy_timeout(%d)", lockWait.Milliseconds()), "foreign_keys(1)", "trusted_schema(0)"}
	q["_pragma"] = append(all, pragmas...)
	escaped := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	return "file:" + escaped + "?" + q.Encode()
}

// createSQLite makes an empty file that only its owner reads, and the folders above it. A file that is there is not
// touched: to open and close it would drop the locks that this process has on it.
func createSQLite(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := exclusive(path); !errors.Is(err, os.ErrExist) {
		return err
	}
	return nil
}

func (e *sqlite) open(ctx context.Context, c Config, create bool) (runner, *sql.DB, error) {
	path, err := sqlitePath(c.URL)
	if err == nil && create {
		err = createSQLite(path)
	}
	if err != nil {
		return nil, nil, err
	}
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil, nil, fmt.Errorf("%w (there is no file yet)", ErrSchemaBehind)
	}
	// A commit then waits for the data but not for the file's times: as durable, and about twice as fast. Where it
	// cannot be had, nothing is lost.
	driver.Fdatasync(true)
	e.path = path
	write, err := openSQLite(ctx, sqliteDSN(path, "journal_mode(wal)", "synchronous(full)"), 1)
	if err != nil {
		return nil, nil, err
	}
	// More readers than processors only wait for each other. The change feed keeps one for itself.
	read, err := openSQLite(ctx, sqliteDSN(path, "query_only(1)"), 1+min(c.MaxConns, max(4, runtime.NumCPU())))
	if err != nil {
		write.Close()
		return nil, nil, err
	}
	e.write, e.read = newPrepared(write), newPrepared(read)
	e.write.wanted = map[string]bool{insertGrant(e.hold()): true, rotateGrant: true} // prepared when the first transaction ends
	return e.read, write, nil
}

// openSQLite opens a pool whose connections stay open.
func openSQLite(ctx context.Context, dsn string, conns int) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	ctx, cancel := context.WithTimeout(ctx, statementTime)
	defer cancel()
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// close ends with the connection that writes, which so takes the log into the file.
func (e *sqlite) close() error { return errors.Join(e.read.db.Close(), e.write.db.Close()) }

func (e *sqlite) inTx(tx *sql.Tx) runner { return preparedTx{e.write, tx} }

func (e *sqlite) afterTx(ctx context.Context) { e.write.prepareWanted(ctx) }

func (e *sqlite) versioned(ctx context.Context, r reads) (bool, error) {
	return one(ctx, r, "look for the schema", scanOf[bool],
		"select exists (select 1 from sqlite_master where name = 'goose_db_version')")
}

// hold is nothing: there is one writer at a time.
func (e *sqlite) hold() string { return "" }

func (e *sqlite) hotLanes() int { return 1 }

// runHot has one transaction for the batch. Only the wait for the connection can be long, and only it is cancelled: a
// context that can end would cost each statement a goroutine.
func (e *sqlite) runHot(ctx context.Context, batch []*hotJob) error {
	defer e.afterTx(ctx) // when the connection is free again
	conn, err := e.write.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	ctx = context.WithoutCancel(ctx)
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	run := preparedTx{e.write, tx}
	for _, job := range batch {
		if job.tooLate() { // to begin can take long
			continue
		}
		if err := job.run(ctx, run); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func (j *hotJob) run(ctx context.Context, run runner) error {
	if j.scan == nil {
		result, err := run.ExecContext(ctx, j.query, j.args...)
		if err == nil {
			j.rows, err = result.RowsAffected()
		}
		return err
	}
	rows, err := run.QueryContext(ctx, j.query, j.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		j.rows++
		if err := j.scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (e *sqlite) backup(ctx context.Context, path string) error {
	db, err := openSQLite(ctx, sqliteDSN(e.path), 1)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "vacuum into $1", path)
	return err
}

// sqliteKind knows the driver's errors.
func sqliteKind(err error) error {
	var e *driver.Error
	if !errors.As(err, &e) {
		return nil
	}
	switch e.Code() {
	case codes.SQLITE_CONSTRAINT_UNIQUE, codes.SQLITE_CONSTRAINT_PRIMARYKEY, codes.SQLITE_CONSTRAINT_ROWID:
		return ErrConflict
	case codes.SQLITE_CONSTRAINT_FOREIGNKEY:
		return ErrGone
	}
	switch e.Code() & 0xff { // the rest of a code says more than we need
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED, codes.SQLITE_IOERR, codes.SQLITE_FULL, codes.SQLITE_CANTOPEN,
		codes.SQLITE_PROTOCOL, codes.SQLITE_NOMEM, codes.SQLITE_INTERRUPT, codes.SQLITE_READONLY:
		return ErrUnavailable
	}
	return nil
}
