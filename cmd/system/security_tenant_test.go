package system_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"postern/authz/identity"
	"postern/cmd/system"
	"postern/cmd/system/systemtest"
	"postern/storage"
)

// The rows of what belongs to somebody, and of the headers that a proxy may or may not set.

// guarded are the pages of an account and of administrators, as far as they can be opened without an object.
var guarded = []string{
	"/account", "/account/password", "/account/apps", "/account/sessions", "/admin", "/admin/clients", "/admin/clients/new", "/admin/users",
	"/admin/users/new", "/admin/organizations", "/admin/scopes", "/admin/scopes/new", "/admin/keys", "/admin/audit", "/admin/nothing",
}

// guardedForms are those that change something.
var guardedForms = []string{
	"/account/profile", "/account/password", "/account/apps/revoke", "/account/apps/revoke-all", "/account/sessions/end",
	"/account/sessions/end-others", "/admin/clients/new", "/admin/users/new", "/admin/scopes/new", "/admin/keys/rotate", "/admin/keys/revoke",
	"/admin/clients/CLIENT/delete", "/admin/clients/CLIENT/disable", "/admin/clients/CLIENT/secrets", "/admin/clients/CLIENT/settings",
	"/admin/clients/CLIENT/revoke-tokens", "/admin/clients/CLIENT/verify", "/admin/users/USER/disable", "/admin/users/USER/reset-link",
	"/admin/users/USER/admin", "/admin/users/USER/sessions/end-all",
}

// TI-01, TI-03, TI-05, TI-06 (OWASP API1, API5): the pages take a person's session and nothing else. No credential of a
// client, no token, forged or real, and nothing at all shows one or changes something.
func TestPagesTakeASessionAndNothingElse(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	admin := s.AddUser("admin@example.com", true)
	service, x := s.AddClient(machine), allowed(t, s, webApp)
	token := expectTokens(t, "machine", tell(t, s, "/oauth/token", service, machineForm()))["access_token"].(string)
	of := x.tokens(t)
	forged := part(map[string]any{"alg": "none"}) + "." + part(map[string]any{"sub": admin.ID.String(), "iss": s.URL, "admin": true, "scope": "postern.admin"}) + "."
	for name, headers := range map[string][]string{
		"TI-01 nothing": nil, "TI-03 a machine's token": {"Authorization", "Bearer " + token}, "TI-03 a user's token": {"Authorization", "Bearer " + of.Access},
		"TI-05 Basic": {"Authorization", basic(service.ID, service.Secret)}, "TI-06 alg none": {"Authorization", "Bearer " + forged},
		"TI-06 alg none as cookie": {"Cookie", "postern_session=" + forged}, "a token as cookie": {"Cookie", "postern_session=" + of.Access},
		"a person's Basic": {"Authorization", basic("admin@example.com", systemtest.Password)},
	} {
		for _, path := range guarded {
			a := send(t, s.Request("GET", path, nil, headers...))
			if a.Status < 300 || a.Status == http.StatusSeeOther && !strings.HasPrefix(a.Header.Get("Location"), "/login?flow=") {
				t.Errorf("%s GET %s: status %d to %s", name, path, a.Status, a.Header.Get("Location"))
			}
		}
		for _, path := range guardedForms {
			path = strings.NewReplacer("CLIENT", service.ID, "USER", admin.ID.String()).Replace(path)
			a := send(t, s.Request("POST", path, url.Values{"id": {x.app.ID}, "value": {"grant"}, "confirm": {service.ID}}, append(headers, "Origin", s.URL)...))
			if a.Status < 300 || a.Status == http.StatusSeeOther && !strings.HasPrefix(a.Header.Get("Location"), "/login?flow=") {
				t.Errorf("%s POST %s: status %d to %s", name, path, a.Status, a.Header.Get("Location"))
			}
		}
	}
	expectTokens(t, "nothing was changed", tell(t, s, "/oauth/token", service, machineForm()))
}

