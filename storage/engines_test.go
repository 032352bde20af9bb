package storage_test

import (
	"testing"

	"postern/storage/storagetest"
)

func TestSQLite(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, storagetest.SQLiteURL)
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	storagetest.Run(t, storagetest.PostgresURL)
}
