package system_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"postern/authz/client"
	"postern/authz/event"
	"postern/authz/identity"
	"postern/authz/scope"
	"postern/cmd/system/systemtest"
)

// The rows of sign-in and consent.

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
			s.Clock.Advance(24 * 3600e9) // each has a fresh set of attempts
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

// LG-11, LG-12, LG-13, requirements 13 and 14 (CWE-352, RFC 9700 4.7, RFC 6819 4.4.1.9): another site posts our forms from
// its visitor's browser, with an attacker's fields or with the visitor's. What proves a form is sealed and bound to the
// browser that it was shown in.
func TestFormsOfOtherSitesAndBrowsersAreRefused(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	app := s.AddClient(webApp)
	victim, attacker := s.NewBrowser(), s.NewBrowser()

	// LG-11: a login form that the attacker was shown, without its cookie, then with none of the fields.
	form := signInForm(t, attacker, "user@example.com", systemtest.Password)
	for name, fields := range map[string]url.Values{"the attacker's": form, "no flow": with(form, "flow", ""), "a broken one": with(form, "flow", "pst_AAAA")} {
		victim.Post("/login", fields)
		expectNotSignedIn(t, "LG-11 "+name, victim)
	}
	form = signInForm(t, victim, "user@example.com", systemtest.Password)
	for name, headers := range map[string][]string{
		"cross-site": {"Sec-Fetch-Site", "cross-site"}, "same-site": {"Sec-Fetch-Site", "same-site"}, "another origin": {"Origin", "https://evil.example"},
		"no origin": {"Origin", "null"}, "another port": {"Origin", "http://127.0.0.1:1"},
		"a look-alike": {"Origin", s.URL + ".evil.example"}, "both": {"Origin", s.URL, "Sec-Fetch-Site", "cross-site"},
	} {
		p := victim.Send(s.Request("POST", "/login", form, headers...))
		if name != "both" && p.Status != http.StatusForbidden {
			t.Errorf("LG-11 %s: status %d", name, p.Status)
		}
		if name != "both" {
			expectNotSignedIn(t, "LG-11 "+name, victim)
		}
	}

	// LG-12: the attacker's consent page, posted by the victim's browser; LG-13: the victim's own, changed.
	s.AddUser("attacker@example.com", false)
	attacker.Get(authorizeURL(app))
	attacker.SignIn("attacker@example.com")
	_, theirs := attacker.Page.Form("allow")
	victim.Get(authorizeURL(app))
	if victim.Page.Has("login-page") {
		victim.SignIn("user@example.com")
	}
	if !victim.Page.Has("consent-page") {
		t.Fatalf("no consent page: status %d", victim.Page.Status)
	}
	_, own := victim.Page.Form("allow")
	address := victim.Page.URL.Query().Get("flow")
	for name, fields := range map[string]url.Values{
		"LG-12 another browser's form":   theirs,
		"LG-13 no token":                 with(own, "flow", ""),
		"LG-13 a changed token":          with(own, "flow", manglings(own.Get("flow"))["one character changed"]),
		"LG-13 the token of the address": with(own, "flow", address),
		"LG-13 a token twice":            {"flow": {theirs.Get("flow"), own.Get("flow")}, "decision": {"allow"}},
		"no decision":                    with(own, "decision", ""),
		"another decision":               with(own, "decision", "ALLOW"),
	} {
		expectNoConsent(t, s, name, victim.Post("/consent", fields))
	}
	for name, r := range map[string]*http.Request{
		"LG-12 cross-site":          s.Request("POST", "/consent", own, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"),
		"LG-12 GET":                 s.Request("GET", "/consent?"+own.Encode(), nil),
		"AZ-53 HEAD":                s.Request("HEAD", "/consent?"+own.Encode(), nil),
		"LG-12 a method override":   s.Request("GET", "/consent?"+own.Encode()+"&_method=POST", nil, "X-HTTP-Method-Override", "POST"),
		"LG-12 the query of a POST": s.Request("POST", "/consent?"+own.Encode(), url.Values{}, "Origin", s.URL),
		"LG-12 text":                s.Request("POST", "/consent", own, "Content-Type", "text/plain", "Origin", s.URL),
		"approval by the client":    s.Request("GET", authorizeURL(app)+"&decision=allow&approved=true&consent=1&prompt=none", nil),
	} {
		expectNoConsent(t, s, name, victim.Send(r))
	}
	if p := victim.Post("/consent", own); p.Away == nil || p.Away.Query().Get("code") == "" {
		t.Errorf("control: the victim's own form: status %d", p.Status)
	}
}

func expectNoConsent(t *testing.T, s *systemtest.Server, what string, p *systemtest.Page) {
	t.Helper()
	if p.Away != nil && p.Away.Query().Has("code") || p.Status >= 500 {
		t.Errorf("%s: status %d, redirect %v", what, p.Status, p.Away)
	}
	if n := events(t, s, event.ConsentGiven); n > 0 {
		t.Fatalf("%s: %d consents were stored", what, n)
	}
}

// LG-12, and AZ-57 at its neighbour's: consent is the answer of one session. After somebody else signed in, the person
// signed out or signed in again, or was disabled, the page that is still open approves nothing.
func TestAConsentPageEndsWithItsSession(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(t *testing.T, s *systemtest.Server, b *systemtest.Browser){
		"signed out": func(t *testing.T, s *systemtest.Server, b *systemtest.Browser) {
			b.Get("/logout")
			b.Press("logout-yes", nil)
		},
		"signed in again": func(t *testing.T, s *systemtest.Server, b *systemtest.Browser) {
			b.Get("/logout")
			b.Press("logout-yes", nil)
			b.Get("/login")
			b.SignIn("user@example.com")
		},
		"another user signed in": func(t *testing.T, s *systemtest.Server, b *systemtest.Browser) {
			s.AddUser("second@example.com", false)
			p := b.Get(b.Page.URL.RequestURI())
			_ = p
			b.Get("/logout")
			b.Press("logout-yes", nil)
			b.Get("/login")
			b.SignIn("second@example.com")
		},
		"the user was disabled": func(t *testing.T, s *systemtest.Server, b *systemtest.Browser) {
			check(t, s.People.Disable(t.Context(), systemtest.Actor, userID(t, s, "user@example.com")))
		},
		"the client was disabled": func(t *testing.T, s *systemtest.Server, b *systemtest.Browser) {
			list, _, err := s.Clients.List(t.Context(), client.Filter{}, client.Page{Limit: 1})
			check(t, err)
			check(t, s.Clients.Disable(t.Context(), systemtest.Actor, list[0].ID))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sqlite(t)
			app := s.AddClient(webApp)
			b := s.NewBrowser()
			b.Get(authorizeURL(app))
			b.SignIn("user@example.com")
			_, form := b.Page.Form("allow")
			if form == nil {
				t.Fatalf("no consent page: status %d", b.Page.Status)
			}
			change(t, s, b)
			expectNoConsent(t, s, name, b.Post("/consent", form))
		})
	}
}

