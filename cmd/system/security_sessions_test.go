package system_test

import (
	"encoding/base64"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/authz/event"
	"postern/authz/identity"
	"postern/cmd/system"
	"postern/cmd/system/systemtest"
)

// The rows of sessions and cookies.

// behindTLS starts a server whose issuer is https, with the proxy that ends TLS here.
func behindTLS(t *testing.T) *systemtest.Server {
	t.Helper()
	s := systemtest.Start(t, engines[0].config(t), systemtest.Options{Config: func(c *system.Config) {
		c.Issuer = "https://auth.example"
		c.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	}})
	s.AddScopes("jobs:read", "jobs:write", "teams.read")
	s.AddUser("user@example.com", false)
	return s
}

// overTLS sends what that proxy would pass on.
func overTLS(t *testing.T, s *systemtest.Server, method, path string, form url.Values, cookies []*http.Cookie, headers ...string) *http.Response {
	t.Helper()
	r := s.Request(method, path, form, append([]string{"X-Forwarded-Proto", "https", "Host", "auth.example"}, headers...)...)
	for _, c := range cookies {
		r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	resp, _ := systemtest.Do(t, r)
	return resp
}

// signInOverTLS signs in and returns the cookies.
func signInOverTLS(t *testing.T, s *systemtest.Server, planted ...*http.Cookie) []*http.Cookie {
	t.Helper()
	first := overTLS(t, s, "GET", "/login", nil, planted)
	flow := strings.TrimPrefix(first.Header.Get("Location"), "/login?flow=")
	cookies := append(planted, first.Cookies()...)
	form := url.Values{"flow": {flow}, "username": {"user@example.com"}, "password": {systemtest.Password}}
	signed := overTLS(t, s, "POST", "/login", form, cookies, "Origin", "https://auth.example", "Sec-Fetch-Site", "same-origin")
	if signed.StatusCode != http.StatusSeeOther {
		t.Fatalf("sign-in: status %d", signed.StatusCode)
	}
	return append(cookies, signed.Cookies()...)
}

// SE-01, SE-03, SE-09, PX-07 (CWE-1004, CWE-614, CWE-1275): a neighbouring host, a script or plain HTTP must neither read
// nor set our cookies. Over https all of them have the __Host- prefix, with which browsers enforce that.
func TestCookiesAreOutOfReach(t *testing.T) {
	t.Parallel()
	s := behindTLS(t)
	cookies := signInOverTLS(t, s)
	if len(cookies) != 3 {
		t.Fatalf("%d cookies, want flow, session and device", len(cookies))
	}
	for _, c := range cookies {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode {
			t.Errorf("SE-01, SE-03, SE-09: %s is %s", c.Name, strings.Replace(c.String(), c.Value, "...", 1))
		}
	}
	page := overTLS(t, s, "GET", "/account", nil, cookies)
	if page.StatusCode != http.StatusOK || !strings.Contains(page.Header.Get("Strict-Transport-Security"), "max-age=31536000") {
		t.Errorf("PX-07: status %d, Strict-Transport-Security %q", page.StatusCode, page.Header.Get("Strict-Transport-Security"))
	}
	// On plain HTTP there is nothing, whatever the caller says of it, and no cookie counts.
	r := s.Request("GET", "/account", nil, "Host", "auth.example", "Forwarded", "proto=https", "X-Forwarded-Ssl", "on", "X-Forwarded-Proto", "http")
	if a := send(t, r); a.Status != http.StatusForbidden {
		t.Errorf("PX-07 plain HTTP: status %d", a.Status)
	}
	plain := sqlite(t)
	b := opened(plain)
	b.SignIn("user@example.com")
	for _, c := range b.Cookies() {
		if c.Value == "" {
			t.Errorf("control: cookie %s is empty", c.Name)
		}
	}
}

// SE-09, LG-23 (cookie tossing): a sub-domain that an attacker has sets cookies for the whole domain, without the prefix,
// under a longer path, or twice. The server believes none of them and still knows its own.
func TestTossedCookiesSignNobodyInOrOut(t *testing.T) {
	t.Parallel()
	s := behindTLS(t)
	cookies := signInOverTLS(t, s)
	i := slices.IndexFunc(cookies, func(c *http.Cookie) bool { return strings.HasSuffix(c.Name, "session") })
	own := cookies[i]
	for name, tossed := range map[string][]*http.Cookie{
		"the value under the plain name": {{Name: "postern_session", Value: own.Value}},
		"another prefix":                 {{Name: "__Secure-postern_session", Value: own.Value}},
		"another case":                   {{Name: "__host-postern_session", Value: own.Value}},
		"a blank behind the value":       {{Name: own.Name, Value: own.Value + "%20"}},
		"something invented":             {{Name: own.Name, Value: "pss_AAAA"}},
		"the flow cookie's value":        {{Name: own.Name, Value: cookies[0].Value}},
		"two invented ones":              {{Name: own.Name, Value: "a"}, {Name: own.Name, Value: "b"}},
	} {
		if p := overTLS(t, s, "GET", "/account", nil, tossed); p.StatusCode != http.StatusSeeOther || !strings.HasPrefix(p.Header.Get("Location"), "/login") {
			t.Errorf("%s: status %d to %s", name, p.StatusCode, p.Header.Get("Location"))
		}
		if strings.HasPrefix(tossed[0].Name, "postern") {
			both := append(tossed, cookies...)
			if p := overTLS(t, s, "GET", "/account", nil, both); p.StatusCode != http.StatusOK {
				t.Errorf("%s beside our own: status %d", name, p.StatusCode)
			}
		}
	}
}

// LG-23, requirement 14 (CWE-384): an attacker plants a session in the victim's browser, one of his own or an invented
// one, and waits for the sign-in. The id changes with it, and what was there before is worth nothing, or still only his.
func TestTheSessionChangesAtSignIn(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	s.AddUser("attacker@example.com", false)
	attacker := opened(s)
	attacker.SignIn("attacker@example.com")
	planted := attacker.Cookie("postern_session")
	for name, value := range map[string]string{"the attacker's": planted, "invented": "pss_" + strings.Repeat("A", 80), "chosen": "victim-session"} {
		victim := s.NewBrowser()
		victim.Plant("postern_session", value, "/")
		victim.Get("/login/x")
		victim.Get("/login")
		if !victim.Page.Has("login") { // the attacker's session is a live one: the victim signs in over it
			victim.Get("/oauth/authorize?" + with(good(s.AddClient(webApp)), "prompt", "login").Encode())
		}
		victim.SignIn("user@example.com")
		if got := victim.Cookie("postern_session"); got == value || got == "" {
			t.Errorf("LG-23 %s: the session is the same after the sign-in", name)
		}
		thief := s.NewBrowser()
		thief.Plant("postern_session", value, "/")
		if p := thief.Get("/account"); strings.Contains(p.Body, "user@example.com") {
			t.Errorf("LG-23 %s: the planted session is the victim's", name)
		}
	}
	// Signing in again, in a session, ends the one before.
	b := opened(s)
	b.SignIn("user@example.com")
	before := b.Cookie("postern_session")
	b.Get("/oauth/authorize?" + with(good(s.AddClient(webApp)), "prompt", "login").Encode())
	b.SignIn("user@example.com")
	old := s.NewBrowser()
	old.Plant("postern_session", before, "/")
	if p := old.Get("/account"); !p.Has("login-page") {
		t.Error("LG-23: the session before a new sign-in lives on")
	}
}

// SE-04, SE-10 (CWE-613): a copy of the cookie was made. Logging out ends the session on the server, asks first, and
// takes no other site's word for it; the pages of the account are for nobody then.
func TestLogoutEndsTheSessionOnTheServer(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		x := signedIn(t, e, webApp, "jobs:read")
		x.code(t)
		copied := x.s.NewBrowser()
		copied.Plant("postern_session", x.b.Cookie("postern_session"), "/")
		if p := copied.Get("/account"); p.Has("login-page") {
			t.Fatal("control: the copy does not work")
		}
		for name, r := range map[string]*http.Request{
			"a link":         x.s.Request("GET", "/logout?decision=yes", nil),
			"another site":   x.s.Request("POST", "/logout", url.Values{"decision": {"yes"}}, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"),
			"no decision":    x.s.Request("POST", "/logout?decision=yes", url.Values{}, "Origin", x.s.URL),
			"an image":       x.s.Request("GET", "/logout?decision=yes", nil, "Sec-Fetch-Dest", "image"),
			"a HEAD":         x.s.Request("HEAD", "/logout?decision=yes", nil),
			"a method given": x.s.Request("GET", "/logout?decision=yes&_method=POST", nil, "X-HTTP-Method-Override", "POST"),
		} {
			x.b.Send(r)
			if p := x.b.Get("/account"); p.Has("login-page") {
				t.Fatalf("%s signs people out", name)
			}
		}
		x.b.Get("/logout")
		x.b.Press("logout-yes", nil)
		for _, path := range []string{"/account", "/account/apps", "/account/sessions", "/account/password"} {
			for name, b := range map[string]*systemtest.Browser{"the copy": copied, "the browser": x.b} {
				if p := b.Get(path); !p.Has("login-page") {
					t.Errorf("SE-04, SE-10 %s at %s: status %d", name, path, p.Status)
				}
			}
		}
		p := copied.Get(authorizeURL(x.app, "prompt", "none"))
		if p.Away == nil || p.Away.Query().Get("error") != "login_required" {
			t.Errorf("SE-04: the copy at /oauth/authorize: status %d, %v", p.Status, p.Away)
		}
	})
}

