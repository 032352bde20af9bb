package system_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"postern/authz/client"
	"postern/authz/event"
	"postern/authz/scope"
	"postern/cmd/system/systemtest"
)

// The rows of consent, and of the sealed flows that lead from page to page.

// LG-12, LG-13, requirement 13 (CWE-352, RFC 6819 4.4.1.9): another site has its visitor's browser approve, with an
// attacker's form or with the visitor's own, changed.
func TestConsentFormsOfOtherSitesAndBrowsersAreRefused(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	app := s.AddClient(webApp)
	victim, attacker := s.NewBrowser(), s.NewBrowser()
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
	s.Clock.Advance(16 * time.Minute)
	if p := x.b.Get("/oauth/authorize?flow=" + flow); p.Status != http.StatusBadRequest {
		t.Errorf("the flow after 16 minutes: status %d", p.Status)
	}
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
