package system_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/authz/client"
	"postern/authz/event"
	"postern/authz/key"
	"postern/cmd/system"
	"postern/cmd/system/systemtest"
	"postern/storage"
	"postern/storage/storagetest"
)

// twins are two nodes on one PostgreSQL. Changes are made on a; b, whose database is behind a wire, has seen what was
// before, so that its memory would answer.
type twins struct {
	session // at a
	b       *systemtest.Server
	wire    *systemtest.Wire
	machine systemtest.Client
	admin   systemtest.Client // may introspect everything, so that it outlives its fellows
}

func newTwins(t *testing.T) twins {
	t.Helper()
	direct := storagetest.PostgresURL(t)
	wire := systemtest.NewWire(t, direct)
	a := systemtest.Start(t, storage.Config{URL: direct, MaxConns: 8, OutageGrace: 30 * time.Second}, systemtest.Options{})
	b := systemtest.Start(t, storage.Config{URL: wire.URL(direct), MaxConns: 8, OutageGrace: 30 * time.Second}, systemtest.Options{
		Config: func(c *system.Config) { c.Issuer = a.URL },
	})
	a.AddScopes("jobs:read", "jobs:write", "teams.read", "secret.read")
	a.AddUser("user@example.com", false)
	x := twins{session: allowed(t, a, webApp), b: b, wire: wire, machine: a.AddClient(machine)}
	x.admin = a.AddClient(`{"client_name":"Watch","kind":"machine","grant_types":["client_credentials"],"scope":"jobs:*","introspect_any_token":true}`)
	awaitTrust(t, b, storage.TrustFresh)
	return x
}

// atB tells whether b believes an access token.
func (x twins) atB(t *testing.T, token string) bool { return active(t, x.b, x.admin, token) }

func credentials(scope string) url.Values {
	return url.Values{"grant_type": {"client_credentials"}, "scope": {scope}}
}

// change is something that somebody does on a. begin prepares it, and shows b what is before. It returns how to do it,
// and how to see it on b.
type change struct {
	name  string
	begin func(t *testing.T, x twins) (do func() error, seen func() bool)
}

func changes() []change {
	return []change{
		{"an access token is revoked (RFC 7009 2)", revokeAccess},
		{"a refresh token is revoked, and its grant with it (RFC 7009 2.1)", revokeGrant},
		{"a client is disabled", disableClient},
		{"a redirect URI is taken away (RFC 6749 3.1.2.3)", changeRedirect},
		{"a secret is rotated", rotateSecret},
		{"a secret is revoked", revokeSecret},
		{"a scope becomes reserved", reserveScope},
		{"a user is disabled", disableUser},
		{"keys are rotated at once", rotateKeys},
		{"a key is revoked, and all it made", revokeKey},
	}
}

func revokeAccess(t *testing.T, x twins) (func() error, func() bool) {
	token := x.tokens(t)
	x.mustSee(t, "a live access token", x.atB(t, token.Access))
	return func() error { return x.revoke(t, token.Access) }, func() bool { return !x.atB(t, token.Access) }
}

func revokeGrant(t *testing.T, x twins) (func() error, func() bool) {
	token := x.tokens(t)
	x.mustSee(t, "a live access token", x.atB(t, token.Access))
	return func() error { return x.revoke(t, token.Refresh) }, func() bool {
		return !x.atB(t, token.Access) && refresh(t, x.b, x.app, token.Refresh).Error == "invalid_grant"
	}
}

func (x twins) mustSee(t *testing.T, what string, ok bool) {
	t.Helper()
	if !ok {
		t.Fatalf("%s is not seen on the other node before the change", what)
	}
}

func (x twins) revoke(t *testing.T, token string) error {
	t.Helper()
	if code, body := post(t, x.s, "/oauth/revoke", x.app, url.Values{"token": {token}}); code != http.StatusOK {
		t.Fatalf("revocation: %d %s", code, body)
	}
	return nil
}

