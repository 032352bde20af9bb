package storage

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"postern/migrations"
)

// forbidden is what one of the engines does not know, or what does not scale.
var forbidden = map[string]*regexp.Regexp{
	"all columns":              regexp.MustCompile(`select\s+\*`),
	"row locks":                regexp.MustCompile(`\bfor\s+(no\s+key\s+)?(update|share)\b`),
	"the database's clock":     regexp.MustCompile(`\bnow\(|current_timestamp|clock_timestamp|\bdatetime\(`),
	"arrays as parameters":     regexp.MustCompile(`\bany\s*\(`),
	"paging by offset":         regexp.MustCompile(`\boffset\b`),
	"parameters other than $n": regexp.MustCompile(`\?|@\w|:\w`),
	"casts of one engine":      regexp.MustCompile(`::|\bgreatest\(|\bleast\(|\bifnull\(|\bilike\b`),
	"upper case":               regexp.MustCompile(`\b(SELECT|INSERT|UPDATE|DELETE|FROM|WHERE)\b`),
}

var statement = regexp.MustCompile(`(?i)^\s*(select|insert into|update|delete from|from|where)\s`)

func TestOneSQLTextForBothEngines(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "postgres") || strings.HasPrefix(file, "sqlite") {
			continue
		}
		for _, sql := range statementsIn(t, file) {
			seen++
			for what, pattern := range forbidden {
				if found := pattern.FindString(sql); found != "" {
					t.Errorf("%s: %s (%q) in %s", file, what, found, sql)
				}
			}
		}
	}
	if seen < 80 {
		t.Errorf("only %d statements were found", seen)
	}
}

func statementsIn(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		if text, err := strconv.Unquote(literal.Value); err == nil && statement.MatchString(text) {
			found = append(found, text)
		}
		return true
	})
	return found
}

// TestBackupKnowsEveryColumn keeps a table or column from being left out of backups.
func TestBackupKnowsEveryColumn(t *testing.T) {
	t.Parallel()
	url := "sqlite:" + filepath.Join(t.TempDir(), "postern.db")
	if err := Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	s, err := connect(t.Context(), Config{URL: url, MaxConns: 2}, false)
	if err != nil {
		t.Fatal(err)
	}
	defer s.engine.close()
	known := map[string][]string{"feed": nil, "goose_db_version": nil, "sqlite_sequence": nil}
	for _, table := range tables {
		known[table.name] = table.columns
	}
	names, err := all(t.Context(), s.reads, "list tables", scanOf[string], "select name from sqlite_master where type = 'table'")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		columns, there := known[name]
		if !there {
			t.Errorf("table %s is in no backup", name)
		}
		if columns == nil {
			continue
		}
		real, err := all(t.Context(), s.reads, "list columns", scanOf[string], "select name from pragma_table_info($1)", name)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(real, columns) {
			t.Errorf("table %s has columns %v, backups have %v", name, real, columns)
		}
	}
}

// TestMigrationsAreTold keeps the two lists of migrations apart.
func TestMigrationsAreTold(t *testing.T) {
	t.Parallel()
	for engine, wanted := range map[string][]string{
		migrations.SQLite:   {"00001_gate.sql"},
		migrations.Postgres: {"00001_gate.sql", "00002_hot.postgres.sql"},
	} {
		files, err := fs.Glob(migrations.FS(engine), "*.sql")
		if err != nil || !slices.Equal(files, wanted) {
			t.Errorf("%s has %v (%v), want %v", engine, files, err, wanted)
		}
		last, _, _ := strings.Cut(wanted[len(wanted)-1], "_")
		if n, _ := strconv.ParseInt(last, 10, 64); migrations.Latest(engine) != n {
			t.Errorf("%s: latest is %d, want %d", engine, migrations.Latest(engine), n)
		}
		if _, err := migrations.FS(engine).Open("00009_none.sql"); !os.IsNotExist(err) {
			t.Errorf("%s: a file that is not there: %v", engine, err)
		}
	}
}
