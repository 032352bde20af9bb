package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/spf13/pflag"

	"postern/authz/client"
)

// FuzzParseState feeds apply's file, which people and programs write: no input makes it panic, and what it takes has a
// key for everything.
func FuzzParseState(f *testing.F) {
	archive, err := txtar.ParseFile("testdata/script/15_apply.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range archive.Files {
		f.Add(file.Data)
	}
	f.Add([]byte("clients: [{client_id: [x], scope: {a: b}}]"))
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("---\n---\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := parseState(text)
		if err != nil {
			return
		}
		for _, c := range s.Clients {
			if c.ID == "" {
				t.Error("a client without client_id is taken")
			}
		}
	})
}

// FuzzConfigFile feeds the settings file: no input makes it panic, and what is taken keeps every rule.
func FuzzConfigFile(f *testing.F) {
	for _, seed := range []string{
		"listen: 127.0.0.1:1\ncode_ttl: 30s\n", "trusted_proxies: [10.0.0.0/8, 1]\n", "issuer: {}\n", "code_ttl: 1e99\n",
		"grants_per_consent: 0x10\n", "secret: [a]\n", "? [a]\n: b\n", "listen: !!binary aGk=\n", "a: &a\n  b: *a\n", "brand_name: 2026-11-22\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "postern.yaml")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := loadConfig(pflag.NewFlagSet("fuzz", pflag.ContinueOnError), []string{"POSTERN_CONFIG=" + path})
		if err == nil && len(c.check()) > 0 {
			t.Errorf("taken although %v", c.check())
		}
	})
}

func TestAPatchChangesWhatItNamesAlone(t *testing.T) { // RFC 7396, section 2
	t.Parallel()
	before := client.Metadata{Name: "Board", RedirectURIs: []string{"https://a.example/cb"}, AccessTTL: 600, FirstParty: true}
	for _, row := range []struct{ name, patch, want string }{
		{"an empty one", `{}`, `{"client_name":"Board","redirect_uris":["https://a.example/cb"],"first_party":true,"access_token_ttl":600}`},
		{"a list is replaced, not added to", `{"redirect_uris":["https://b.example/cb"]}`, `{"client_name":"Board","redirect_uris":["https://b.example/cb"],"first_party":true,"access_token_ttl":600}`},
		{"null takes back", `{"access_token_ttl":null,"first_party":null}`, `{"client_name":"Board","redirect_uris":["https://a.example/cb"]}`},
		{"what is not metadata is ignored", `{"client_id":"x","disabled":true}`, `{"client_name":"Board","redirect_uris":["https://a.example/cb"],"first_party":true,"access_token_ttl":600}`},
	} {
		after, err := merged(before, []byte(row.patch))
		got, _ := json.Marshal(after)
		if err != nil || string(got) != row.want {
			t.Errorf("%s: %s, want %s (%v)", row.name, got, row.want, err)
		}
	}
	if _, err := merged(before, []byte(`{"access_token_ttl":"10m"}`)); err == nil {
		t.Error("a wrong type is taken")
	}
}

func TestWhatIsStoredCannotMoveTheCursorOfATerminal(t *testing.T) { // CWE-150
	t.Parallel()
	if got := printable("a\x1b[2Jb\u202ec\nd"); got != "a?[2Jb?c?d" {
		t.Errorf("printed as %q", got)
	}
}