func disableClient(t *testing.T, x twins) (func() error, func() bool) {
	app := x.s.AddClient(machine)
	token := tokenRequest(t, x.b, app, credentials("jobs:read"))
	x.mustSee(t, "a client", token.status == http.StatusOK)
	return func() error { return x.s.Clients.Disable(t.Context(), systemtest.Actor, app.ID) }, func() bool {
		return tokenRequest(t, x.b, app, credentials("jobs:read")).Error == "invalid_client" && !x.atB(t, token.Access)
	}
}

func changeRedirect(t *testing.T, x twins) (func() error, func() bool) {
	app := x.s.AddClient(webApp)
	request := config(x.b, app).AuthCodeURL("s") + "&code_challenge_method=S256&code_challenge=" + strings.Repeat("A", 43) + "&scope=teams.read"
	authorizes := func() bool { return status(t, x.b, strings.TrimPrefix(request, x.b.URL)) == http.StatusSeeOther }
	x.mustSee(t, "a redirect URI", authorizes())
	m, err := client.Decode([]byte(strings.Replace(webApp, "/callback", "/elsewhere", 1)))
	if err != nil {
		t.Fatal(err)
	}
	return func() error {
		_, err := x.s.Clients.Update(t.Context(), systemtest.Actor, app.ID, 1, m)
		return err
	}, func() bool { return !authorizes() }
}

func rotateSecret(t *testing.T, x twins) (func() error, func() bool) {
	app := x.s.AddClient(machine)
	x.mustSee(t, "a secret", tokenRequest(t, x.b, app, credentials("jobs:read")).status == http.StatusOK)
	next := app
	return func() (err error) {
			_, next.Secret, err = x.s.Clients.RotateSecret(t.Context(), systemtest.Actor, app.ID, 0)
			return err
		}, func() bool {
			return tokenRequest(t, x.b, app, credentials("jobs:read")).Error == "invalid_client" &&
				tokenRequest(t, x.b, next, credentials("jobs:read")).status == http.StatusOK
		}
}

func revokeSecret(t *testing.T, x twins) (func() error, func() bool) {
	app := x.s.AddClient(machine)
	x.mustSee(t, "a secret", tokenRequest(t, x.b, app, credentials("jobs:read")).status == http.StatusOK)
	have, err := x.s.Store.ClientSecrets(t.Context(), app.ID)
	if err != nil {
		t.Fatal(err)
	}
	return func() error {
			return x.s.Clients.RevokeSecret(t.Context(), systemtest.Actor, app.ID, have[0].ID, true)
		}, func() bool {
			return tokenRequest(t, x.b, app, credentials("jobs:read")).Error == "invalid_client"
		}
}

func reserveScope(t *testing.T, x twins) (func() error, func() bool) {
	const name = "jobs:audit"
	x.s.AddScopes(name)
	systemtest.Poll(t, "the new scope", promised*2, func() bool { return tokenRequest(t, x.b, x.machine, credentials(name)).status == http.StatusOK })
	return func() error {
			row, err := x.s.Scopes.Show(t.Context(), name)
			if err != nil {
				return err
			}
			row.Reserved = true
			_, err = x.s.Scopes.Update(t.Context(), systemtest.Actor, row)
			return err
		}, func() bool {
			return tokenRequest(t, x.b, x.machine, credentials(name)).Error == "invalid_scope"
		}
}

func disableUser(t *testing.T, x twins) (func() error, func() bool) {
	user := x.s.AddUser("leaver@example.com", false)
	y := session{s: x.s, app: x.app, b: x.s.NewBrowser(), c: x.c}
	y.b.Get(y.c.AuthCodeURL("s") + "&code_challenge_method=S256&code_challenge=" + strings.Repeat("A", 43))
	y.b.SignIn(user.Email)
	token := y.tokens(t)
	x.mustSee(t, "a user's token", x.atB(t, token.Access))
	return func() error { return x.s.People.Disable(t.Context(), systemtest.Actor, user.ID) }, func() bool {
		return !x.atB(t, token.Access) && refresh(t, x.b, x.app, token.Refresh).Error == "invalid_grant"
	}
}

