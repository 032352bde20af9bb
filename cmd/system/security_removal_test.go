package system_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/authz/client"
	"postern/authz/identity"
	"postern/authz/key"
	"postern/cmd/system/systemtest"
	"postern/storage"
)

// The secret has leaked: the operator rotates it and revokes the sealing key, whose successor is sealed under the new secret.
// A server that still has the old one can open no key that is left. It must not go on with the revoked one (it answers 503).
func TestARevokedKeyIsDeadOnServersWithTheOldSecret(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := start(t, e)
		m := s.AddClient(machine)
		before := tokenRequest(t, s, m, credentials("jobs:read"))
		fresh := []byte("another secret for tests alone, and long enough")
		check(t, key.Rewrap(t.Context(), s.Store, []byte("a secret for tests alone, and long enough"), fresh, s.URL))
		// what the command `posternd key revoke` opens
		ring, err := key.Open(t.Context(), s.Store, key.Config{Secret: fresh, Issuer: s.URL, Now: s.Clock.Now, JWKSMaxAge: 5 * time.Minute})
		check(t, err)
		for _, k := range ring.List() {
			if k.Use == key.UseSeal {
				check(t, ring.Revoke(t.Context(), k.ID, nil))
			}
		}
		systemtest.Poll(t, "the revocation is in force", 10*time.Second, func() bool {
			status, body := post(t, s, "/oauth/introspect", m, map[string][]string{"token": {before.Access}})
			return status == http.StatusServiceUnavailable || strings.HasPrefix(body, `{"active":false`)
		})
		if status, body := post(t, s, "/oauth/token", m, credentials("jobs:read")); status != http.StatusServiceUnavailable {
			t.Errorf("a token is made with a revoked key: %d %s", status, body)
		}
	})
}

// Requirement 9: a user removes a first-party app that has a consent row all the same (it was third-party before, or asked
// with prompt=consent). Its code on the way does not stand on that row, and is stopped too.
func TestAFirstPartyCodeWithAnOldConsentIsStoppedToo(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := start(t, e)
		user := s.AddUser("user@example.com", false)
		x := allowed(t, s, `{"client_name":"Ours","redirect_uris":["https://ours.example/cb"],"scope":"jobs:*","first_party":true}`)
		// the user once saw the consent page: prompt=consent
		authorize(t, x.b, x.c.AuthCodeURL("state")+"&prompt=consent&code_challenge="+strings.Repeat("A", 43)+"&code_challenge_method=S256", "user@example.com")
		late := x.code(t)
		check(t, s.People.RevokeApp(t.Context(), systemtest.Actor, user.ID, x.app.ID, s.Org))
		s.Clock.Advance(5 * time.Second)
		a := tokenRequest(t, s, x.app, late)
		if a.Error != "invalid_grant" {
			t.Errorf("the code on its way: %d %s, refresh token: %t, scope %s", a.status, a.Error, a.Refresh != "", a.Scope)
		}
	})
}

// Requirement 9: a user removes everything, and only a code is on its way yet: there is no grant to find.
func TestRemovingAllStopsCodesOnTheirWay(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	user, err := s.People.UserByEmail(t.Context(), "user@example.com")
	check(t, err)
	x := allowed(t, s, `{"client_name":"Ours","redirect_uris":["https://ours.example/cb"],"scope":"jobs:*","first_party":true}`)
	late := x.code(t)
	n, err := s.People.RevokeAllConsents(t.Context(), systemtest.Actor, user.ID)
	check(t, err)
	if a := tokenRequest(t, s, x.app, late); a.Error != "invalid_grant" {
		t.Errorf("removed %d, and the code on its way gives: %d %s", n, a.status, a.Error)
	}
}

func alter(t *testing.T, s *systemtest.Server, id string, f func(*client.Metadata)) {
	t.Helper()
	d, err := s.Clients.Show(t.Context(), id)
	check(t, err)
	m := d.Document
	f(&m)
	_, err = s.Clients.Update(t.Context(), systemtest.Actor, id, d.Version, m)
	check(t, err)
}

// RT-02 (RFC 9700 4.14.2): an administrator switches rotation off, so that the last use of a token moves the same time that
// the grace counts from. A predecessor, dead for a day, must not be answered with the live token.
func TestAnOldRefreshTokenStaysDeadWhenRotationIsSwitchedOff(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		x := signedIn(t, e, webApp)
		first := x.tokens(t)
		second := refresh(t, x.s, x.app, first.Refresh)
		off := false
		alter(t, x.s, x.app.ID, func(m *client.Metadata) { m.Rotation = &off })
		eventually(t, func() bool {
			c, err := x.s.Mirror.Client(t.Context(), x.app.ID)
			return err == nil && !c.Rotate
		})
		x.s.Clock.Advance(24 * time.Hour)
		if a := refresh(t, x.s, x.app, second.Refresh); a.status != 200 || a.Refresh != second.Refresh {
			t.Fatalf("control: %d %s same=%t", a.status, a.Error, a.Refresh == second.Refresh)
		}
		check(t, x.s.Store.Flush(t.Context()))
		a := refresh(t, x.s, x.app, first.Refresh) // rotated away a day ago
		if a.Error != "invalid_grant" {
			t.Errorf("a refresh token that was rotated away a day ago: %d, gives the live one: %t", a.status, a.Refresh == second.Refresh)
		}
	})
}