// SE-08 (OWASP ASVS 3.2.2): session ids are random, and another at each sign-in.
func TestSessionsAreRandom(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	same := map[int]byte{}
	for i := range 6 {
		b := opened(s)
		b.SignIn("user@example.com")
		raw, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(b.Cookie("postern_session"), "pss_"))
		if err != nil || len(raw) < 1+8+32 {
			t.Fatalf("a session cookie of %d bytes: %v", len(raw), err)
		}
		for at := 9; at < 9+32; at++ {
			if c, seen := same[at]; i == 0 || seen && c == raw[at] {
				same[at] = raw[at]
			} else {
				delete(same, at)
			}
		}
		s.Clock.Advance(time.Hour)
	}
	if len(same) > 0 {
		t.Errorf("SE-08: bytes that all sessions share: %v", same)
	}
}

// SE-11 (OWASP ASVS 3.3.2): a browser that nobody uses, and one that is used for ever. Seven days and thirty, as set.
func TestSessionsEndByIdlenessAndByAge(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	b := opened(s)
	b.SignIn("user@example.com")
	s.Clock.Advance(7*24*time.Hour + time.Minute)
	if p := b.Get("/account"); !p.Has("login-page") {
		t.Error("SE-11: a session lives on after 7 idle days")
	}
	b.SignIn("user@example.com")
	for range 6 {
		s.Clock.Advance(5*24*time.Hour + time.Minute)
		if p := b.Get("/account"); p.Has("login-page") {
			return // the sixth step passes thirty days
		}
		check(t, s.Store.Flush(t.Context()))
	}
	t.Error("SE-11: a session lives on after 30 days of use")
}

