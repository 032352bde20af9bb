package system_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"postern/cmd/system/systemtest"
)

// The security rows of /oauth/authorize. They ask nothing of the database, so one engine does.

const nativeApp = `{"client_name":"CLI","kind":"native","redirect_uris":["http://127.0.0.1/cb"],"scope":"jobs:*"}`

func sqlite(t *testing.T) *systemtest.Server {
	t.Helper()
	s := start(t, engines[0])
	s.AddUser("user@example.com", false)
	return s
}

// good is a valid authorization request.
func good(app systemtest.Client) url.Values {
	return url.Values{
		"client_id": {app.ID}, "redirect_uri": {app.Redirect}, "response_type": {"code"}, "scope": {"jobs:read"}, "state": {"xyz"},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(oauth2.GenerateVerifier())}, "code_challenge_method": {"S256"},
	}
}

func with(form url.Values, change ...string) url.Values {
	form = clone(form)
	for i := 0; i+1 < len(change); i += 2 {
		if change[i+1] == "" {
			form.Del(change[i])
			continue
		}
		form.Set(change[i], change[i+1])
	}
	return form
}

// Requirement 1 and 2, RU-01 to RU-47: whatever else is wrong, nobody is sent to a URI that is not registered.
func TestNobodyIsSentToAnUnregisteredRedirectURI(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	web, native := s.AddClient(webApp), s.AddClient(nativeApp)
	evil := []struct{ id, uri string }{
		{"RU-01", "https://evil.example/callback"}, {"RU-02", "https://planner.example.evil.example/callback"},
		{"RU-03", "https://planner.example/callback/more"}, {"RU-04", "https://planner.example/callbackevil"},
		{"RU-05", "https://planner.example/callback/../evil"}, {"RU-06", "https://planner.example/callback/%2e%2e%2fevil"},
		{"RU-07", "https://planner.example/callback/..;/evil"}, {"RU-11", `https://evil.example\@planner.example/callback`},
		{"RU-12", "https://planner.example/callback#x"}, {"RU-13", "https://planner.example/callback?x=1"},
		{"RU-14", "https://planner.example/Callback"}, {"RU-15", "http://planner.example/callback"},
		{"RU-17", "https://planner.example:8443/callback"}, {"RU-19", "https://planner.example/%63allback"},
		{"RU-20", "https://planner.example/callback/%252e%252e%252fevil"}, {"RU-21", "https://planner.example/callback\r\nX: y"},
		{"RU-22", "https://planner.example/callback\x00"}, {"RU-24", "javascript:alert(1)"},
		{"RU-26", "https://evil.example/?https://planner.example/callback"}, {"RU-27", "https://plannerxexample/callback"},
		{"RU-28", "https://sub.planner.example/callback"}, {"RU-29", "https://planner\uff0eexample/callback"},
		{"RU-32", "//planner.example/callback"}, {"RU-33", "*"},
	}
	for _, e := range evil {
		for _, change := range [][]string{
			nil, {"scope", "nonsense"}, {"prompt", "none"}, {"response_type", ""}, {"code_challenge_method", "plain"}, // RU-44 to RU-47
			{"response_mode", "form_post"},
		} {
			refusedHere(t, s, e.id, with(good(web), append([]string{"redirect_uri", e.uri}, change...)...))
		}
	}
	for _, e := range []struct{ id, uri string }{
		{"RU-34", "http://127.0.0.1:9999/other"}, {"RU-35", "http://127.0.0.1:9999/cb?x=1"}, {"RU-37", "http://localhost:9999/cb"},
		{"userinfo", "http://user@127.0.0.1:9999/cb"},
	} {
		refusedHere(t, s, e.id, with(good(native), "redirect_uri", e.uri))
	}
	refusedHere(t, s, "RU-41", with(good(web), "client_id", "nobody", "redirect_uri", "https://evil.example/cb"))
	refusedHere(t, s, "RU-42", with(good(web), "client_id", "", "redirect_uri", "https://evil.example/cb"))
	refusedHere(t, s, "RU-50", with(good(web), "redirect_uri", "https://evil.example/cb", "request", "e30.e30."))
	for _, id := range []string{"AZ-57 " + web.ID + " ", strings.ToUpper(web.ID), "' or 1=1 --"} { // AZ-57, AZ-58, AZ-59
		refusedHere(t, s, "client_id "+id, with(good(web), "client_id", strings.TrimPrefix(id, "AZ-57 ")))
	}
}

// refusedHere asserts an error page of our own, without a redirect and without a code.
func refusedHere(t *testing.T, s *systemtest.Server, id string, form url.Values) {
	t.Helper()
	p := s.NewBrowser().Get("/oauth/authorize?" + form.Encode())
	if p.Away != nil || p.Status < 400 || p.Status > 499 || !p.Has("error-page") {
		t.Errorf("%s: status %d, redirect %v; want a 4xx page (%v)", id, p.Status, p.Away, form)
	}
}