// The pages of administrators answer like missing ones to everybody else, and stop being there with the role, in the
// middle of a session. Another site's form changes nothing for an administrator either.
func TestAdministrationIsForAdministrators(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	admin, second := s.AddUser("admin@example.com", true), s.AddUser("second@example.com", true)
	app := s.AddClient(machine)
	fill := strings.NewReplacer("CLIENT", app.ID, "USER", admin.ID.String())
	user := opened(s)
	user.SignIn("user@example.com")
	lost := opened(s)
	lost.SignIn("second@example.com")
	if p := lost.Get("/admin"); p.Status != http.StatusOK {
		t.Fatalf("control: status %d", p.Status)
	}
	check(t, s.People.RemoveAdmin(t.Context(), systemtest.Actor, second.ID))
	for name, b := range map[string]*systemtest.Browser{"a user": user, "who was one": lost} {
		for _, path := range append(guarded, "/admin/clients/"+app.ID, "/admin/users/"+admin.ID.String()) {
			if p := b.Get(path); strings.HasPrefix(path, "/admin") && p.Status != http.StatusNotFound {
				t.Errorf("%s GET %s: status %d", name, path, p.Status)
			}
		}
		for _, path := range guardedForms {
			if strings.HasPrefix(path, "/admin") {
				if p := b.Post(fill.Replace(path), url.Values{"value": {"grant"}}); p.Status != http.StatusNotFound {
					t.Errorf("%s POST %s: status %d", name, path, p.Status)
				}
			}
		}
	}
	in := opened(s)
	in.SignIn("admin@example.com")
	for _, path := range guardedForms {
		p := in.Send(s.Request("POST", fill.Replace(path), url.Values{"confirm": {app.ID}}, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"))
		if p.Status != http.StatusForbidden {
			t.Errorf("another site's form at %s: status %d", path, p.Status)
		}
		p = in.Send(s.Request("GET", fill.Replace(path)+"?_method=POST&confirm="+app.ID, nil, "X-HTTP-Method-Override", "POST"))
		if p.Status >= 500 {
			t.Errorf("GET %s: status %d", path, p.Status)
		}
	}
	expectTokens(t, "nothing was changed", tell(t, s, "/oauth/token", app, machineForm()))
}

// TI-08 (CWE-22, CWE-178): a proxy's rule and our routes may read a path differently. Written otherwise, a guarded path is
// another path, or leads back to its plain spelling; it never opens.
func TestGuardedPathsHaveOneSpelling(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	for _, path := range []string{
		"//admin", "/./admin", "/login/../admin", "/login/..;/admin", "/admin/", "/admin/.", "/admin;x", "/ADMIN", "/Admin", "/%61dmin", "/%2e/admin",
		"/%2fadmin", "/admin%2f", "/admin%00", "/admin%20", "/admin/clients/", "/static/../admin", "/static/..%2fadmin", "/static/%2e%2e/admin",
		"/.well-known/../admin", "/.well-known/jwks.json/../../admin", "/healthz/../admin", "/account/", "/account/.", "/ACCOUNT", "/account;x", "/account%2fapps",
		`/static\..\admin`, "/oauth/token/../../admin", "/admin?x=/healthz", "/admin#/healthz", "http://x/admin",
	} {
		got, _ := s.Raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		status, _, _ := strings.Cut(strings.TrimPrefix(got, "HTTP/1.1 "), " ")
		_, rest, _ := strings.Cut(got, "Location: ")
		location, _, _ := strings.Cut(rest, "\r\n")
		switch {
		case status[0] == '4' && !strings.Contains(got, "work-page"):
		case status == "303" && strings.HasPrefix(location, "/login?flow="):
		case (status == "301" || status == "307") && strings.HasPrefix(location, "/") && !strings.HasPrefix(location, "//"):
		default:
			t.Errorf("TI-08 %s: status %s to %s", path, status, location)
		}
	}
	for _, path := range []string{"/oauth/token/", "/oauth//token", "/OAUTH/TOKEN", "/oauth/token;x", "/oauth/token%2f", "/oauth/./token", "/oauth/introspect/", "/oauth/revoke/"} {
		got, _ := s.Raw("POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
		if !strings.HasPrefix(got, "HTTP/1.1 4") && !strings.HasPrefix(got, "HTTP/1.1 30") {
			t.Errorf("TI-08 %s: %.40s", path, got)
		}
	}
}

// TI-11, TI-13 (CWE-204, CWE-340, CWE-639): another person's session or consent is to me like one that does not exist, and
// stays as it is; ids do not count up.
func TestOthersObjectsAreLikeMissingOnes(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	s.AddUser("attacker@example.com", false)
	x := allowed(t, s, webApp, "jobs:read")
	live := x.tokens(t)
	user := userID(t, s, "user@example.com")
	sessions, err := s.People.Sessions(t.Context(), user)
	check(t, err)
	apps, err := s.People.Apps(t.Context(), user)
	check(t, err)
	attacker := opened(s)
	attacker.SignIn("attacker@example.com")
	missing := storage.NewID(s.Clock.Now()).String()
	for path, foreign := range map[string]string{"/account/sessions/end": sessions[0].ID.String(), "/account/apps/revoke": apps[0].Consent.ID.String()} {
		a, b := attacker.Post(path, url.Values{"id": {foreign}}), attacker.Post(path, url.Values{"id": {missing}})
		if a.Status != http.StatusNotFound || b.Status != http.StatusNotFound || a.Text("error-page") == "" {
			t.Errorf("TI-11 %s: status %d for a foreign one, %d for a missing one", path, a.Status, b.Status)
		}
		for _, id := range []string{"", "1", "../" + foreign, foreign + " ", strings.ToUpper(foreign) + "x", "\x00", "' or 1=1 --", strings.Repeat("a", 10_000)} {
			if p := attacker.Post(path, url.Values{"id": {id}, "user": {user.String()}, "user_id": {user.String()}}); p.Status < 400 || p.Status > 499 {
				t.Errorf("TI-11 %s with id %.20q: status %d", path, id, p.Status)
			}
		}
		attacker.Post(path, url.Values{"id": {missing, foreign}})
	}
	for _, path := range []string{"/account/apps", "/account/sessions", "/account"} {
		p := attacker.Get(path + "?user=" + user.String() + "&id=" + user.String())
		if strings.Contains(p.Body, sessions[0].ID.String()) || strings.Contains(p.Body, apps[0].Consent.ID.String()) || strings.Contains(p.Body, "user@example.com") {
			t.Errorf("TI-11 %s shows another's", path)
		}
	}
	attacker.Post("/account/apps/revoke-all", url.Values{"user": {user.String()}})
	attacker.Post("/account/sessions/end-others", url.Values{"user": {user.String()}})
	if p := x.b.Get("/account"); p.Has("login-page") || !active(t, s, x.app, live.Access) {
		t.Error("TI-11: another's session or app was ended")
	}
}

// The consent form names the organization to act for. One that its user is no member of, or that does not exist, is none.
func TestConsentIsForAnOrganizationOfOnesOwn(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	app := s.AddClient(webApp)
	org, err := s.People.CreateOrganization(t.Context(), systemtest.Actor, identity.NewOrganization{Name: "Another", Slug: "another"})
	check(t, err)
	b := s.NewBrowser()
	b.Get(authorizeURL(app))
	b.SignIn("user@example.com")
	_, form := b.Page.Form("allow")
	for name, id := range map[string]string{"a foreign one": org.ID.String(), "a missing one": storage.NewID(s.Clock.Now()).String(), "none": "x", "a NUL": "\x00"} {
		expectNoConsent(t, s, name, b.Post("/consent", with(form, "organization", id)))
		if b.Page.Status < 400 || b.Page.Status > 499 {
			t.Errorf("%s: status %d", name, b.Page.Status)
		}
	}
	// Nor can the form allow what the request did not ask for.
	if p := b.Post("/consent", url.Values{"flow": form["flow"], "decision": {"allow"}, "scope": {"jobs:read", "jobs:write", "secret.read"}}); p.Away == nil {
		t.Fatalf("control: status %d", p.Status)
	}
	apps, err := s.People.Apps(t.Context(), userID(t, s, "user@example.com"))
	check(t, err)
	if got := strings.Join(apps[0].Consent.Scopes, " "); got != "jobs:read" {
		t.Errorf("the form allowed %q", got)
	}
}

// PX-02, PX-03, PX-06, requirement 18 (CWE-644, CVE-2018-14773, CWE-348): headers that say which host or path this is. No
// page, redirect or document repeats them, and they open no other route.
func TestHostAndRewriteHeadersChangeNothing(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*systemtest.Server{
		"direct": sqlite(t),
		"behind a proxy": systemtest.Start(t, engines[0].config(t), systemtest.Options{Config: func(c *system.Config) {
			c.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
		}}),
	} {
		app := s.AddClient(`{"client_name":"Planner","redirect_uris":["https://planner.example/callback"],"scope":""}`)
		poison := []string{
			"Host", "evil.example", "X-Forwarded-Host", "evil.example", "X-Forwarded-Server", "evil.example", "X-Host", "evil.example", "Forwarded", "host=evil.example;proto=https",
			"X-Forwarded-Proto", "https", "X-Forwarded-Port", "1", "X-Forwarded-Prefix", "/evil.example", "X-Forwarded-For", "evil.example", "Referer", "https://evil.example/",
			"X-Original-URL", "/admin", "X-Rewrite-URL", "/admin", "X-Original-Uri", "/admin", "X-Http-Path-Override", "/admin", "X-Forwarded-Uri", "/admin",
		}
		for _, path := range []string{
			"/", "/login", "/logout", "/account", "/admin", "/setup", "/reset?token=x", "/nothing", authorizeURL(app), "/oauth/authorize?client_id=x", "/oauth/token",
			"/.well-known/oauth-authorization-server", "/.well-known/jwks.json", "/healthz",
		} {
			a := send(t, s.Request("GET", path, nil, poison...))
			if strings.Contains(a.Body+a.Header.Get("Location")+strings.Join(a.Header.Values("Set-Cookie"), ""), "evil.example") || a.Header.Get("Access-Control-Allow-Origin") == "https://evil.example" {
				t.Errorf("PX-02 %s %s repeats the host: %s", name, path, a.Header.Get("Location"))
			}
			plain := send(t, s.Request("GET", path, nil))
			if a.Status != plain.Status {
				t.Errorf("PX-03 %s %s: status %d, without the headers %d", name, path, a.Status, plain.Status)
			}
		}
		if got, _ := s.Raw("GET http://evil.example/login HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"); strings.Contains(got, "Location: http") {
			t.Errorf("PX-02 %s, absolute form:\n%s", name, got)
		}
	}
}

// An answer's iss and every address come from the configuration, also for a code that was asked for under another name;
// and a request id that a caller gives is only taken if it is harmless.
func TestRequestIDsAreHarmless(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	for _, id := range []string{"<script>", strings.Repeat("a", 65), "a b", "a\"b", "\xff", "../x", "a;b"} {
		if got := send(t, s.Request("GET", "/nothing", nil, "X-Request-Id", id)).Header.Get("X-Request-Id"); got == id || got == "" {
			t.Errorf("the request id %q was taken over", id)
		}
	}
	if got := send(t, s.Request("GET", "/nothing", nil, "X-Request-Id", "abc-1.2_3")).Header.Get("X-Request-Id"); got != "abc-1.2_3" {
		t.Errorf("control: %q", got)
	}
}