// rotateKeys: b opens what the new key made at once, since it looks for kids that it does not know, and uses it itself.
func rotateKeys(t *testing.T, x twins) (func() error, func() bool) {
	old := x.keys(x.b, key.StateActive)
	return func() error {
			for _, use := range []string{key.UseSig, key.UseSeal} {
				_, err := x.s.Keys.Rotate(t.Context(), event.ForKey(t.Context(), time.Now, systemtest.Actor), use, true)
				if err != nil {
					return err
				}
			}
			return nil
		}, func() bool {
			fresh := tokenRequest(t, x.s, x.machine, credentials("jobs:read"))
			now := x.keys(x.b, key.StateActive)
			return x.atB(t, fresh.Access) && !slices.ContainsFunc(old, func(id string) bool {
				return !strings.HasPrefix(id, key.UseMAC) && slices.Contains(now, id)
			})
		}
}

func revokeKey(t *testing.T, x twins) (func() error, func() bool) {
	token := tokenRequest(t, x.s, x.machine, credentials("jobs:read"))
	x.mustSee(t, "a token", x.atB(t, token.Access))
	return func() error {
		for _, kid := range x.keys(x.s, key.StateActive) {
			if !strings.HasPrefix(kid, key.UseSeal) {
				continue
			}
			if err := x.s.Keys.Revoke(t.Context(), kid, event.ForKey(t.Context(), time.Now, systemtest.Actor)); err != nil {
				return err
			}
		}
		return nil
	}, func() bool { return !x.atB(t, token.Access) }
}

// keys are the kids of a node's keys in a state.
func (x twins) keys(s *systemtest.Server, state key.State) []string {
	var ids []string
	for _, k := range s.Keys.List() {
		if k.State == state {
			ids = append(ids, k.ID)
		}
	}
	return ids
}

// Two nodes on one PostgreSQL: what is changed on one is in force on the other within a second, whatever became of the
// connection that it listens on. Without a beat it asks the database, and then a change is in force at once; only keys,
// which are used without asking, are read every 250 ms.
func TestAChangeOnOneNodeIsInForceOnTheOtherWithinASecond(t *testing.T) {
	t.Parallel()
	for _, state := range []struct {
		name string
		feed systemtest.FeedState
	}{
		{"all is well", systemtest.FeedWell},
		{"its LISTEN connection is cut", systemtest.FeedCut},
		{"its LISTEN connection is half-open", systemtest.FeedHalfOpen},
		{"a pooler swallows its notifications", systemtest.FeedSwallowed},
	} {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			x := newTwins(t)
			allowed := promised
			if state.feed != systemtest.FeedWell {
				firstAfterTheFault(t, x, state.feed)
				allowed = 0
			}
			for _, c := range changes() {
				do, seen := c.begin(t, x)
				if err := do(); err != nil {
					t.Fatalf("%s: %v", c.name, err)
				}
				changed := time.Now()
				if strings.Contains(c.name, "key") {
					allowed = promised
				}
				systemtest.InForce(t, c.name, changed, allowed, seen)
			}
			wantTrust := storage.TrustStale
			if state.feed == systemtest.FeedWell {
				wantTrust = storage.TrustFresh
			}
			awaitTrust(t, x.b, wantTrust)
			x.wire.SetFeed(systemtest.FeedWell)
			awaitTrust(t, x.b, storage.TrustFresh)
		})
	}
}

// firstAfterTheFault: the connection breaks, and in the same moment a token and its key are revoked. What b holds in
// memory is believed for as long as its last beat lasts, and no longer.
func firstAfterTheFault(t *testing.T, x twins, fault systemtest.FeedState) {
	t.Helper()
	one, other := x.tokens(t), tokenRequest(t, x.s, x.machine, credentials("jobs:read"))
	x.mustSee(t, "tokens", x.atB(t, one.Access) && x.atB(t, other.Access))
	do, seen := revokeKey(t, x)
	x.wire.SetFeed(fault)
	x.revoke(t, one.Refresh)
	revoked := time.Now()
	systemtest.InForce(t, "a grant revoked as the feed broke", revoked, promised, func() bool { return !x.atB(t, one.Access) })
	if err := do(); err != nil {
		t.Fatal(err)
	}
	systemtest.InForce(t, "a key revoked while the feed is broken", time.Now(), promised, seen)
	awaitTrust(t, x.b, storage.TrustStale)
}

