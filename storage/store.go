package storage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"postern/migrations"
)

// Config opens a Store.
type Config struct {
	URL         string // postgres://... or sqlite:path
	Now         func() time.Time
	Logger      *slog.Logger
	MaxConns    int           // of the pool; 0: 16
	OutageGrace time.Duration // 0 to 10 min: how long copies stay in force when the database does not answer
	IdleSession time.Duration // Clean ends sessions not seen for longer; 0: it does not
	KeepEvents  time.Duration // Clean drops audit events that are older; 0: it keeps them
}

const (
	defaultConns   = 16
	maxOutageGrace = 10 * time.Minute
)

// check fills in defaults and returns all problems at once.
func (c *Config) check() error {
	var problems []error
	if c.Now == nil {
		problems = append(problems, errors.New("the clock Now is missing"))
	}
	if c.OutageGrace < 0 || c.OutageGrace > maxOutageGrace {
		problems = append(problems, errors.New("the OutageGrace is 0 to 10 min"))
	}
	if c.MaxConns < 0 || c.IdleSession < 0 || c.KeepEvents < 0 {
		problems = append(problems, errors.New("none of MaxConns, IdleSession and KeepEvents is negative"))
	}
	if c.MaxConns == 0 {
		c.MaxConns = defaultConns
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return errors.Join(problems...)
}

// Store is the database: every row, both engines. It is safe for concurrent use.
type Store struct {
	reads
	config Config
	engine engine
	writer *sql.DB // transactions; on PostgreSQL the same pool as the reads'
	lanes  *lanes

	insertGrant string // the statement, in this engine's words

	feed  *feed
	later *later

	closing func() error
}

// engine is what differs between PostgreSQL and SQLite.
type engine interface {
	name() string
	dialect() goose.Dialect
	// open connects, and returns where reads go and where transactions begin. create makes what can be made.
	open(ctx context.Context, c Config, create bool) (read runner, writer *sql.DB, err error)
	close() error
	migrationLock() (lock.SessionLocker, error)
	// inTx returns where the statements of a transaction go, and afterTx is called when it has ended.
	inTx(tx *sql.Tx) runner
	afterTx(ctx context.Context)
	// versioned tells whether goose's table is there.
	versioned(ctx context.Context, r reads) (bool, error)
	// announce writes notices that others hear of when tx commits.
	announce(ctx context.Context, tx *Tx, notices []string) error
	// hotLanes is how many batches of hot statements run at a time.
	hotLanes() int
	// hold is what insertGrant ends a look at a row with that must still be there at the commit.
	hold() string
	// runHot runs hot statements in one transaction. When it returns nil, they are committed.
	runHot(ctx context.Context, batch []*hotJob) error
	// follow keeps a feed going until ctx ends. ready is told when the first snapshot is in, or why there is none.
	follow(ctx context.Context, f *feed, ready chan<- error)
	// backup writes a consistent copy of all rows as a SQLite file.
	backup(ctx context.Context, path string) error
}

func engineFor(url string) (engine, error) {
	switch scheme, _, _ := strings.Cut(url, ":"); scheme {
	case "postgres", "postgresql":
		return &postgres{}, nil
	case "sqlite":
		return &sqlite{}, nil
	}
	return nil, errors.New("want a database url that starts with postgres:// or sqlite: (and a path)")
}

// Open connects, sets the engine up, and checks that the schema is one that this binary knows. It does not migrate.
// Errors: ErrUnavailable, ErrSchemaBehind, ErrSchemaNewer.
func Open(ctx context.Context, c Config) (*Store, error) {
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	s, err := connect(ctx, c, false)
	if err != nil {
		return nil, err
	}
	if err := s.checkSchema(ctx); err != nil {
		s.engine.close()
		return nil, err
	}
	s.insertGrant = insertGrant(s.engine.hold())
	s.lanes = startLanes(s.engine)
	s.later = startLater(s)
	s.closing = sync.OnceValue(s.closeOnce)
	return s, nil
}

// connect opens without looking at the schema.
func connect(ctx context.Context, c Config, create bool) (*Store, error) {
	e, err := engineFor(c.URL)
	if err != nil {
		return nil, err
	}
	read, writer, err := e.open(ctx, c, create)
	if err != nil {
		return nil, fail("open database", err)
	}
	s := &Store{config: c, engine: e, writer: writer}
	s.reads = reads{run: read, now: c.Now, seen: newContact()}
	s.feed = newFeed(s)
	return s, nil
}

// checkSchema compares the database's version with that of the binary.
func (s *Store) checkSchema(ctx context.Context) error {
	have, err := s.schemaVersion(ctx)
	if err != nil {
		return err
	}
	switch want := migrations.Latest(s.engine.name()); {
	case have < want:
		return fmt.Errorf("%w (it has version %d, the binary %d)", ErrSchemaBehind, have, want)
	case have > want:
		return fmt.Errorf("%w (it has version %d, the binary %d)", ErrSchemaNewer, have, want)
	}
	return nil
}

// schemaVersion is the newest migration that was applied; 0: none.
func (s *Store) schemaVersion(ctx context.Context) (int64, error) {
	there, err := s.engine.versioned(ctx, s.reads)
	if err != nil || !there {
		return 0, err
	}
	return one(ctx, s.reads, "read schema version", scanOf[int64],
		"select coalesce(max(version_id), 0) from goose_db_version where is_applied")
}

// closeTime is how long each step of Close waits for a database that does not answer.
const closeTime = 2 * time.Second

// Close ends the change feed, writes what was put off, and closes the pools. Once is enough; more do nothing.
func (s *Store) Close() error { return s.closing() }

func (s *Store) closeOnce() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	s.feed.stop()
	flushed := s.later.stop(ctx)
	s.lanes.stop()
	s.seen.closed.Store(true)
	return errors.Join(flushed, s.engine.close())
}

// Ping asks the database for a trifle. Error: ErrUnavailable.
func (s *Store) Ping(ctx context.Context) error {
	_, err := one(ctx, s.reads, "ping", scanOf[int64], "select 1")
	return err
}
