package storage

import (
	"context"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"

	"postern/migrations"
)

// Migrate brings the schema up to what this binary knows, and makes a SQLite file that is not there. Of several at once
// one works and the others wait. A database that is up to date is left alone. Errors: ErrUnavailable, ErrSchemaNewer.
func Migrate(ctx context.Context, url string) error {
	s, err := connect(ctx, Config{URL: url, Now: time.Now, MaxConns: migrationConns}, true)
	if err != nil {
		return err
	}
	defer s.engine.close()
	have, err := s.schemaVersion(ctx)
	if err != nil {
		return err
	}
	switch want := migrations.Latest(s.engine.name()); {
	case have == want:
		return nil
	case have > want:
		return fmt.Errorf("migrate: %w (it has version %d, the binary %d)", ErrSchemaNewer, have, want)
	}
	return fail("migrate", s.up(ctx))
}

const migrationConns = 4

// up applies what is pending, under a lock that others wait for.
func (s *Store) up(ctx context.Context) error {
	locker, err := s.engine.migrationLock()
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(s.engine.dialect(), s.writer, migrations.FS(s.engine.name()),
		goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// MigrationStatus tells the newest migration applied (0: none), the newest that this binary knows, and the files of
// those that are to be applied. Errors: ErrUnavailable; ErrSchemaBehind, there is no SQLite file yet.
func MigrationStatus(ctx context.Context, url string) (current, latest int64, pending []string, err error) {
	s, err := connect(ctx, Config{URL: url, Now: time.Now, MaxConns: migrationConns}, false)
	if err != nil {
		return 0, 0, nil, err
	}
	defer s.engine.close()
	if current, err = s.schemaVersion(ctx); err != nil {
		return 0, 0, nil, err
	}
	engine := s.engine.name()
	files, err := fs.Glob(migrations.FS(engine), "*.sql")
	if err != nil {
		return 0, 0, nil, fail("list migrations", err)
	}
	for _, file := range files {
		if n, err := goose.NumericComponent(file); err == nil && n > current {
			pending = append(pending, file)
		}
	}
	return current, migrations.Latest(engine), pending, nil
}
