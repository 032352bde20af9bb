package system_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"postern/cmd/system/systemtest"
	"postern/storage"
	"postern/storage/storagetest"
)

// counted is a server whose statements are read off the wire. SQLite runs the same texts, so that what holds for one
// engine holds for the other.
type counted struct {
	session
	wire    *systemtest.Wire
	machine systemtest.Client
}

func newCounted(t *testing.T) counted {
	t.Helper()
	direct := storagetest.PostgresURL(t)
	c := counted{wire: systemtest.NewWire(t, direct)}
	s := systemtest.Start(t, storage.Config{URL: c.wire.URL(direct), MaxConns: 8}, systemtest.Options{})
	s.AddScopes("jobs:read", "jobs:write", "teams.read", "secret.read")
	s.AddUser("user@example.com", false)
	c.session, c.machine = allowed(t, s, webApp), s.AddClient(machine)
	awaitTrust(t, s, storage.TrustFresh)
	return c
}

// putOff tells whether a statement is the batched writer's: counts and last uses, once a second and once a minute,
// however many requests there were. Its transactions begin and commit.
func putOff(statement string) bool {
	for _, part := range []string{"into activity", "set last_used_at", "set last_seen_at"} {
		if strings.Contains(statement, part) {
			return true
		}
	}
	return strings.HasPrefix(statement, "begin") || statement == "commit"
}

// requests lists the statements that f's requests ran themselves, and counts the batched writer's.
func (c counted) requests(f func()) (own []string, batched int) {
	c.wire.Forget()
	f()
	all := c.wire.Ran()
	own = slices.DeleteFunc(slices.Clone(all), putOff)
	return own, len(all) - len(own)
}

// In steady state client credentials and introspection run no SQL but the feed's beats and the batched writer.
func TestTokensAndIntrospectionRunNoSQLInSteadyState(t *testing.T) {
	t.Parallel()
	c := newCounted(t)
	user := c.tokens(t)
	own := tokenRequest(t, c.s, c.machine, credentials("jobs:read"))
	active(t, c.s, c.machine, own.Access)
	active(t, c.s, c.app, user.Access)

	const each = 300
	begun := time.Now()
	statements, batched := c.requests(func() {
		for range each {
			if a := tokenRequest(t, c.s, c.machine, credentials("jobs:read")); a.status != http.StatusOK {
				t.Fatalf("client credentials: %d %s", a.status, a.Text)
			}
			if !active(t, c.s, c.machine, own.Access) || !active(t, c.s, c.app, user.Access) {
				t.Fatal("a live token is not active")
			}
		}
	})
	if len(statements) > 0 {
		t.Errorf("%d requests ran %d statements: %s", 3*each, len(statements), strings.Join(statements, "; "))
	}
	// Each second's batch has a begin, a commit and one statement for each client and kind of count.
	if flushes := int(time.Since(begun)/time.Second) + 2; batched > 8*flushes {
		t.Errorf("the batched writer ran %d statements in %d batches", batched, flushes)
	}
}

// A flow of a signed-in user whose consent is remembered: at most two reads, then one INSERT, then one UPDATE.
func TestAFlowRunsFewStatements(t *testing.T) {
	t.Parallel()
	c := newCounted(t)
	c.tokens(t) // sign in, allow, prepare

	verifier := oauth2.GenerateVerifier()
	var code string
	statements, _ := c.requests(func() {
		page := c.b.Get(c.c.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier)))
		if page.Away == nil {
			t.Fatalf("a page instead of a code: %d", page.Status)
		}
		code = page.Away.Query().Get("code")
	})
	if len(statements) > 2 || slices.ContainsFunc(statements, func(s string) bool { return !strings.HasPrefix(s, "select") }) {
		t.Errorf("authorization with a remembered consent runs %d statements: %s", len(statements), strings.Join(statements, "; "))
	}

	var token tokens
	statements, _ = c.requests(func() {
		token = tokenRequest(t, c.s, c.app, map[string][]string{
			"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {c.app.Redirect}, "code_verifier": {verifier},
		})
	})
	if len(statements) != 1 || !strings.HasPrefix(statements[0], "insert into grants") {
		t.Errorf("the exchange runs %d statements, want one INSERT: %s", len(statements), strings.Join(statements, "; "))
	}

	statements, _ = c.requests(func() { token = refresh(t, c.s, c.app, token.Refresh) })
	if len(statements) != 1 || !strings.HasPrefix(statements[0], "update grants") || token.status != http.StatusOK {
		t.Errorf("a refresh runs %d statements, want one UPDATE: %s", len(statements), strings.Join(statements, "; "))
	}
}

// Credentials that we did not make cost no SQL: their tag is wrong.
func TestForgedCredentialsRunNoSQL(t *testing.T) {
	t.Parallel()
	c := newCounted(t)
	good := c.tokens(t)
	forged := func(token string) string { return token[:len(token)-3] + "AAA" }
	statements, _ := c.requests(func() {
		refresh(t, c.s, c.app, forged(good.Refresh))
		active(t, c.s, c.app, forged(good.Refresh))
		active(t, c.s, c.app, forged(good.Access))
		post(t, c.s, "/oauth/revoke", c.app, map[string][]string{"token": {forged(good.Access)}})
	})
	statements = slices.DeleteFunc(statements, func(s string) bool { return strings.Contains(s, "failures") }) // the ring of a known client
	if len(statements) > 0 {
		t.Errorf("forged credentials ran %d statements: %s", len(statements), strings.Join(statements, "; "))
	}
	if !active(t, c.s, c.app, good.Access) {
		t.Error("the genuine token died")
	}
}