// Sealed times are compared on every node, so that a clock more than 5 s off the database's makes a node unready.
func TestANodeWhoseClockIsOffIsNotReady(t *testing.T) {
	t.Parallel()
	direct := storagetest.PostgresURL(t)
	s := systemtest.Start(t, storage.Config{URL: direct}, systemtest.Options{})
	ready := func() bool { return status(t, s, "/readyz") == http.StatusOK }
	systemtest.Poll(t, "ready", 5*time.Second, ready)
	for _, off := range []time.Duration{7 * time.Second, -7 * time.Second} {
		s.Clock.Advance(off)
		systemtest.Poll(t, "not ready with a clock that is off by "+off.String(), 3*time.Second, func() bool { return !ready() })
		if !strings.Contains(s.Log.String(), "off the database's") {
			t.Error("the log does not say why")
		}
		s.Clock.Advance(-off)
		systemtest.Poll(t, "ready with the clock set right", 3*time.Second, ready)
	}
	s.Clock.Advance(3 * time.Second)
	systemtest.Poll(t, "a small skew is measured", 3*time.Second, func() bool { return s.Store.ClockSkew() > 2*time.Second })
	if !ready() {
		t.Error("not ready with a clock that is off by 3 s")
	}
}

// A node that is cut off from the database meets what another node has made meanwhile with a key that it has not heard
// of. It cannot know what that is worth, and says so: it denies nothing, and a revocation is not said to be done.
func TestANodeThatIsCutOffDeniesNothingThatItCannotKnow(t *testing.T) {
	t.Parallel()
	direct := storagetest.PostgresURL(t)
	proxy := storagetest.NewProxy(t, direct)
	a := systemtest.Start(t, storage.Config{URL: direct, MaxConns: 8}, systemtest.Options{})
	b := systemtest.Start(t, storage.Config{URL: proxy.URL(direct), MaxConns: 8, OutageGrace: 30 * time.Second}, systemtest.Options{
		Config: func(c *system.Config) { c.Issuer = a.URL },
	})
	a.AddScopes("jobs:read", "jobs:write")
	a.AddUser("user@example.com", false)
	x := allowed(t, a, webApp)
	awaitTrust(t, b, storage.TrustFresh)
	if active(t, b, x.app, x.tokens(t).Access) { // b knows the app now
		proxy.Cut()
	}
	awaitTrust(t, b, storage.TrustOutage)
	for _, use := range []string{key.UseSeal, key.UseMAC} {
		if _, err := a.Keys.Rotate(t.Context(), event.ForKey(t.Context(), time.Now, systemtest.Actor), use, true); err != nil {
			t.Fatal(err)
		}
	}
	token, code := x.tokens(t), x.code(t)
	o := outage{session: session{s: b}}
	for what, request := range map[string]struct {
		path string
		form url.Values
	}{
		"introspection of an access token": {"/oauth/introspect", url.Values{"token": {token.Access}}},
		"introspection of a refresh token": {"/oauth/introspect", url.Values{"token": {token.Refresh}}},
		"revocation of an access token":    {"/oauth/revoke", url.Values{"token": {token.Access}}},
		"revocation of a refresh token":    {"/oauth/revoke", url.Values{"token": {token.Refresh}}},
		"a refresh":                        {"/oauth/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token.Refresh}}},
		"an exchange":                      {"/oauth/token", code},
	} {
		resp, body := o.answer(t, request.path, x.app, request.form)
		away(t, what, resp, body)
	}
	proxy.Heal()
	awaitTrust(t, b, storage.TrustFresh)
	if !active(t, b, x.app, token.Access) || refresh(t, b, x.app, token.Refresh).status != http.StatusOK {
		t.Error("what was made meanwhile does not work when the database is back")
	}
}