// RU-39, RU-40, AZ-19 to AZ-24 (RFC 6749 3.1): a parameter sent twice is refused, whichever comes first.
func TestRepeatedParametersAreRefused(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	web := s.AddClient(webApp)
	for _, name := range []string{"client_id", "redirect_uri", "scope", "state", "response_type", "nonce", "code_challenge"} {
		for _, query := range []string{
			good(web).Encode() + "&" + url.Values{name: {"https://evil.example/cb"}}.Encode(),
			url.Values{name: {"https://evil.example/cb"}}.Encode() + "&" + good(web).Encode(),
		} {
			if name == "nonce" {
				query += "&nonce=again"
			}
			p := s.NewBrowser().Get("/oauth/authorize?" + query)
			if p.Away != nil || p.Status != http.StatusBadRequest || !strings.Contains(p.Body, "invalid_request") {
				t.Errorf("%s twice: status %d, redirect %v", name, p.Status, p.Away)
			}
		}
	}
}

// AZ-01 to AZ-18, AZ-42 to AZ-51: what is wrong with a proven request the app is told, with state and iss (AZ-29), and
// never a code.
func TestTheAppIsToldWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	web, spa := s.AddClient(webApp), s.AddClient(`{"client_name":"SPA","kind":"spa","redirect_uris":["https://spa.example/cb"],"scope":"jobs:*"}`)
	rows := []struct {
		name   string
		app    systemtest.Client
		change []string
		want   string
	}{
		{"AZ-01 no response_type", web, []string{"response_type", ""}, "invalid_request"},
		{"AZ-04 implicit", web, []string{"response_type", "id_token token"}, "unsupported_response_type"},
		{"AZ-06 another case", web, []string{"response_type", "CODE"}, "unsupported_response_type"},
		{"AZ-07 code twice", web, []string{"response_type", "code code"}, "unsupported_response_type"},
		{"AZ-09 public client without PKCE", spa, []string{"code_challenge", "", "code_challenge_method", ""}, "invalid_request"},
		{"AZ-10 plain", spa, []string{"code_challenge_method", "plain"}, "invalid_request"},
		{"AZ-11 no method, so plain", spa, []string{"code_challenge_method", ""}, "invalid_request"},
		{"AZ-12 unknown method", web, []string{"code_challenge_method", "S512"}, "invalid_request"},
		{"AZ-15 illegal characters", web, []string{"code_challenge", strings.Repeat("!", 43)}, "invalid_request"},
		{"AZ-16 too long", web, []string{"code_challenge", strings.Repeat("a", 4000)}, "invalid_request"},
		{"AZ-17 method without challenge", spa, []string{"code_challenge", ""}, "invalid_request"},
		{"AZ-18 plain, confidential", web, []string{"code_challenge_method", "plain"}, "invalid_request"},
		{"AZ-61 confidential client that must use PKCE", web, []string{"code_challenge", "", "code_challenge_method", ""}, "invalid_request"},
		{"AZ-30 prompt=none without session", web, []string{"prompt", "none"}, "login_required"},
		{"prompt none and login", web, []string{"prompt", "none login"}, "invalid_request"},
		{"AZ-42 request object", web, []string{"request", "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"},
		{"AZ-45 request_uri", web, []string{"request_uri", "http://127.0.0.1:1/x"}, "request_uri_not_supported"},
		{"AZ-46 request_uri file", web, []string{"request_uri", "file:///etc/passwd"}, "request_uri_not_supported"},
		{"AZ-47 request_uri of no PAR", web, []string{"request_uri", "urn:ietf:params:oauth:request_uri:x"}, "request_uri_not_supported"},
		{"AZ-51 unknown scope", web, []string{"scope", "admin"}, "invalid_scope"},
		{"AZ-51 wildcard", web, []string{"scope", "*"}, "invalid_scope"},
		{"AZ-51 a scope that others may have", web, []string{"scope", "secret.read"}, "invalid_scope"},
		{"a wildcard of its own allowance", web, []string{"scope", "jobs:*"}, "invalid_scope"},
		{"TE-33 foreign resource", web, []string{"resource", "https://api.example"}, "invalid_target"},
		{"response_mode=fragment", web, []string{"response_mode", "fragment"}, "invalid_request"},
		{"max_age that is no number", web, []string{"max_age", "soon"}, "invalid_request"},
	}
	for _, row := range rows {
		p := s.NewBrowser().Get("/oauth/authorize?" + with(good(row.app), row.change...).Encode())
		if p.Away == nil || !strings.HasPrefix(p.Away.String(), row.app.Redirect+"?") {
			t.Errorf("%s: status %d, redirect %v", row.name, p.Status, p.Away)
			continue
		}
		q := p.Away.Query()
		if q.Get("error") != row.want || q.Get("state") != "xyz" || q.Get("iss") != s.URL || q.Has("code") {
			t.Errorf("%s: error %q, want %q; state %q, iss %q", row.name, q.Get("error"), row.want, q.Get("state"), q.Get("iss"))
		}
		if p.Status != http.StatusSeeOther || !strings.Contains(p.Header.Get("Cache-Control"), "no-store") {
			t.Errorf("%s: status %d, Cache-Control %q", row.name, p.Status, p.Header.Get("Cache-Control"))
		}
	}
}

