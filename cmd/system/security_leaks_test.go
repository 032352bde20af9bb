package system_test

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"postern/cmd/system/systemtest"
	"postern/storage"
)

// The rows of leaks: a whole life of the server is lived, hostile input included, and then all that it answered and logged
// is searched.

// inside is what no answer may have: stack traces, file names, SQL, drivers' words (IL-01).
var inside = regexp.MustCompile(`(?i)goroutine \d|\.go:\d|runtime error|panic:|nil pointer|stack ?trace|` +
	`\bselect [^<>]+ from\b|insert into|\bwhere exists\b|sqlstate|\bpgx[:/. ]|postgres(ql)?[: ]|\bsqlite\b|modernc|no such (table|column)|syntax error|` +
	`constraint failed|violates|invalid byte sequence|database/sql|/home/|/root/|/tmp/|fosite|go-jose`)

func lived(t *testing.T, e engine) (*systemtest.Server, *systemtest.Answers, map[string]string) {
	t.Helper()
	kept := &systemtest.Answers{}
	s := systemtest.Start(t, e.config(t), systemtest.Options{Wrap: kept.Wrap})
	s.AddScopes("jobs:read", "jobs:write", "teams.read")
	s.AddUser("user@example.com", false)
	s.AddUser("admin@example.com", true)
	x, service, poster := allowed(t, s, webApp), s.AddClient(machine), s.AddClient(postApp)
	code := x.code(t)
	issued := expectTokens(t, "code", tell(t, s, "/oauth/token", x.app, code))
	next := refresh(t, s, x.app, issued["refresh_token"].(string))
	again := x.code(t)
	expectTokens(t, "code", tell(t, s, "/oauth/token", x.app, again))
	tell(t, s, "/oauth/token", x.app, again)
	expectTokens(t, "machine", tell(t, s, "/oauth/token", service, machineForm()))
	tell(t, s, "/oauth/token", poster, with(machineForm(), "client_id", poster.ID, "client_secret", poster.Secret))
	tell(t, s, "/oauth/introspect", x.app, url.Values{"token": {next.Access}})
	tell(t, s, "/oauth/revoke", x.app, url.Values{"token": {next.Access}})
	reset, _, err := s.People.ResetLink(t.Context(), systemtest.Actor, userID(t, s, "user@example.com"))
	check(t, err)
	setup, err := s.People.SetupToken()
	check(t, err)
	flow := opened(s).Page.URL.Query().Get("flow")
	secrets := map[string]string{
		"password": systemtest.Password, "a wrong password": "hunter2 and a bit more", "client secret": x.app.Secret, "secret of the service": service.Secret,
		"secret of the poster": poster.Secret, "code": code.Get("code"), "verifier": code.Get("code_verifier"), "replayed code": again.Get("code"),
		"access token": issued["access_token"].(string), "refresh token": issued["refresh_token"].(string), "its successor": next.Refresh, "next access token": next.Access,
		"session": x.b.Cookie("postern_session"), "device cookie": x.b.Cookie("postern_device"), "flow cookie": x.b.Cookie("postern_flow"), "flow": flow,
		"reset link": reset, "set-up link": setup, "secret of the server": "a secret for tests alone",
	}
	for name, secret := range secrets {
		if secret == "" {
			t.Fatalf("there is no %s", name)
		}
	}
	misuse(t, s, x, secrets)
	walk(t, s)
	return s, kept, secrets
}

// misuse sends each secret where it does not belong, so that errors get to see it.
func misuse(t *testing.T, s *systemtest.Server, x session, secrets map[string]string) {
	t.Helper()
	for _, secret := range secrets {
		for _, form := range []url.Values{
			{"grant_type": {"authorization_code"}, "code": {secret}, "code_verifier": {secret}, "redirect_uri": {secret}},
			{"grant_type": {"refresh_token"}, "refresh_token": {secret}}, {"grant_type": {secret}},
		} {
			tell(t, s, "/oauth/token", x.app, form)
		}
		for _, path := range []string{"/oauth/introspect", "/oauth/revoke"} {
			tell(t, s, path, x.app, url.Values{"token": {secret}, "token_type_hint": {secret}})
			send(t, s.Request("POST", path, url.Values{"token": {secret}}, "Authorization", "Bearer "+secret))
		}
		b := s.NewBrowser()
		b.Plant("postern_session", secret, "/")
		for _, path := range []string{"/login?flow=", "/consent?flow=", "/reset?token=", "/oauth/authorize?resume=", "/account?x="} {
			b.Get(path + url.QueryEscape(secret))
		}
		b.Post("/reset", url.Values{"token": {secret}, "password": {secrets["a wrong password"]}, "password_again": {"x"}})
		b.Post("/setup", url.Values{"token": {secret}, "password": {secrets["a wrong password"]}, "password_again": {"x"}, "email": {"x"}, "name": {"x"}})
	}
	b := opened(s)
	b.Press("login", url.Values{"username": {"user@example.com"}, "password": {secrets["a wrong password"]}})
	x.b.Post("/account/password", url.Values{"current": {systemtest.Password}, "password": {secrets["a wrong password"]}, "password_again": {"x"}})
}

