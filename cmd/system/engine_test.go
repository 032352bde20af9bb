package system_test

import (
	"io"
	"net/url"
	"strings"
	"testing"

	"postern/storage"
	"postern/storage/storagetest"
)

// engine is one of the two databases: url names a migrated, empty one.
type engine struct {
	name string
	url  func(testing.TB) string
}

func (e engine) config(t testing.TB) storage.Config { return storage.Config{URL: e.url(t)} }

var engines = []engine{
	{"sqlite", storagetest.SQLiteURL},
	{"postgres", storagetest.PostgresURL},
}

// eachEngine runs a test on SQLite and on PostgreSQL.
func eachEngine(t *testing.T, f func(t *testing.T, e engine)) {
	for _, e := range engines {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			f(t, e)
		})
	}
}

func bodyOf(form url.Values) io.Reader { return strings.NewReader(form.Encode()) }
