package system_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/cmd/system/systemtest"
	"postern/storage"
	"postern/storage/storagetest"
)

// promised is how soon a change on one node is in force on the others.
const promised = time.Second

// status is that of an answer to a GET, without following redirects.
func status(t testing.TB, s *systemtest.Server, path string) int {
	t.Helper()
	resp, _ := systemtest.Do(t, s.Request(http.MethodGet, path, nil))
	return resp.StatusCode
}

func awaitTrust(t testing.TB, s *systemtest.Server, level storage.Trust) {
	t.Helper()
	storagetest.AwaitTrust(t, s.Store, level, 10*time.Second)
}

// tables counts the rows of every table.
func tables(t testing.TB, url string) map[string]int64 {
	t.Helper()
	db := storagetest.Raw(t, url)
	defer db.Close()
	query := "select table_name from information_schema.tables where table_schema = 'public'"
	if strings.HasPrefix(url, "sqlite:") {
		query = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
	}
	counts := map[string]int64{}
	for _, name := range column[string](t, db, query) {
		counts[name] = column[int64](t, db, "select count(*) from "+name)[0]
	}
	return counts
}

func column[T any](t testing.TB, db *sql.DB, query string, args ...any) []T {
	t.Helper()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// growth lists the tables that have other numbers of rows than before.
func growth(before, after map[string]int64) []string {
	var grown []string
	for name, n := range after {
		if n != before[name] {
			grown = append(grown, fmt.Sprintf("%s %+d", name, n-before[name]))
		}
	}
	slices.Sort(grown)
	return grown
}
