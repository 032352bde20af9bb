package system_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"postern/authz/event"
	"postern/cmd/system/systemtest"
)

// The rows of refresh tokens. Those about races and theft of confidential clients' tokens are in grant_test.go.

func refreshForm(token string) url.Values {
	return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}
}

// RT-01, RT-02, RT-04 (RFC 9700 2.2.2, 4.14.2), for public clients, where nothing but rotation tells of a theft: the
// token is taken out of a browser's storage and used there after the app has moved on.
func TestAPublicClientsRefreshTokenRotatesAndItsReuseEndsTheFamily(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		x := signedIn(t, e, spaApp)
		reader := x.s.AddClient(api)
		first := x.tokens(t)
		second := refresh(t, x.s, x.app, first.Refresh)
		if second.status != http.StatusOK || second.Refresh == "" || second.Refresh == first.Refresh {
			t.Fatalf("RT-01: status %d, the refresh token is the same: %t", second.status, second.Refresh == first.Refresh)
		}
		third := refresh(t, x.s, x.app, second.Refresh)
		if a := refresh(t, x.s, x.app, first.Refresh); a.Error != "invalid_grant" {
			t.Fatalf("RT-02 the old token: status %d", a.status)
		}
		if a := refresh(t, x.s, x.app, third.Refresh); a.Error != "invalid_grant" {
			t.Errorf("RT-02 the newest token lives on: status %d", a.status)
		}
		for _, token := range []string{first.Access, second.Access, third.Access, third.Refresh} {
			if active(t, x.s, reader, token) {
				t.Error("RT-04: a token of the family lives on")
			}
		}
		if n := events(t, x.s, event.GrantStolen); n != 1 {
			t.Errorf("%d audit events of the theft, want 1", n)
		}
	})
}

// RT-01: past the grace the predecessor is dead even if nobody has used its successor yet, and its use is theft.
func TestThePredecessorIsDeadPastTheGrace(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, spaApp, "jobs:read")
	first := x.tokens(t)
	second := refresh(t, s, x.app, first.Refresh)
	s.Clock.Advance(61 * time.Second)
	if a := refresh(t, s, x.app, first.Refresh); a.Error != "invalid_grant" {
		t.Errorf("RT-01: status %d", a.status)
	}
	if a := refresh(t, s, x.app, second.Refresh); a.Error != "invalid_grant" {
		t.Errorf("RT-02: the successor lives on: status %d", a.status)
	}
}

// RT-05, RT-06, RT-07 (RFC 6749 6, 10.4): another client has the token, or somebody without the client's secret. It is
// refused, nothing is used up, and it is not taken for theft either: strangers could end grants so.
func TestARefreshTokenIsWorthNothingToAnotherClient(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	other, public := s.AddClient(otherApp), s.AddClient(spaApp)
	x := allowed(t, s, webApp, "jobs:read")
	first := x.tokens(t)
	current := refresh(t, s, x.app, first.Refresh)
	for name, token := range map[string]string{"present": current.Refresh, "old": first.Refresh} {
		expectGrantRefused(t, "RT-05 the "+name+" one by a confidential client", tell(t, s, "/oauth/token", other, refreshForm(token)))
		expectGrantRefused(t, "RT-06 the "+name+" one by a public client", tell(t, s, "/oauth/token", public, refreshForm(token)))
		expectGrantRefused(t, "RT-05 with a scope", tell(t, s, "/oauth/token", other, with(refreshForm(token), "scope", "jobs:read")))
		a := send(t, s.Request(http.MethodPost, "/oauth/token", with(refreshForm(token), "client_id", x.app.ID)))
		if a.Status != http.StatusUnauthorized || a.code() != "invalid_client" {
			t.Errorf("RT-07 the %s one without the secret: status %d, error %q", name, a.Status, a.code())
		}
	}
	if a := refresh(t, s, x.app, current.Refresh); a.status != http.StatusOK {
		t.Errorf("strangers ended the grant: %s %s", a.Error, a.Text)
	}
	spa := allowed(t, s, spaApp, "jobs:read")
	expectGrantRefused(t, "RT-06 a public client's by another public one", tell(t, s, "/oauth/token", public, refreshForm(spa.tokens(t).Refresh)))
}

