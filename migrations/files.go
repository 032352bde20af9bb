package migrations

import (
	"embed"
	"io/fs"
	"strconv"
	"strings"
)

// The engines that have files of their own.
const (
	Postgres = "postgres"
	SQLite   = "sqlite"
)

//go:embed *.sql
var files embed.FS

// FS returns the migrations of an engine, "postgres" or "sqlite".
func FS(engine string) fs.FS { return engineFS(engine) }

// Latest returns the number of the newest migration of an engine.
func Latest(engine string) int64 {
	var latest int64
	entries, _ := engineFS(engine).ReadDir(".") // reading what is embedded does not fail
	for _, e := range entries {
		number, _, _ := strings.Cut(e.Name(), "_")
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			latest = max(latest, n)
		}
	}
	return latest
}

// engineFS shows of the embedded files those that are for the engine it names.
type engineFS string

func (e engineFS) Open(name string) (fs.File, error) {
	if !e.takes(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return files.Open(name)
}

// ReadDir lists the files for the engine in the order of their numbers.
func (e engineFS) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := files.ReadDir(name)
	var mine []fs.DirEntry
	for _, entry := range all {
		if e.takes(entry.Name()) {
			mine = append(mine, entry)
		}
	}
	return mine, err
}

func (e engineFS) takes(name string) bool {
	for _, other := range []string{Postgres, SQLite} {
		if other != string(e) && strings.HasSuffix(name, "."+other+".sql") {
			return false
		}
	}
	return true
}