// UX C21: an app is transferred to a publisher whom the user never allowed. What was allowed to the old one ends.
func TestGrantsEndWithTheTransferOfTheirClient(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp)
	got := x.tokens(t)
	org, err := s.People.CreateOrganization(t.Context(), systemtest.Actor, identity.NewOrganization{Slug: "buyer", Name: "Buyer"})
	check(t, err)
	check(t, s.Clients.Transfer(t.Context(), systemtest.Actor, x.app.ID, org.ID))
	eventually(t, func() bool {
		c, err := s.Mirror.Client(t.Context(), x.app.ID)
		return err == nil && c.OrgID == org.ID
	})
	if a := refresh(t, s, x.app, got.Refresh); a.status == 200 {
		t.Errorf("the new publisher refreshes what was allowed to the old one: %d scope %s", a.status, a.Scope)
	}
}

// CWE-400: strangers make up addresses of logos, and ask for readiness again and again. Neither costs a statement each time.
func TestStrangersCostLittleSQL(t *testing.T) {
	t.Parallel()
	c := newCounted(t)
	for _, path := range []string{"/logo/nobody%d/00", "/readyz?%d"} {
		statements, _ := c.requests(func() {
			for i := range 500 {
				send(t, c.s.Request(http.MethodGet, fmt.Sprintf(path, i), nil))
			}
		})
		if len(statements) > 250 {
			t.Errorf("500 requests of %s ran %d statements, the first: %s", path, len(statements), statements[0])
		}
	}
}

// An app is not first-party any more: grants and codes that nobody was asked for end.
func TestGrantsWithoutConsentEndWithFirstParty(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, `{"client_name":"Ours","redirect_uris":["https://ours.example/cb"],"scope":"jobs:*","first_party":true}`)
	got, late := x.tokens(t), x.code(t)
	alter(t, s, x.app.ID, func(m *client.Metadata) { m.FirstParty = false })
	eventually(t, func() bool {
		c, err := s.Mirror.Client(t.Context(), x.app.ID)
		return err == nil && !c.FirstParty
	})
	a, b := refresh(t, s, x.app, got.Refresh), tokenRequest(t, s, x.app, late)
	if a.status == 200 || b.status == 200 {
		t.Errorf("not first-party any more, nobody consented: refresh %d, code %d", a.status, b.status)
	}
}

// Requirement 9: a first-party app is removed on one node while the other's feed is swallowed, and its code redeemed there.
// The other node's memory does not know; the database does.
func TestARemovalHoldsOnANodeThatHasNotHeardOfIt(t *testing.T) {
	t.Parallel()
	x := newTwins(t)
	user := userID(t, x.s, "user@example.com")
	y := allowed(t, x.s, `{"client_name":"Ours","redirect_uris":["https://ours.example/cb"],"scope":"jobs:*","first_party":true}`)
	y.tokens(t)
	tokenRequest(t, x.b, y.app, y.code(t))
	live, tries := 0, 5
	for range tries {
		for { // the codes of the last round are over
			x.s.Clock.Advance(2 * time.Minute)
			x.b.Clock.Advance(2 * time.Minute)
			if a := tokenRequest(t, x.s, y.app, y.code(t)); a.status == 200 {
				break
			}
		}
		form := y.code(t)
		x.wire.SetFeed(systemtest.FeedSwallowed)
		check(t, x.s.People.RevokeApp(t.Context(), systemtest.Actor, user, y.app.ID, x.s.Org))
		a := tokenRequest(t, x.b, y.app, form)
		x.wire.SetFeed(systemtest.FeedWell)
		awaitTrust(t, x.b, storage.TrustFresh)
		if a.status != 200 {
			continue
		}
		if r := refresh(t, x.s, y.app, a.Refresh); r.status == 200 {
			live++
		}
	}
	if live > 0 {
		t.Errorf("%d of %d codes redeemed just after the removal gave grants that live on for good", live, tries)
	}
}

// CWE-770: an ordinary user loops authorize, exchange and revoke with a public client. What every node holds in memory of it
// goes when the tokens would have expired, not a day later.
func TestRevokedGrantsAreForgottenWithTheirTokens(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, `{"client_name":"SPA","kind":"spa","redirect_uris":["https://spa.example/cb"],"scope":"jobs:*","access_token_ttl":60}`)
	x.tokens(t)
	begun := time.Now()
	const n = 300
	for range n {
		got := x.tokens(t)
		tell(t, s, "/oauth/revoke", x.app, map[string][]string{"token": {got.Refresh}})
	}
	took := time.Since(begun)
	s.Clock.Advance(2 * time.Hour) // their access tokens lived a minute
	_, err := s.Store.Clean(t.Context(), 20)
	check(t, err)
	rows, err := s.Store.Revocations(t.Context(), s.Clock.Now())
	check(t, err)
	if len(rows) >= n {
		t.Errorf("%d revocations two hours after tokens of one minute; one browser makes %.0f/s, kept 24 h: %.0f million", len(rows), n/took.Seconds(), n/took.Seconds()*86400/1e6)
	}
}

// CWE-770: and who does it by the thousand is signed out everywhere, so that each further one costs a sign-in.
func TestAThousandRevokedGrantsCostASignIn(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp)
	got := x.tokens(t)
	model := grantOf(t, s, got.Refresh)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			for range 20 {
				g := model
				g.ID = storage.NewID(s.Clock.Now())
				check(t, s.Store.InsertGrant(t.Context(), g))
			}
		})
	}
	all.Wait()
	check(t, s.Store.Tx(t.Context(), func(tx *storage.Tx) error {
		_, err := tx.RevokeGrantsOf(t.Context(), model.UserID, x.app.ID, storage.ID{}, s.Clock.Now(), "test")
		return err
	}))
	last := x.tokens(t) // the session is still good
	tell(t, s, "/oauth/revoke", x.app, map[string][]string{"token": {last.Refresh}})
	if p := x.b.Get("/account"); !p.Has("login-page") {
		t.Errorf("the session goes on: status %d at %s", p.Status, p.URL)
	}
}
