package storage

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"postern/migrations"
)

// postgres is the engine for any number of nodes. Everything but the hot statements goes through database/sql, over the
// same pool; pgx prepares each text once per connection.
type postgres struct {
	pool *pgxpool.Pool
	db   *sql.DB
}

const connectTime = 3 * time.Second

func (e *postgres) name() string { return migrations.Postgres }

func (e *postgres) dialect() goose.Dialect { return goose.DialectPostgres }

// migrationLock is an advisory lock, asked for each second for 5 minutes.
func (e *postgres) migrationLock() (lock.SessionLocker, error) {
	return lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
}

func postgresConfig(url string, conns int) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the database url cannot be read: want postgres://user:password@host:port/database") // not err: it could quote the password
	}
	if !strings.Contains(url, "pool_max_conns=") {
		config.MaxConns = int32(conns)
	}
	if !strings.Contains(url, "connect_timeout=") {
		config.ConnConfig.ConnectTimeout = connectTime
	}
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "posternd"
	}
	return config, nil
}

func (e *postgres) open(ctx context.Context, c Config, _ bool) (runner, *sql.DB, error) {
	config, err := postgresConfig(c.URL, c.MaxConns)
	if err != nil {
		return nil, nil, err
	}
	if e.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, statementTime)
	defer cancel()
	if err := e.pool.Ping(ctx); err != nil {
		e.pool.Close()
		return nil, nil, err
	}
	e.db = stdlib.OpenDBFromPool(e.pool)
	return e.db, e.db, nil
}

// close says goodbye on each connection, but does not wait for a peer that has vanished to say it too.
func (e *postgres) close() error {
	err := e.db.Close()
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		e.pool.Close()
	}()
	select {
	case <-closed:
	case <-time.After(closeTime):
	}
	return err
}

func (e *postgres) inTx(tx *sql.Tx) runner { return tx }

func (e *postgres) afterTx(context.Context) {}

func (e *postgres) versioned(ctx context.Context, r reads) (bool, error) {
	return one(ctx, r, "look for the schema", scanOf[bool], "select to_regclass('goose_db_version') is not null")
}

// hold keeps a row from being changed or deleted until the transaction ends.
func (e *postgres) hold() string { return "for share" }

// hotLanes is one: while its batch commits, the next fills. Measured with 16 clients that refresh: a second lane halves the
// batches, which costs 30 % more CPU for each refresh and answers no sooner.
func (e *postgres) hotLanes() int { return 1 }

// runHot sends the batch in one go. Without a begin of our own, PostgreSQL makes it one transaction.
func (e *postgres) runHot(ctx context.Context, batch []*hotJob) error {
	var b pgx.Batch
	for _, job := range batch {
		b.Queue(job.query, job.args...)
	}
	results := e.pool.SendBatch(ctx, &b)
	for _, job := range batch {
		if err := job.take(results); err != nil {
			results.Close()
			return err
		}
	}
	return results.Close()
}

func (j *hotJob) take(results pgx.BatchResults) error {
	if j.scan == nil {
		tag, err := results.Exec()
		j.rows = tag.RowsAffected()
		return err
	}
	rows, err := results.Query()
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

// lost tells whether a transaction had to give way to another one, or met a connection that had died before anything was
// sent: it may be tried again.
func lost(err error) bool {
	var e *pgconn.PgError
	return pgconn.SafeToRetry(err) || errors.As(err, &e) && (e.Code == "40001" || e.Code == "40P01") // serialization failure, deadlock
}

// postgresKind knows the driver's errors, by the codes of https://www.postgresql.org/docs/current/errcodes-appendix.html.
func postgresKind(err error) error {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return codeKind(e.Code)
	}
	var connect *pgconn.ConnectError
	var network net.Error
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return ErrNotFound
	case errors.As(err, &connect), errors.As(err, &network), errors.Is(err, pgconn.ErrConnClosed), pgconn.SafeToRetry(err),
		pgconn.Timeout(err), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return ErrUnavailable
	}
	return nil
}

func codeKind(code string) error {
	switch code {
	case "23505": // unique violation
		return ErrConflict
	case "23503": // foreign key violation
		return ErrGone
	case "22021", "22P05": // a text that PostgreSQL cannot hold (NUL, not UTF-8), and so no row has
		return ErrNotFound
	case "25006", // read-only transaction: the node is a standby
		"40001", "40P01", // lost to another transaction, and tries ran out
		"55P03", // lock not available
		"57014": // query cancelled
		return ErrUnavailable
	}
	switch code[:min(2, len(code))] {
	case "08", // connection
		"28", "3D", // refused at the door
		"53", // out of connections, disk or memory
		"57", // shutting down, starting up, crashed
		"58": // trouble outside
		return ErrUnavailable
	}
	return nil
}

// backup reads everything as it is at one moment into a SQLite database.
func (e *postgres) backup(ctx context.Context, path string) error {
	copied, err := openCopy(ctx, path)
	if err != nil {
		return err
	}
	defer copied.engine.close()
	return copyAll(ctx, e.db, copied.writer, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
}