// AZ-53 (a HEAD once acted as an approval elsewhere): HEAD does nothing.
func TestHeadApprovesNothing(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp)
	x.tokens(t)
	r, _ := http.NewRequest(http.MethodHead, s.URL+"/oauth/authorize?"+with(good(x.app), "scope", "jobs:read jobs:write").Encode(), nil)
	if p := x.b.Send(r); p.Status != http.StatusMethodNotAllowed || p.Away != nil {
		t.Fatalf("HEAD /oauth/authorize: status %d, redirect %v", p.Status, p.Away)
	}
}

// AZ-54: no code after a no, and the app alone hears of it.
func TestDenialReachesTheAppWithoutACode(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	app := s.AddClient(webApp)
	b := s.NewBrowser()
	b.Get("/oauth/authorize?" + good(app).Encode())
	b.SignIn("user@example.com")
	p := b.Press("deny", nil)
	if p.Away == nil || p.Away.Query().Get("error") != "access_denied" || p.Away.Query().Has("code") || p.Away.Query().Get("state") != "xyz" {
		t.Fatalf("status %d, redirect %v", p.Status, p.Away)
	}
}

// AZ-32 (RFC 6749 10.4): a consent for little is not widened without asking.
func TestConsentIsNotWidenedSilently(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp, "jobs:read")
	x.tokens(t)
	p := x.b.Get("/oauth/authorize?" + with(good(x.app), "scope", "jobs:read jobs:write", "prompt", "none").Encode())
	if p.Away == nil || p.Away.Query().Get("error") != "consent_required" {
		t.Fatalf("prompt=none for more: status %d, redirect %v", p.Status, p.Away)
	}
	if p := x.b.Get("/oauth/authorize?" + with(good(x.app), "scope", "jobs:read jobs:write").Encode()); !p.Has("consent-page") {
		t.Fatalf("no consent page for more: status %d, redirect %v", p.Status, p.Away)
	}
}

// form_post carries successes and errors alike, and nothing in the query (OIDC.md 30).
func TestFormPost(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp, "jobs:read")
	x.tokens(t)
	for _, change := range [][]string{{"response_mode", "form_post"}, {"response_mode", "form_post", "scope", "nonsense"}} {
		p := x.b.Get("/oauth/authorize?" + with(good(x.app), change...).Encode())
		if p.Status != 200 || !strings.Contains(p.Body, `action="`+x.app.Redirect+`"`) || !strings.Contains(p.Body, `name="iss"`) {
			t.Errorf("%v: status %d\n%s", change, p.Status, p.Body)
		}
		if !strings.Contains(p.Header.Get("Content-Security-Policy"), "form-action 'self' https://planner.example;") {
			t.Errorf("policy %q", p.Header.Get("Content-Security-Policy"))
		}
	}
}

// XS-01 to XS-15: nothing that a request carries becomes markup.
func TestRequestsAreEscapedOnEveryPage(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	app := s.AddClient(webApp)
	attack := `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	for _, name := range []string{
		"client_id", "redirect_uri", "scope", "login_hint", "code_challenge_method", "response_mode", "request", "nonce", "acr_values",
		"id_token_hint", "state", "error", "error_description", "message",
	} {
		p := s.NewBrowser().Get("/oauth/authorize?" + with(good(app), name, attack).Encode())
		if strings.Contains(p.Body, "<script>alert") || strings.Contains(p.Body, "<img src=x") {
			t.Errorf("%s is not escaped on %s", name, p.URL.Path)
		}
	}
	for _, path := range []string{"/login", "/setup", "/reset", "/consent", "/nothing"} {
		p := s.NewBrowser().Get(path + "?" + url.Values{"error": {attack}, "message": {attack}, "flow": {attack}, "token": {attack}}.Encode())
		if strings.Contains(p.Body, "<script>alert") || p.Status >= 500 {
			t.Errorf("%s: status %d", path, p.Status)
		}
	}
}
