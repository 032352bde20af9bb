package storagetest

import (
	"path/filepath"
	"testing"
	"time"

	"postern/storage"
)

// Option changes the configuration that a test's Store is opened with.
type Option func(*storage.Config)

// Engines runs a test on SQLite and on PostgreSQL. Each call of open opens one more Store on the same database, empty at
// first, and closes it when the test ends.
func Engines(t *testing.T, test func(t *testing.T, open func(...Option) *storage.Store)) {
	t.Helper()
	for name, url := range map[string]func(*testing.T) string{
		"sqlite":   func(t *testing.T) string { return SQLiteURL(t) },
		"postgres": func(t *testing.T) string { return PostgresURL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := url(t)
			test(t, func(options ...Option) *storage.Store { return Open(t, at, nil, options...) })
		})
	}
}

// SQLite opens an empty, migrated SQLite database. now may be nil: the real time.
func SQLite(t testing.TB, now func() time.Time) *storage.Store {
	t.Helper()
	return Open(t, SQLiteURL(t), now)
}

// Postgres opens an empty, migrated PostgreSQL database. now may be nil: the real time.
func Postgres(t testing.TB, now func() time.Time) *storage.Store {
	t.Helper()
	return Open(t, PostgresURL(t), now)
}

// SQLiteURL makes an empty, migrated SQLite database.
func SQLiteURL(t testing.TB) string {
	t.Helper()
	url := "sqlite:" + filepath.Join(t.TempDir(), "postern.db")
	if err := storage.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	return url
}

// testConns is the pool of one test's Store: many run at a time.
const testConns = 8

// Open opens a Store and closes it when the test ends.
func Open(t testing.TB, url string, now func() time.Time, options ...Option) *storage.Store {
	t.Helper()
	if now == nil {
		now = time.Now
	}
	config := storage.Config{URL: url, Now: now, MaxConns: testConns, OutageGrace: 30 * time.Second}
	for _, option := range options {
		option(&config)
	}
	s, err := storage.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Logf("close: %v", err)
		}
	})
	return s
}
