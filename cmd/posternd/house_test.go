package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// These tests keep the house: its floors, its budgets, its names. They read the source, all of it.

const root = "../.."

// floors says what each floor may import of the others. A request goes down these stairs once.
var floors = map[string][]string{
	"cmd":        {"web", "authz", "storage", "migrations", "templates"},
	"web":        {"authz", "templates"},
	"authz":      {"storage"},
	"storage":    {"migrations"},
	"migrations": {},
	"templates":  {},
}

// homes says where foreign packages may be imported, by the beginning of their paths.
var homes = map[string][]string{
	"github.com/ory/fosite":       {"authz"},
	"github.com/go-jose/go-jose":  {"authz"},
	"github.com/jackc/pgx":        {"storage"},
	"modernc.org/sqlite":          {"storage"},
	"database/sql":                {"storage"},
	"github.com/pressly/goose":    {"storage", "migrations"},
	"github.com/spf13":            {"cmd"},
	"github.com/go-viper":         {"cmd"},
	"github.com/gorilla/sessions": {"web"},
	"html/template":               {"web", "templates"},
}

// exempt are imports that look like a breach and are none.
var exempt = map[string]string{
	"authz database/sql/driver":   "a type that is stored says how",
	"storage database/sql/driver": "likewise",
}

var topLevel = []string{
	".ci", ".dockerignore", ".git", ".gitignore", "Dockerfile", "LICENSE", "Makefile", "README.md", "authz", "bin", "cmd",
	"data", "docker-compose.yml", "docs", "go.mod", "go.sum", "migrations", "secrets", "storage", "templates", "web",
}

var vagueNames = []string{"util", "utils", "common", "helper", "helpers", "types", "models", "misc", "base"}

const (
	maxFileLines     = 400
	maxFunctionLines = 60
)

// source is one Go file.
type source struct {
	name  string // relative to the root
	file  *ast.File
	set   *token.FileSet
	lines int
}

func (s source) floor() string { floor, _, _ := strings.Cut(s.name, "/"); return floor }
func (s source) isTest() bool  { return strings.HasSuffix(s.name, "_test.go") }

// isTesting tells whether s belongs to a package that only tests import.
func (s source) isTesting() bool { return s.isTest() || strings.HasSuffix(path.Dir(s.name), "test") }

func house(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "testdata" || len(entry.Name()) > 2 && entry.Name()[0] == '.') {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(file, ".go") {
			return nil
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, file)
		all = append(all, source{filepath.ToSlash(name), parsed, set, set.File(parsed.Pos()).LineCount()})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("no source found")
	}
	return all
}

func TestImportsGoDownTheStairs(t *testing.T) {
	t.Parallel()
	for _, s := range house(t) {
		if s.isTesting() {
			continue // tests put the house together as they need it
		}
		for _, spec := range s.file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if ours, ok := strings.CutPrefix(imported, "postern/"); ok {
				checkFloor(t, s, ours)
				continue
			}
			checkHome(t, s, imported)
		}
	}
}

func checkFloor(t *testing.T, s source, imported string) {
	t.Helper()
	below, _, _ := strings.Cut(imported, "/")
	if below != s.floor() && !slices.Contains(floors[s.floor()], below) {
		t.Errorf("%s imports postern/%s: %s may import %v", s.name, imported, s.floor(), floors[s.floor()])
	}
	if strings.HasSuffix(imported, "test") {
		t.Errorf("%s imports postern/%s, which is for tests", s.name, imported)
	}
}

func checkHome(t *testing.T, s source, imported string) {
	t.Helper()
	if exempt[s.floor()+" "+imported] != "" {
		return
	}
	for prefix, at := range homes {
		if strings.HasPrefix(imported, prefix) && !slices.Contains(at, s.floor()) {
			t.Errorf("%s imports %s, whose place is %v", s.name, imported, at)
		}
	}
}

func TestViperLivesInOneFile(t *testing.T) {
	t.Parallel()
	for _, s := range house(t) {
		for _, spec := range s.file.Imports {
			if spec.Path.Value == `"github.com/spf13/viper"` && s.name != "cmd/posternd/config.go" {
				t.Errorf("%s imports viper", s.name)
			}
		}
	}
}

func TestBudgets(t *testing.T) {
	t.Parallel()
	for _, s := range house(t) {
		if s.lines > maxFileLines {
			t.Errorf("%s has %d lines, more than %d", s.name, s.lines, maxFileLines)
		}
		for _, decl := range s.file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || s.isTest() {
				continue // a test's table may be long
			}
			if n := s.set.Position(f.End()).Line - s.set.Position(f.Pos()).Line + 1; n > maxFunctionLines {
				t.Errorf("%s: %s has %d lines, more than %d", s.name, f.Name.Name, n, maxFunctionLines)
			}
			if f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init function", s.name)
			}
		}
	}
}

func TestNoTestIsSkipped(t *testing.T) {
	t.Parallel()
	for _, s := range house(t) {
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.SelectorExpr)
			if ok && s.isTesting() && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, call.Sel.Name) {
				t.Errorf("%s: %s", s.set.Position(call.Pos()), call.Sel.Name)
			}
			return true
		})
	}
}

func TestEveryPackageHasAMapAndATellingName(t *testing.T) {
	t.Parallel()
	mapped, all := map[string]bool{}, map[string]bool{}
	for _, s := range house(t) {
		folder := path.Dir(s.name)
		if s.isTest() || strings.HasPrefix(folder, "authz/internal/oryx") || folder == "authz" {
			continue
		}
		all[folder] = true
		mapped[folder] = mapped[folder] || s.file.Doc != nil
		if slices.Contains(vagueNames, s.file.Name.Name) {
			t.Errorf("%s: package %s says nothing about what it holds", s.name, s.file.Name.Name)
		}
	}
	for folder := range all {
		if !mapped[folder] {
			t.Errorf("%s has no package comment", folder)
		}
	}
}

func TestTopLevel(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !slices.Contains(topLevel, entry.Name()) {
			t.Errorf("%s does not belong at the top level", entry.Name())
		}
	}
}