// walk opens every address with every method, signed in and not, with ids that are none.
func walk(t *testing.T, s *systemtest.Server) {
	t.Helper()
	admin := opened(s)
	admin.SignIn("admin@example.com")
	ids := []string{"x", "%00", "%ff%fe", "..%2f..%2fetc", "'", "%27%20or%201=1--", strings.Repeat("9", 300), storage.NewID(s.Clock.Now()).String(), "%0d%0aX-Evil:1"}
	paths := []string{
		"/", "/login", "/login/switch", "/consent", "/logout", "/setup", "/reset", "/account", "/account/profile", "/account/password", "/account/apps",
		"/account/apps/revoke", "/account/sessions", "/account/sessions/end", "/admin", "/admin/clients", "/admin/users", "/admin/scopes",
		"/admin/scopes/edit", "/admin/keys", "/admin/keys/revoke", "/admin/audit", "/oauth/authorize", "/oauth/token", "/oauth/introspect", "/oauth/revoke",
		"/.well-known/oauth-authorization-server", "/.well-known/jwks.json", "/healthz", "/readyz", "/nothing", "/static/", "/oauth/", "/.git/config",
		"/debug/pprof/", "/metrics", "/.env",
	}
	for _, id := range ids {
		paths = append(paths, "/admin/clients/"+id, "/admin/clients/"+id+"/secrets", "/admin/users/"+id, "/logo/"+id+"/"+id, "/static/"+id, "/"+id)
		for _, query := range []string{"flow", "resume", "token", "after", "q", "name", "kid", "client_id", "object", "from", "kind", "event", "status", "org"} {
			paths = append(paths, "/admin/clients?"+query+"="+id, "/admin/audit?"+query+"="+id, "/admin/users?"+query+"="+id, "/login?"+query+"="+id, "/oauth/authorize?"+query+"="+id)
		}
	}
	form := url.Values{"id": {"\xff"}, "flow": {"\x00"}, "token": {"\xff"}, "decision": {"yes\xff"}, "name": {"\x00"}, "email": {"\xff"}, "password": {"\x00"}}
	for _, path := range paths {
		admin.Get(path)
		s.NewBrowser().Get(path)
		if strings.Contains(path, "?") {
			continue
		}
		for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"} {
			if method == "POST" && path == "/logout" {
				continue
			}
			r := s.Request(method, path, form, "Origin", s.URL)
			for _, c := range admin.Cookies() {
				r.AddCookie(c)
			}
			send(t, r)
		}
	}
}

// IL-01 to IL-06, requirements 23 and 25: of a whole life, hostile requests of every kind included, no answer and no line of
// the log gives away what it should not.
func TestNothingLeaksInAWholeLife(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s, kept, secrets := lived(t, e)
		answers := kept.All()
		if len(answers) < 1000 || strings.Count(s.Log.String(), "\n") < 1000 {
			t.Fatalf("only %d answers and %d lines", len(answers), strings.Count(s.Log.String(), "\n"))
		}
		expectNoFaults(t, answers)
		expectNothingInside(t, answers, secrets)
		expectCleanLog(t, s.Log.String(), secrets)
	})
}

// IL-02 (CWE-248): no fault of ours, whatever was asked.
func expectNoFaults(t *testing.T, answers []systemtest.Answer) {
	t.Helper()
	seen := map[string]bool{}
	for _, a := range answers {
		if where := a.Method + " " + a.Path; a.Status >= 500 && !seen[where] {
			seen[where] = true
			t.Errorf("IL-02 %q: status %d", where, a.Status)
		}
	}
}

// IL-01, IL-03, IL-04 (CWE-209, CWE-200): no answer shows the inside, a secret, or the version of anything.
func expectNothingInside(t *testing.T, answers []systemtest.Answer, secrets map[string]string) {
	t.Helper()
	hidden := []string{"password", "a wrong password", "client secret", "secret of the service", "secret of the poster", "secret of the server", "verifier"}
	for _, a := range answers {
		where := a.Method + " " + a.Path
		if strings.HasPrefix(a.Path, "/static/") && a.Status == http.StatusOK {
			continue
		}
		if found := inside.FindString(a.Body); found != "" {
			t.Errorf("IL-01 %q: %.100q", where, found)
		}
		for _, name := range []string{"Server", "X-Powered-By", "X-AspNet-Version", "Via", "X-Evil"} {
			if a.Header.Get(name) != "" {
				t.Errorf("IL-04 %q: %s: %s", where, name, a.Header.Get(name))
			}
		}
		for _, name := range hidden {
			if strings.Contains(a.Body, secrets[name]) || strings.Contains(a.Header.Get("Location"), url.QueryEscape(secrets[name])) {
				t.Errorf("IL-03 %q: the %s", where, name)
			}
		}
		if a.Header.Get("X-Request-Id") == "" && !strings.HasPrefix(a.Path, "/.well-known/") {
			t.Errorf("%q: no request id", where)
		}
	}
}

// IL-06, IL-08 (CWE-532, CWE-117): the log at its most talkative has no secret, and each line is one record: nothing that a
// caller sent begins a line of its own.
func expectCleanLog(t *testing.T, log string, secrets map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		if i := strings.Index(log, secrets[name]); i >= 0 {
			t.Errorf("IL-06: the %s is in the log: ...%s", name, log[max(0, i-300):i])
		}
	}
	for line := range strings.SplitSeq(strings.TrimSpace(log), "\n") {
		if !strings.HasPrefix(line, `{"time":"`) || !strings.HasSuffix(line, "}") {
			t.Errorf("IL-08: a line that is no record: %.100s", line)
		}
	}
}
