package system_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"postern/authz/identity"
	"postern/cmd/system/systemtest"
)

// The rows of sign-in, and of what every page forbids.

// signInForm opens the sign-in page in b and returns what its form would send.
func signInForm(t *testing.T, b *systemtest.Browser, email, password string) url.Values {
	t.Helper()
	_, form := b.Get("/login").Form("login")
	if form == nil {
		t.Fatalf("no sign-in page: status %d", b.Page.Status)
	}
	return with(form, "username", email, "password", password)
}

func expectNotSignedIn(t *testing.T, what string, b *systemtest.Browser) {
	t.Helper()
	if b.Page.Status >= 500 {
		t.Errorf("%s: status %d", what, b.Page.Status)
	}
	if p := b.Get("/account"); !p.Has("login-page") {
		t.Errorf("%s: signed in: status %d at %s", what, p.Status, p.URL.Path)
	}
}

// LG-01 to LG-06 (CWE-89, CVE-2013-1443, C-string truncation): what is not the password signs nobody in, on either
// database and without a fault.
func TestOnlyTheVeryPasswordSignsIn(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := start(t, e)
		s.AddUser("user@example.com", false)
		_, err := s.People.CreateUser(t.Context(), systemtest.Actor, identity.NewUser{Email: "other@example.com", Password: "another long password"})
		check(t, err)
		for name, row := range map[string]struct{ email, password string }{
			"LG-01 wrong":                   {"user@example.com", "wrong password"},
			"LG-01 empty":                   {"user@example.com", ""},
			"LG-01 another user's":          {"user@example.com", "another long password"},
			"LG-01 unknown user":            {"nobody@example.com", systemtest.Password},
			"LG-01 no user":                 {"", systemtest.Password},
			"LG-02 with a NUL and a suffix": {"user@example.com", systemtest.Password + "\x00x"},
			"LG-02 invalid UTF-8":           {"user@example.com", systemtest.Password + "\xff"},
			"LG-02 a NUL in the name":       {"user@example.com\x00", systemtest.Password},
			"LG-04 SQL in the password":     {"user@example.com", "' or '1'='1"},
			"LG-04 SQL in the name":         {"' or 1=1 --", systemtest.Password},
			"LG-04 a wildcard as name":      {"%@example.com", systemtest.Password},
			"LG-05 cut by one":              {"user@example.com", systemtest.Password[:len(systemtest.Password)-1]},
			"LG-05 one more":                {"user@example.com", systemtest.Password + "x"},
			"LG-05 in capitals":             {"user@example.com", strings.ToUpper(systemtest.Password)},
			"LG-05 a blank behind":          {"user@example.com", systemtest.Password + " "},
			"LG-06 of 60 kB":                {"user@example.com", strings.Repeat("a", 60_000)},
			"LG-06 of 1 MB":                 {"user@example.com", strings.Repeat("a", 1<<20)},
			"LG-06 a name of 60 kB":         {strings.Repeat("a", 60_000) + "@example.com", systemtest.Password},
		} {
			s.Clock.Advance(24 * time.Hour) // each has a fresh set of attempts
			b := s.NewBrowser()
			b.Post("/login", signInForm(t, b, row.email, row.password))
			expectNotSignedIn(t, name, b)
		}
		b := s.NewBrowser()
		b.Post("/login", signInForm(t, b, "user@example.com", systemtest.Password))
		if p := b.Get("/account"); p.Has("login-page") {
			t.Error("control: the very password does not sign in")
		}
	})
}

