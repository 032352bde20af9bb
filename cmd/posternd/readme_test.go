package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var updateReadme = flag.Bool("update-readme", false, "write the table of settings into README.md")

const (
	tableBegin = "<!-- made from settings.go by: go test ./cmd/posternd -run README -update-readme -->\n"
	tableEnd   = "<!-- end -->\n"
)

// README's table of settings is made from the settings themselves.
func TestREADMEHasEverySetting(t *testing.T) {
	t.Parallel()
	const path = "../../README.md"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), tableBegin)
	have, after, ended := strings.Cut(rest, tableEnd)
	if !found || !ended {
		t.Fatal("README.md has no table of settings between its marks")
	}
	want := settingsTable()
	if have == want {
		return
	}
	if !*updateReadme {
		t.Fatalf("README.md's table of settings is out of date: %s", strings.TrimSpace(tableBegin))
	}
	if err := os.WriteFile(path, []byte(before+tableBegin+want+tableEnd+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

func settingsTable() string {
	var b strings.Builder
	b.WriteString("| key | default | what it is |\n|---|---|---|\n")
	for _, s := range settings {
		def := "—"
		if s.def != "" {
			def = "`" + s.def + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s.key, def, s.help)
	}
	return b.String()
}