// A page's flow is good for its step, its browser, and fifteen minutes. A flow that carries a yes is no way around a
// consent that was taken back since: what it yields is worth nothing.
func TestFlowsAreOfOneStepOneBrowserAndOneQuarterOfAnHour(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp, "jobs:read")
	x.b.Get(authorizeURL(x.app))
	flow := x.b.Page.URL.Query().Get("flow")
	x.b.SignIn("user@example.com")
	_, form := x.b.Page.Form("allow")
	for _, path := range []string{"/login", "/consent", "/login/switch", "/oauth/authorize"} {
		if p := s.NewBrowser().Get(path + "?flow=" + flow); p.Status != http.StatusBadRequest {
			t.Errorf("the flow in another browser at %s: status %d", path, p.Status)
		}
		if p := x.b.Get(path + "?flow=" + form.Get("flow")); p.Status != http.StatusBadRequest {
			t.Errorf("the form's flow at %s: status %d", path, p.Status)
		}
		if p := x.b.Get(path + "?resume=" + flow); path == "/oauth/authorize" && p.Status != http.StatusBadRequest {
			t.Errorf("a flow as what a form post resumes: status %d", p.Status)
		}
	}
	r := s.Request("POST", "/consent", form, "Origin", s.URL)
	for _, c := range x.b.Cookies() {
		r.AddCookie(c)
	}
	answered := send(t, r).Header.Get("Location")
	if !strings.HasPrefix(answered, "/oauth/authorize?flow=") {
		t.Fatalf("the consent form leads to %.60s", answered)
	}
	_, err := s.People.RevokeAllConsents(t.Context(), systemtest.Actor, userID(t, s, "user@example.com"))
	check(t, err)
	p := x.b.Get(answered)
	if p.Away != nil && p.Away.Query().Has("code") {
		form := url.Values{"grant_type": {"authorization_code"}, "code": {p.Away.Query().Get("code")}}
		a := tell(t, s, "/oauth/token", x.app, form)
		if a.Status == http.StatusOK {
			t.Error("an old yes got tokens after the consent was taken back")
		}
	}
	s.Clock.Advance(16 * 60e9)
	if p := x.b.Get("/oauth/authorize?flow=" + flow); p.Status != http.StatusBadRequest {
		t.Errorf("the flow after 16 minutes: status %d", p.Status)
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

// LG-32, LG-33 (Zitadel CVE-2025-64101, CWE-640, Keycloak CVE-2026-37982): the reset link that an administrator makes.
// It names the configured host; it works once, for an hour, and not after the password changed otherwise; it cannot be
// guessed; everything that its user had open ends with it.
func TestResetLinks(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		x := signedIn(t, e, webApp)
		s, user := x.s, userID(t, x.s, "user@example.com")
		s.AddUser("admin@example.com", true)
		live := x.tokens(t)
		admin := s.NewBrowser()
		admin.Get("/login")
		admin.SignIn("admin@example.com")
		p := admin.Send(s.Request("POST", "/admin/users/"+user.String()+"/reset-link", url.Values{}, "Origin", s.URL,
			"X-Forwarded-Host", "evil.example", "Forwarded", "host=evil.example", "X-Host", "evil.example", "X-Forwarded-Server", "evil.example"))
		if p.Status != http.StatusOK || strings.Contains(p.Body, "evil.example") || !strings.Contains(p.Body, s.URL+"/reset?token=") {
			t.Errorf("LG-32: status %d; the link names another host than %s", p.Status, s.URL)
		}

		link := func() string {
			token, _, err := s.People.ResetLink(t.Context(), systemtest.Actor, user)
			check(t, err)
			return token
		}
		set := func(token, password string) int {
			b := s.NewBrowser()
			return b.Post("/reset", url.Values{"token": {token}, "password": {password}, "password_again": {password}}).Status
		}
		first, second, late := link(), link(), link()
		if len(first) < 60 || first == second {
			t.Error("LG-33: links can be guessed")
		}
		for name, text := range manglings(first) {
			if text != first && set(text, "an entirely new password") < 400 {
				t.Errorf("LG-33 %s: taken", name)
			}
		}
		if set(first, "an entirely new password") >= 400 {
			t.Fatal("control: the link does not work")
		}
		for name, token := range map[string]string{"used": first, "made before the password changed": second} {
			if set(token, "yet another password") != http.StatusGone {
				t.Errorf("LG-33: a link %s works", name)
			}
		}
		if p := x.b.Get("/account"); !p.Has("login-page") {
			t.Error("LG-33: the session lives on after the reset")
		}
		if a := refresh(t, s, x.app, live.Refresh); a.Error != "invalid_grant" {
			t.Error("LG-33: the grant lives on after the reset")
		}
		late = link()
		s.Clock.Advance(61 * 60e9)
		if set(late, "yet another password") != http.StatusGone {
			t.Error("LG-33: a link works after an hour")
		}
	})
}