// LG-01, requirement 15 (CWE-204): the page says the same of a wrong password as of a user who does not exist, is
// disabled, or has no password. (Time is measured where it is made equal: authz/identity.)
func TestSignInDoesNotTellWhoExists(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	disabled := s.AddUser("disabled@example.com", false)
	check(t, s.People.Disable(t.Context(), systemtest.Actor, disabled.ID))
	_, err := s.People.CreateUser(t.Context(), systemtest.Actor, identity.NewUser{Email: "empty@example.com"})
	check(t, err)
	var said string
	for i, email := range []string{"user@example.com", "nobody@example.com", "disabled@example.com", "empty@example.com", "no address"} {
		password := "wrong password"
		if email == "disabled@example.com" {
			password = systemtest.Password
		}
		b := s.NewBrowser()
		p := b.Post("/login", signInForm(t, b, email, password))
		text := strings.ReplaceAll(p.Text("login-page"), email, "")
		if i == 0 {
			said = text
		}
		if p.Status != http.StatusUnprocessableEntity || text != said || len(p.Header.Values("Set-Cookie")) > 0 {
			t.Errorf("LG-01 %s: status %d, %q", email, p.Status, text)
		}
	}
}

// LG-09, LG-10 (authentik CVE-2024-47070, CWE-290, CWE-598): headers that a proxy would set sign nobody in, and neither
// does a URL, a JSON document, a method override or Basic.
func TestHeadersAndURLsSignNobodyIn(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	b := s.NewBrowser()
	form := signInForm(t, b, "user@example.com", systemtest.Password)
	for name, r := range map[string]*http.Request{
		"LG-10 GET":                  s.Request("GET", "/login?"+form.Encode(), nil),
		"LG-10 HEAD":                 s.Request("HEAD", "/login?"+form.Encode(), nil),
		"LG-10 PUT":                  s.Request("PUT", "/login", form),
		"LG-10 POST with the query":  s.Request("POST", "/login?"+form.Encode(), url.Values{}),
		"LG-10 a method override":    s.Request("GET", "/login?"+form.Encode()+"&_method=POST", nil, "X-HTTP-Method-Override", "POST"),
		"LG-10 JSON":                 s.Request("POST", "/login", form, "Content-Type", "application/json"),
		"LG-10 multipart":            s.Request("POST", "/login", form, "Content-Type", "multipart/form-data; boundary=x"),
		"LG-09 Basic":                s.Request("GET", "/account", nil, "Authorization", basic("user@example.com", systemtest.Password)),
		"LG-09 X-Forwarded-User":     s.Request("GET", "/account", nil, "X-Forwarded-User", "user@example.com", "X-Original-User", "user@example.com", "Remote-User", "user@example.com", "X-Forwarded-Email", "user@example.com"),
		"LG-09 X-Forwarded-For":      s.Request("GET", "/account", nil, "X-Forwarded-For", "\"><'; 127.0.0.1, ::1", "X-Real-IP", "127.0.0.1", "Forwarded", "for=127.0.0.1;by=x"),
		"LG-09 X-Original-URL":       s.Request("GET", "/login", nil, "X-Original-URL", "/account", "X-Rewrite-URL", "/admin"),
		"LG-09 an invented session":  s.Request("GET", "/account", nil, "Cookie", "postern_session=1; postern_session=admin"),
		"LG-10 credentials in a URL": s.Request("GET", strings.Replace(s.URL, "http://", "http://user%40example.com:x@", 1)+"/account", nil),
	} {
		b.Send(r)
		expectNotSignedIn(t, name, b)
	}
}

