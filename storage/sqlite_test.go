package storage_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"postern/migrations"
	"postern/storage"
	"postern/storage/storagetest"
)

func TestSQLiteFilesAreTheirOwnersAlone(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "new", "data")
	path := filepath.Join(folder, "a b?#%41.db") // characters that a URI gives a meaning
	url := "sqlite:" + path
	if _, err := storage.Open(t.Context(), storage.Config{URL: url, Now: time.Now}); !errors.Is(err, storage.ErrSchemaBehind) {
		t.Fatalf("no file: %v, want ErrSchemaBehind", err)
	}
	if err := storage.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	s := storagetest.Open(t, url, nil)
	storagetest.Fill(t, s, time.Now())
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files { // the database, its log, the log's index and the lock of migrations
		info, err := f.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v (%v), want 0600", f.Name(), info.Mode().Perm(), err)
		}
	}
	if len(files) != 4 {
		t.Errorf("the folder holds %v", files)
	}
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %v (%v), want 0700", info.Mode().Perm(), err)
	}
}

func TestMigrateTwiceAtOnce(t *testing.T) {
	t.Parallel()
	for engine, url := range map[string]string{
		migrations.SQLite:   "sqlite:" + filepath.Join(t.TempDir(), "postern.db"),
		migrations.Postgres: storagetest.EmptyPostgresURL(t),
	} {
		var wait sync.WaitGroup
		for range 4 {
			wait.Go(func() {
				if err := storage.Migrate(t.Context(), url); err != nil {
					t.Errorf("%s: %v", engine, err)
				}
			})
		}
		wait.Wait()
		storagetest.Open(t, url, nil)
	}
}