// IL-08 (CWE-117, CWE-778): what an investigation needs is in the trail, and a name with line breaks or an address in a
// header forges nothing.
func TestTheTrailHasWhatMattersAndCannotBeForged(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		x := signedIn(t, e, webApp, "jobs:read")
		live := x.tokens(t)
		form := x.code(t)
		tell(t, x.s, "/oauth/token", x.app, form)
		tell(t, x.s, "/oauth/token", x.app, form)
		tell(t, x.s, "/oauth/revoke", x.app, url.Values{"token": {live.Refresh}})
		_, err := x.s.People.CreateUser(t.Context(), systemtest.Actor, identity.NewUser{Email: "x@example.com", Name: "Attacker\r\nuser.admin_given admin"})
		if err == nil {
			u, _ := x.s.People.UserByEmail(t.Context(), "x@example.com")
			if strings.ContainsAny(u.Name, "\r\n") {
				t.Error("IL-08: a name with line breaks")
			}
		}
		check(t, x.s.Clients.Disable(t.Context(), systemtest.Actor, x.app.ID))
		for _, name := range []string{event.UserCreated, event.UserSignedIn, event.ConsentGiven, event.GrantReused, event.GrantRevoked, event.ClientCreated, event.ClientDisabled} {
			if events(t, x.s, name) == 0 {
				t.Errorf("IL-08: no %s in the trail", name)
			}
		}
		b := opened(x.s)
		tryFrom(t, x.s, b, "\"} {\"msg\":\"forged\"", "user@example.com", "a wrong password")
		check(t, x.s.Store.Flush(t.Context()))
		failures, err := x.s.People.Failures(t.Context(), userID(t, x.s, "user@example.com"))
		check(t, err)
		if len(failures) != 1 || failures[0].Address != "127.0.0.1" {
			t.Errorf("IL-08: the failed sign-in is not in the user's list: %v", failures)
		}
	})
}