// LG-11, requirement 14 (CWE-352, RFC 9700 4.7): another site signs its visitor's browser in, to an account of the
// attacker's. The form is sealed and bound to the browser that it was shown in, and comes from our own pages.
func TestSignInFormsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	victim, attacker := s.NewBrowser(), s.NewBrowser()

	// One that the attacker was shown, without its cookie; then without the field that proves it.
	form := signInForm(t, attacker, "user@example.com", systemtest.Password)
	for name, fields := range map[string]url.Values{"the attacker's": form, "no flow": with(form, "flow", ""), "a broken one": with(form, "flow", "pst_AAAA")} {
		victim.Post("/login", fields)
		expectNotSignedIn(t, "LG-11 "+name, victim)
	}
	form = signInForm(t, victim, "user@example.com", systemtest.Password)
	for name, headers := range map[string][]string{
		"cross-site": {"Sec-Fetch-Site", "cross-site"}, "same-site": {"Sec-Fetch-Site", "same-site"}, "another origin": {"Origin", "https://evil.example"},
		"no origin": {"Origin", "null"}, "another port": {"Origin", "http://127.0.0.1:1"},
		"a look-alike": {"Origin", s.URL + ".evil.example"},
	} {
		p := victim.Send(s.Request("POST", "/login", form, headers...))
		if p.Status != http.StatusForbidden {
			t.Errorf("LG-11 %s: status %d", name, p.Status)
		}
		expectNotSignedIn(t, "LG-11 "+name, victim)
	}
}

// LG-14 to LG-22, requirement 17 (RFC 9700 4.2.4, 4.16, RFC 6749 10.13): what every page forbids browsers to do.
func TestPagesForbidFramesScriptsReferrersAndCaches(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	s.AddUser("admin@example.com", true)
	app := s.AddClient(webApp)
	b := s.NewBrowser()
	expect := func(name string, p *systemtest.Page) {
		t.Helper()
		policy := p.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "script-src 'self'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("LG-14, LG-16, LG-17 %s: no %s in %q", name, want, policy)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") || strings.Contains(policy, "script-src 'self' h") {
			t.Errorf("LG-16 %s: %q", name, policy)
		}
		for header, want := range map[string]string{
			"X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
		} {
			if got := p.Header.Get(header); got != want {
				t.Errorf("LG-14 to LG-21 %s: %s is %q", name, header, got)
			}
		}
		for _, foreign := range []string{`src="http`, `src="//`, "src='http", "@import", `rel="stylesheet" href="http`, " onclick=", " onload=", "<script>", " style=\""} {
			if strings.Contains(p.Body, foreign) {
				t.Errorf("LG-22 %s: %s", name, foreign)
			}
		}
	}
	expect("error", b.Get("/oauth/authorize?client_id=x"))
	expect("not found", b.Get("/nothing"))
	expect("login", b.Get(authorizeURL(app)))
	expect("login refused", b.Press("login", url.Values{"username": {"x"}, "password": {"x"}}))
	expect("consent", b.SignIn("user@example.com"))
	p := b.Page
	if !p.Has("consent-page") || !strings.Contains(p.Body, "Planner") || !strings.Contains(p.Body, "Title of jobs:read") || !strings.Contains(p.Body, "planner.example") {
		t.Errorf("LG-38: the consent page hides who asks, for what, or where it leads:\n%s", p.Body)
	}
	for _, path := range []string{"/account", "/account/apps", "/account/sessions", "/account/password", "/logout"} {
		expect(path, b.Get(path))
	}
	admin := s.NewBrowser()
	admin.Get("/login")
	admin.SignIn("admin@example.com")
	for _, path := range []string{"/admin", "/admin/clients", "/admin/clients/new", "/admin/clients/" + app.ID, "/admin/users", "/admin/scopes", "/admin/keys", "/admin/audit"} {
		expect(path, admin.Get(path))
	}
}

