package storagetest

import (
	"database/sql"
	"strings"
	"testing"
)

// setSchema makes a database say that a migration is the newest applied; 0: none was.
func setSchema(t testing.TB, url string, version int64) {
	t.Helper()
	db := Raw(t, url)
	ctx := t.Context()
	_, err := db.ExecContext(ctx, "delete from goose_db_version where version_id > 0")
	if err == nil && version > 0 {
		_, err = db.ExecContext(ctx, "insert into goose_db_version (version_id, is_applied) values ($1, true)", version)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Raw opens a database past the Store, for what only a test looks at.
func Raw(t testing.TB, url string) *sql.DB {
	t.Helper()
	driver, name := "pgx", url
	if path, isSQLite := strings.CutPrefix(url, "sqlite:"); isSQLite {
		driver, name = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, name) // storage has registered both
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
