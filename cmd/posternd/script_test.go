package main

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"postern/storage/storagetest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"posternd": main})
}

// The manual: each file in testdata/script is one chapter, in a folder and on a database of its own. Chapters below 10
// need no database; the others are run on both engines.

func TestScriptsOnSQLite(t *testing.T) {
	t.Parallel()
	runScripts(t, "sqlite", "testdata/script/*.txtar", func(env *testscript.Env) error { return nil })
}

func TestScriptsOnPostgres(t *testing.T) {
	t.Parallel()
	runScripts(t, "postgres", "testdata/script/[1-9]*.txtar", func(env *testscript.Env) error {
		env.Setenv("POSTERN_DATABASE_URL", storagetest.PostgresURL(env.T().(testing.TB)))
		env.Setenv("POSTERN_SECRET_FILE", "first.secret")
		return os.WriteFile(filepath.Join(env.Cd, "first.secret"), []byte("the first secret, of more than 32 bytes"), 0o600)
	})
}

func runScripts(t *testing.T, engine, pattern string, setUp func(*testscript.Env) error) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	testscript.Run(t, testscript.Params{
		Files:               files,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Condition:           func(name string) (bool, error) { return name == engine, nil },
		Setup: func(env *testscript.Env) error {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			env.Setenv("PORT", strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
			return errors.Join(l.Close(), setUp(env))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "healthy": healthy, "keep": keep},
	})
}

// exits runs a program and compares its exit code: exits 3 posternd client show nobody.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE program [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got, err := 0, ts.Exec(args[1], args[2:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code is %d, want %d", got, want)
	}
}

// healthy waits until the server on $PORT answers.
func healthy(ts *testscript.TestScript, _ bool, _ []string) {
	deadline := time.Now().Add(20 * time.Second)
	for ts.Exec("posternd", "health", "--listen", "127.0.0.1:"+ts.Getenv("PORT")) != nil {
		if time.Now().After(deadline) {
			ts.Fatalf("the server does not answer")
		}
	}
}

// keep puts the first group of what a pattern finds in the last output into an environment variable: keep ID
// '"client_id": "(.*)"'.
func keep(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: keep NAME pattern")
	}
	found := mustCompile(ts, args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) < 2 {
		ts.Fatalf("%s is not in the output", args[1])
	}
	ts.Setenv(args[0], found[1])
}

func mustCompile(ts *testscript.TestScript, pattern string) *regexp.Regexp {
	re, err := regexp.Compile("(?m)" + pattern)
	ts.Check(err)
	return re
}
