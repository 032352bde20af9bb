package system_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"postern/authz/scope"
	"postern/cmd/system/systemtest"
)

// UX C8: optional scopes have boxes, and the subset that was ticked is what the app gets and is told. What was left out is
// not asked for again each time, but can be had with prompt=consent.
func TestOptionalScopesCanBeLeftOut(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	s.AddScope(scope.Scope{Name: "jobs:delete", Title: "Delete jobs", Group: "Jobs", Kind: "destructive", Optional: true})
	x := allowed(t, s, webApp, "jobs:read", "jobs:delete")
	verifier := oauth2.GenerateVerifier()
	address := x.c.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier))
	x.b.Get(address)
	x.b.SignIn("user@example.com")
	p := x.b.Press("allow", url.Values{"scope": nil})
	if p.Away == nil {
		t.Fatalf("no redirect: status %d\n%s", p.Status, p.Body)
	}
	form := url.Values{"grant_type": {"authorization_code"}, "code": {p.Away.Query().Get("code")}, "redirect_uri": {x.app.Redirect}, "code_verifier": {verifier}}
	if a := tokenRequest(t, s, x.app, form); a.status != 200 || a.Scope != "jobs:read" {
		t.Fatalf("status %d, scope %q", a.status, a.Scope)
	}
	if p := x.b.Get(address); p.Away == nil || !strings.Contains(p.Away.RawQuery, "code=") {
		t.Fatalf("asked again for what was left out: %s", p.URL)
	}
	if p := x.b.Get(address + "&prompt=consent"); !p.Has("consent-page") || !strings.Contains(p.Body, `value="jobs:delete"`) {
		t.Fatalf("prompt=consent does not offer it: status %d at %s", p.Status, p.URL)
	}
	p = x.b.Press("allow", url.Values{"scope": {"jobs:delete"}})
	form.Set("code", p.Away.Query().Get("code"))
	if a := tokenRequest(t, s, x.app, form); a.status != 200 || a.Scope != "jobs:read jobs:delete" {
		t.Fatalf("status %d, scope %q", a.status, a.Scope)
	}
}

// Requirement 9, for apps without a consent page: a user removes a first-party app while its code is on the way. The code
// has no consent row to fail on, and fails all the same.
func TestAFirstPartyCodeDoesNotOutliveTheRemovalOfItsApp(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := start(t, e)
		user := s.AddUser("user@example.com", false)
		x := allowed(t, s, `{"client_name":"Ours","redirect_uris":["https://ours.example/cb"],"scope":"jobs:*","first_party":true}`)
		before := x.tokens(t)
		late := x.code(t)
		if err := s.People.RevokeApp(t.Context(), systemtest.Actor, user.ID, x.app.ID, s.Org); err != nil {
			t.Fatal(err)
		}
		if active(t, s, x.app, before.Access) {
			t.Error("the access token lives on")
		}
		if a := tokenRequest(t, s, x.app, late); a.Error != "invalid_grant" {
			t.Errorf("the code on its way: %d %s", a.status, a.Error)
		}
		s.Clock.Advance(2 * time.Minute)
		if a := tokenRequest(t, s, x.app, x.code(t)); a.status != 200 {
			t.Errorf("a code of a later visit: %d %s", a.status, a.Error)
		}
	})
}