// RT-09 (RFC 6749 6): more scope than was granted, in every way of asking.
func TestARefreshNeverWidens(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp, "jobs:read")
	token := x.tokens(t).Refresh
	for _, scope := range []string{
		"jobs:write", "jobs:read jobs:write", "jobs:read,jobs:write", "jobs:*", "*", "JOBS:READ", "teams.read", "secret.read", "jobs:read\tjobs:write",
		"openid", "postern.admin",
	} {
		a := tell(t, s, "/oauth/token", x.app, with(refreshForm(token), "scope", scope))
		if a.Status != http.StatusBadRequest || a.code() != "invalid_scope" || !a.tokenFree() {
			t.Errorf("RT-09 %q: status %d, error %q", scope, a.Status, a.code())
		}
	}
	if a := refresh(t, s, x.app, token, "scope", "jobs:read"); a.status != http.StatusOK || a.Scope != "jobs:read" {
		t.Errorf("what was granted: status %d, scope %q", a.status, a.Scope)
	}
}

// RT-13, RT-14, RT-15: only the very token is the token. None of these counts as theft: nobody but us can make a token
// that does.
func TestOnlyTheVeryRefreshTokenIsTheRefreshToken(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp, "jobs:read")
	token := x.tokens(t).Refresh
	for name, text := range manglings(token) {
		if text == token {
			continue
		}
		a := tell(t, s, "/oauth/token", x.app, refreshForm(text))
		if a.Status != http.StatusBadRequest || a.code() != "invalid_grant" && a.code() != "invalid_request" || !a.tokenFree() {
			t.Errorf("RT-13 to RT-15, %s: status %d, error %q", name, a.Status, a.code())
		}
	}
	expectTokens(t, "then the very token", tell(t, s, "/oauth/token", x.app, refreshForm(token)))
}

// CO-35, CO-36, RT-16, RT-18, RT-19, requirement 7 (Keycloak CVE-2026-4282): credentials are typed. Everything that we
// mint is presented in every place where another is expected. ID tokens (RT-17) and userinfo come with OpenID Connect.
func TestNoCredentialStandsInForAnother(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp, "jobs:read")
	signed := allowed(t, s, jwtApp, "jobs:read")
	code, live, jwt := x.code(t), x.tokens(t), signed.tokens(t)
	setup, err := s.People.SetupToken()
	check(t, err)
	reset, _, err := s.People.ResetLink(t.Context(), systemtest.Actor, userID(t, s, "user@example.com"))
	check(t, err)
	x.b.Get("/account/password")
	flow := s.NewBrowser().Get("/login").URL.Query().Get("flow")
	credentials := map[string]string{
		"code": code.Get("code"), "access token": live.Access, "JWT": jwt.Access, "refresh token": live.Refresh, "session": x.b.Cookie("postern_session"),
		"device": x.b.Cookie("postern_device"), "client secret": x.app.Secret, "set-up link": setup, "reset link": reset, "flow": flow,
	}
	for name, text := range credentials {
		if len(text) < 40 {
			t.Fatalf("there is no %s: %q", name, text)
		}
		if name != "code" {
			expectGrantRefused(t, "RT-19 "+name+" as code", tell(t, s, "/oauth/token", x.app, with(code, "code", text)))
		}
		if name != "refresh token" {
			expectGrantRefused(t, "CO-35, RT-16 "+name+" as refresh token", tell(t, s, "/oauth/token", x.app, refreshForm(text)))
		}
		if name != "client secret" {
			a := send(t, s.Request(http.MethodPost, "/oauth/token", refreshForm(live.Refresh), "Authorization", basic(x.app.ID, text)))
			if a.Status != http.StatusUnauthorized {
				t.Errorf("%s as client secret: status %d", name, a.Status)
			}
		}
		if name != "access token" && name != "refresh token" && name != "JWT" && active(t, s, x.app, text) {
			t.Errorf("CO-36 %s is active at introspection", name)
		}
		expectNoPlace(t, s, name, text)
	}
	expectTokens(t, "control: the code", tell(t, s, "/oauth/token", x.app, code))
}

// expectNoPlace presents a credential where people's browsers present theirs.
func expectNoPlace(t *testing.T, s *systemtest.Server, name, text string) {
	t.Helper()
	if name != "session" {
		b := s.NewBrowser()
		b.Plant("postern_session", text, "/")
		if p := b.Get("/account"); !p.Has("login-page") {
			t.Errorf("%s as session cookie: status %d at %s", name, p.Status, p.URL.Path)
		}
	}
	for place, own := range map[string]string{"/setup?token=": "set-up link", "/reset?token=": "reset link", "/login?flow=": "", "/consent?flow=": "", "/oauth/authorize?flow=": "", "/oauth/authorize?resume=": ""} {
		if name == own {
			continue
		}
		if p := s.NewBrowser().Get(place + url.QueryEscape(text)); p.Status < 400 || p.Status > 499 || p.Away != nil {
			t.Errorf("%s at %s: status %d", name, place, p.Status)
		}
	}
	for _, scheme := range []string{"Bearer ", "bearer ", "DPoP "} {
		a := send(t, s.Request(http.MethodPost, "/oauth/introspect", url.Values{"token": {text}}, "Authorization", scheme+text))
		if a.Status != http.StatusUnauthorized {
			t.Errorf("RT-18 %s as %scredential: status %d", name, scheme, a.Status)
		}
	}
}