// LG-33 at its neighbour's: the set-up link makes one administrator, however many post it at once, and none once there
// is one.
func TestTheSetUpLinkMakesOneAdministrator(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := start(t, e)
		token, err := s.People.SetupToken()
		check(t, err)
		done := make(chan int, 8)
		for i := range 8 {
			go func() {
				done <- send(t, s.Request("POST", "/setup", url.Values{
					"token": {token}, "name": {"Somebody"}, "email": {string(rune('a'+i)) + "@example.com"}, "organization": {"Acme"},
					"password": {"an entirely new password"}, "password_again": {"an entirely new password"},
				})).Status
			}()
		}
		made := 0
		for range 8 {
			switch status := <-done; {
			case status == http.StatusSeeOther:
				made++
			case status != http.StatusGone:
				t.Errorf("a loser got %d", status)
			}
		}
		if made != 1 {
			t.Errorf("%d administrators were made", made)
		}
		for name, text := range map[string]string{"again": token, "none": "", "another": "pst_AAAA"} {
			if p := s.NewBrowser().Get("/setup?token=" + text); p.Status != http.StatusGone {
				t.Errorf("the set-up link, %s: status %d", name, p.Status)
			}
		}
	})
}

// LG-38, DC-13 (RFC 9700 4.16, CWE-79): an app's name and addresses are its publisher's words. They do not become markup,
// and do not look like another app's by direction marks.
func TestAnAppsWordsStayWordsOnTheConsentPage(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	s.AddScope(scope.Scope{Name: "x.read", Title: `<script>alert("title")</script>`, Description: `"><img src=x onerror=alert(1)>`, Group: "<b>group</b>", Kind: "read"})
	for name, metadata := range map[string]string{
		"markup":     `{"client_name":"<script>alert(1)</script>","redirect_uris":["https://planner.example/callback"],"scope":"x.read"}`,
		"quotes":     `{"client_name":"\"'><svg onload=alert(1)>","redirect_uris":["https://planner.example/callback"],"scope":"x.read"}`,
		"javascript": `{"client_name":"J","client_uri":"javascript:alert(1)","policy_uri":"javascript:alert(1)","redirect_uris":["https://planner.example/callback"],"scope":"x.read"}`,
	} {
		m, err := client.Decode([]byte(metadata))
		check(t, err)
		row, secret, err := s.Clients.Create(t.Context(), systemtest.Actor, m, client.Options{})
		if err != nil {
			continue // refused at registration: as good
		}
		app := systemtest.Client{ID: row.ID, Secret: secret, Redirect: m.RedirectURIs[0]}
		b := s.NewBrowser()
		b.Get("/oauth/authorize?" + with(good(app), "scope", "x.read", "code_challenge", oauth2.S256ChallengeFromVerifier(oauth2.GenerateVerifier())).Encode())
		p := b.SignIn("user@example.com")
		if !p.Has("consent-page") {
			t.Errorf("%s: no consent page: status %d", name, p.Status)
		}
		for _, bad := range []string{"<script>alert", "<svg onload", "<img src=x", "<b>group", `href="javascript:`} {
			if strings.Contains(p.Body, bad) {
				t.Errorf("DC-13 %s: %s on the consent page", name, bad)
			}
		}
	}
}
