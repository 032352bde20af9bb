package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"postern/authz/catalogue"
	"postern/cmd/system/systemtest"
	"postern/storage"
	"postern/storage/storagetest"
)

// startDemo is `serve --dev` as a test can have it: the real server, seeded, and the demo's app on a port of its own.
func startDemo(t *testing.T) (*systemtest.Server, Demo) {
	t.Helper()
	s := systemtest.Start(t, storage.Config{URL: storagetest.SQLiteURL(t)}, systemtest.Options{})
	app := httptest.NewUnstartedServer(nil)
	d := seeded(t, demoDeps{
		people: s.People, clients: s.Clients, scopes: catalogue.New(s.Store, s.Clock.Now), now: s.Clock.Now, issuer: s.URL,
		appURL: "http://" + app.Listener.Addr().String(), file: demoPath(t),
	})
	handler, err := d.handler(s.Clock.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	app.Config.Handler = handler
	app.Start()
	t.Cleanup(app.Close)
	return s, d
}

// paste runs a printed line as a person's shell would, and returns what it printed.
func paste(t *testing.T, line string) string {
	t.Helper()
	c := exec.CommandContext(t.Context(), "sh", "-c", line)
	var complaint strings.Builder
	c.Stderr = &complaint
	out, err := c.Output()
	if err != nil || complaint.Len() > 0 {
		t.Fatalf("%s\n%v: %s", line, err, complaint.String())
	}
	return string(out)
}

// member reads one member of a JSON object.
func member(t *testing.T, text, name string) any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(text), &object); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return object[name]
}

// signIn takes a browser that was sent to the sign-in page through it and through consent, to the app.
func signIn(t *testing.T, s *systemtest.Server, address string, l demoLogin) *url.URL {
	t.Helper()
	b := s.NewBrowser()
	b.Get(address)
	b.Press("login", url.Values{"username": {l.Email}, "password": {l.Password}})
	p := b.Press("allow", nil)
	if p.Away == nil {
		t.Fatalf("status %d at %s\n%s", p.Status, p.URL, p.Body)
	}
	return p.Away
}

func TestEveryPrintedCommandWorks(t *testing.T) {
	t.Parallel()
	s, d := startDemo(t)
	var lines []string
	var out strings.Builder
	if err := d.Print(&out); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "curl ") || strings.Contains(line, "/oauth/authorize?") {
			lines = append(lines, line)
		}
	}
	if len(lines) != 6 {
		t.Fatalf("%d lines to paste, want 6:\n%s", len(lines), out.String())
	}
	if got := member(t, paste(t, lines[0]), "issuer"); got != s.URL {
		t.Errorf("discovery: the issuer is %v", got)
	}
	if got := member(t, paste(t, lines[1]), "scope"); got != "jobs:read" {
		t.Errorf("client credentials: the scope is %v", got)
	}
	if got := paste(t, lines[2]); member(t, got, "active") != true || member(t, got, "client_id") != d.Backend.ID {
		t.Errorf("introspection: %s", got)
	}
	if got := paste(t, lines[3]); got != "{} 200\n" {
		t.Errorf("revocation: %s", got)
	}
	away := signIn(t, s, lines[4], d.User)
	if got := "http://" + away.Host + away.Path; got != d.CLIRedirect {
		t.Errorf("the code goes to %s", got)
	}
	got := paste(t, strings.Replace(lines[5], "code=CODE", "code="+away.Query().Get("code"), 1))
	if member(t, got, "scope") != "jobs:read" || member(t, got, "refresh_token") == nil {
		t.Errorf("code: %s", got)
	}
}

// The newcomer's first minute: open the demo's app, sign in as the demo's user, allow, and call the API.
func TestTheDemosAppWorksForTheDemosUser(t *testing.T) {
	t.Parallel()
	s, d := startDemo(t)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	stop := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	person := &http.Client{Jar: jar, CheckRedirect: stop, Timeout: 30 * time.Second}
	location := func(method, address string) string {
		r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := person.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.Header.Get("Location")
	}
	answer := signIn(t, s, location(http.MethodGet, d.AppURL+"/connect"), d.User)
	if got := location(http.MethodGet, answer.String()); got != "/connected" {
		t.Fatalf("the app sends the browser to %q", got)
	}
	resp, err := person.Post(d.AppURL+"/call", "application/x-www-form-urlencoded", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("the call: status %d", resp.StatusCode)
	}
}