// RT-22: a refreshed token is for the same user, client and organization as the first.
func TestARefreshedTokenIsForTheSameUserAndClient(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp, "jobs:read")
	first := x.tokens(t)
	second := refresh(t, s, x.app, first.Refresh)
	a, b := tell(t, s, "/oauth/introspect", x.app, url.Values{"token": {first.Access}}), tell(t, s, "/oauth/introspect", x.app, url.Values{"token": {second.Access}})
	for _, member := range []string{"iss", "sub", "client_id", "organization", "scope", "auth_time", "aud"} {
		if x, y := a.document()[member], b.document()[member]; x != y {
			t.Errorf("RT-22 %s: %v, and after the refresh %v", member, x, y)
		}
	}
}

// endings are the ends of what a grant stands on.
var endings = map[string]struct {
	end     func(t *testing.T, x session) error
	session bool // the user's session goes too
}{
	"RT-24 the user is disabled": {func(t *testing.T, x session) error {
		id := userID(t, x.s, "user@example.com")
		if err := x.s.People.Disable(t.Context(), systemtest.Actor, id); err != nil {
			return err
		}
		return x.s.People.Enable(t.Context(), systemtest.Actor, id)
	}, true},
	"RT-24 the user is deleted": {func(t *testing.T, x session) error {
		return x.s.People.Delete(t.Context(), systemtest.Actor, userID(t, x.s, "user@example.com"))
	}, true},
	"the user is signed out everywhere": {func(t *testing.T, x session) error {
		return x.s.People.SignOutEverywhere(t.Context(), systemtest.Actor, userID(t, x.s, "user@example.com"), [16]byte{})
	}, true},
	"TI-13 the user leaves the organization": {func(t *testing.T, x session) error {
		return x.s.People.RemoveMember(t.Context(), systemtest.Actor, userID(t, x.s, "user@example.com"), x.s.Org)
	}, false},
	"the consent is taken back": {func(t *testing.T, x session) error {
		_, err := x.s.People.RevokeAllConsents(t.Context(), systemtest.Actor, userID(t, x.s, "user@example.com"))
		return err
	}, false},
	"the client is disabled": {func(t *testing.T, x session) error {
		if err := x.s.Clients.Disable(t.Context(), systemtest.Actor, x.app.ID); err != nil {
			return err
		}
		return x.s.Clients.Enable(t.Context(), systemtest.Actor, x.app.ID)
	}, false},
	"RT-25 the client is deleted": {func(t *testing.T, x session) error {
		return x.s.Clients.Delete(t.Context(), systemtest.Actor, x.app.ID)
	}, false},
}

// RT-24, RT-25, TI-13, requirement 9 (Zitadel CVE-2023-22492): who or what a grant stands on goes. Refresh token, access
// token and, where it is the user, sessions end with it at once, and do not come back when it does.
func TestTokensEndWithUserClientMembershipAndConsent(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		for name, row := range endings {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				x := signedIn(t, e, webApp)
				reader := x.s.AddClient(api)
				live := x.tokens(t)
				if !active(t, x.s, reader, live.Access) || !active(t, x.s, reader, live.Refresh) {
					t.Fatal("the tokens are not active to begin with")
				}
				check(t, row.end(t, x))
				eventually(t, func() bool { return !active(t, x.s, reader, live.Access) && !active(t, x.s, reader, live.Refresh) })
				a := tell(t, x.s, "/oauth/token", x.app, refreshForm(live.Refresh))
				if a.Status != http.StatusBadRequest && a.Status != http.StatusUnauthorized || !a.tokenFree() {
					t.Errorf("refresh: status %d", a.Status)
				}
				if p := x.b.Get("/account"); row.session && !p.Has("login-page") {
					t.Errorf("the session lives on: status %d at %s", p.Status, p.URL.Path)
				}
			})
		}
	})
}
