package admin_test

import (
	"bufio"
	"context"
	"html"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/authz/client"
)

// runners are what runs a snippet; Go is there whenever tests are, the others are tried where they are installed.
var runners = map[string]struct {
	file     string
	commands []string // that have to be there
	run      []string
}{
	"sh":     {"app.sh", []string{"bash", "curl", "openssl"}, []string{"bash"}},
	"go":     {"main.go", []string{"go"}, []string{"go", "run"}},
	"js":     {"app.mjs", []string{"node"}, []string{"node"}},
	"python": {"app.py", []string{"python3"}, []string{"python3"}},
}

// snippetsOf reads the code from a page, as somebody who copies it would.
func snippetsOf(a answer) map[string]string {
	code := map[string]string{}
	for _, part := range strings.Split(a.body, `data-language="`)[1:] {
		language, rest, _ := strings.Cut(part, `">`)
		text, _, _ := strings.Cut(rest, "</code>")
		code[language] = html.UnescapeString(text)
	}
	return code
}

// start begins to run a snippet; false: its language is not installed here.
func start(t *testing.T, language, code, secret string) (*exec.Cmd, io.Writer, *bufio.Reader, bool) {
	t.Helper()
	runner := runners[language]
	for _, name := range runner.commands {
		if _, err := exec.LookPath(name); err != nil {
			t.Logf("%s is not run: %s is not installed", language, name)
			return nil, nil, nil, false
		}
	}
	file := filepath.Join(t.TempDir(), runner.file)
	if err := os.WriteFile(file, []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, runner.run[0], append(runner.run[1:], file)...)
	cmd.Env = append(os.Environ(), "CLIENT_SECRET="+secret)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, in, bufio.NewReader(out), true
}

// TestSnippetsGetTokens runs what the page shows, as it is (UX R15).
func TestSnippetsGetTokens(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.addScope("jobs:read")
	for _, test := range []struct {
		name   string
		change func(*client.Metadata)
	}{
		{"web", func(m *client.Metadata) { m.RedirectURIs = []string{"https://planner.example/it's?a=$HOME&b=$(id)"} }},
		{"web, secret in the form", func(m *client.Metadata) { m.AuthMethod = client.AuthPost }},
		{"native", func(m *client.Metadata) { m.Kind, m.RedirectURIs = client.Native, []string{"com.example.app:/cb"} }},
		{"machine", func(m *client.Metadata) { m.Kind, m.RedirectURIs = client.Machine, nil }},
	} {
		row, secret := s.addClient(func(m *client.Metadata) {
			m.Scope, m.FirstParty = "jobs:read later:*", true
			test.change(m)
			m.FirstParty = m.Kind != client.Machine
		})
		for language, code := range snippetsOf(s.admin.get("/admin/clients/" + row.ID).want(http.StatusOK)) {
			if strings.Contains(code, "{{") || strings.Contains(code, "pcs_") {
				t.Errorf("%s in %s is not filled in, or has a secret:\n%s", test.name, language, code)
			}
			t.Run(test.name+" in "+language, func(t *testing.T) { s.run(t, row, language, code, secret) })
		}
	}
}

// run plays the person: it opens the address that the code prints, and pastes what comes back.
func (s *stack) run(t *testing.T, row client.Row, language, code, secret string) {
	cmd, in, out, ok := start(t, language, code, secret)
	if !ok {
		return
	}
	var all strings.Builder
	for row.Kind != client.Machine {
		line, err := out.ReadString('\n')
		all.WriteString(line)
		if err != nil {
			break
		}
		if path, ok := strings.CutPrefix(strings.TrimSpace(line), s.issuer); ok {
			back := s.admin.get(path).header.Get("Location")
			if language == "sh" {
				_, back, _ = strings.Cut(back, "code=")
				back, _, _ = strings.Cut(back, "&")
			}
			if _, err := io.WriteString(in, back+"\n"); err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	rest, _ := io.ReadAll(out)
	all.Write(rest)
	if err := cmd.Wait(); err != nil || !strings.Contains(all.String(), "pat_") {
		t.Errorf("no token: %v\n%s", err, all.String())
	}
}

// TestSnippetsOfASinglePageApp: its JavaScript is for the browser, and comes first.
func TestSnippetsOfASinglePageApp(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	row, _ := s.addClient(func(m *client.Metadata) { m.Kind = client.SPA })
	a := s.admin.get("/admin/clients/" + row.ID).want(http.StatusOK)
	code := snippetsOf(a)["js"]
	if !strings.Contains(code, "crypto.subtle.digest") || strings.Contains(code, "{{") || strings.Contains(code, "node:") {
		t.Errorf("not for a browser:\n%s", code)
	}
	if strings.Index(a.body, `data-language="js"`) > strings.Index(a.body, `data-language="sh"`) {
		t.Error("JavaScript is not first")
	}
}