// AZ-55, LG-30 (RFC 9700 4.12, CWE-601): after signing in the browser goes on with a GET, and never to another site,
// whatever the address or the form says.
func TestSignInLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	for _, target := range []string{
		"https://evil.example/", "//evil.example", `/\evil.example`, "/%09/evil.example", "///evil.example", "https:evil.example", "javascript:alert(1)",
		"http://127.0.0.1@evil.example", "/\t/evil.example", "%2f%2fevil.example",
	} {
		query := url.Values{}
		for _, name := range []string{"return_to", "next", "continue", "rd", "redirect", "redirect_uri", "redirect_url", "url", "goto", "target", "returnUrl", "service", "flow_next"} {
			query.Set(name, target)
		}
		b := s.NewBrowser()
		b.Get("/login?" + query.Encode())
		action, form := b.Page.Form("login")
		form = with(form, "username", "user@example.com", "password", systemtest.Password)
		for name := range query {
			form.Set(name, target)
		}
		r := s.Request("POST", action, form, "Origin", s.URL)
		for _, c := range b.Cookies() {
			r.AddCookie(c)
		}
		a := send(t, r)
		if a.Status != http.StatusSeeOther || a.Header.Get("Location") != "/account" {
			t.Errorf("LG-30, AZ-55 %s: status %d to %s", target, a.Status, a.Header.Get("Location"))
		}
	}
	for _, path := range []string{
		"//evil.example/%2e%2e", "//evil.example", "/\\evil.example", "///evil.example/..", "/account//evil.example", "/%2f%2fevil.example", "/admin/..//evil.example",
		"//evil.example/login", "/./evil.example", "/login/../../evil.example", "/https://evil.example",
	} {
		got, _ := s.Raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		_, rest, _ := strings.Cut(got, "Location: ")
		location, _, _ := strings.Cut(rest, "\r\n")
		if strings.HasPrefix(location, "//") || strings.HasPrefix(location, `/\`) || strings.Contains(location, "://") {
			t.Errorf("LG-30 GET %s redirects to %s", path, location)
		}
	}
}

// AZ-35, requirement 12 (OpenID Connect Core 3.1.2.1): an app wants to see the person again, or not too long after the last
// time. The old sign-in is not enough, with or without a page; a new one is, and the token says when it was.
func TestAnOldSignInIsNotEnough(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp, "jobs:read")
	x.tokens(t)
	for name, change := range map[string][]string{
		"AZ-35 max_age=1": {"max_age", "1"}, "max_age=0": {"max_age", "0"}, "prompt=login": {"prompt", "login"}, "prompt=select_account": {"prompt", "select_account"},
	} {
		s.Clock.Advance(10 * time.Second)
		p := x.b.Get(authorizeURL(x.app, change...))
		if !p.Has("login-page") {
			t.Errorf("%s: status %d, redirect %v", name, p.Status, p.Away)
			continue
		}
		if again := x.b.Get("/oauth/authorize?flow=" + p.URL.Query().Get("flow")); !again.Has("login-page") {
			t.Errorf("%s: going back to the start gets around it: %v", name, again.Away)
		}
		if p := x.b.SignIn("user@example.com"); p.Away == nil || p.Away.Query().Get("code") == "" {
			t.Errorf("%s: after signing in again: status %d", name, p.Status)
		}
	}
	s.Clock.Advance(10 * time.Second)
	p := x.b.Get(authorizeURL(x.app, "max_age", "1", "prompt", "none"))
	if p.Away == nil || p.Away.Query().Get("error") != "login_required" {
		t.Errorf("AZ-35 with prompt=none: status %d, redirect %v", p.Status, p.Away)
	}
}

// Headers are bytes too: what a browser says of itself goes into a session's row, and need not be text.
func TestHeadersThatAreNoTextDoNoHarm(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := start(t, e)
		s.AddUser("user@example.com", false)
		for name, value := range map[string]string{"invalid UTF-8": "\xff\xfe", "half a character": "Mozilla \xe2\x82", "long": strings.Repeat("\u00e9", 3000)} {
			b := opened(s)
			_, form := b.Page.Form("login")
			r := s.Request("POST", "/login", with(form, "username", "user@example.com", "password", systemtest.Password), "Origin", s.URL, "User-Agent", value,
				"Referer", value, "Accept-Language", value, "X-Request-Id", value, "X-Forwarded-For", value, "Cookie", "postern_device="+value)
			for _, c := range b.Cookies() {
				r.AddCookie(c)
			}
			if a := send(t, r); a.Status != http.StatusSeeOther {
				t.Errorf("%s: status %d", name, a.Status)
			}
		}
	})
}
