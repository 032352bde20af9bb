package system_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/cmd/system/systemtest"
	"postern/storage"
	"postern/storage/storagetest"
)

// shortGrace stands for outage_grace, so that a test sees both sides of it.
const shortGrace = 2 * time.Second

// outage is a server whose PostgreSQL can go away, and what its clients hold.
type outage struct {
	session
	proxy   *storagetest.Proxy
	machine systemtest.Client
	strange systemtest.Client // registered, but not in memory
	live    tokens
	dead    tokens // its access token is revoked
}

func newOutage(t *testing.T) outage {
	t.Helper()
	direct := storagetest.PostgresURL(t)
	o := outage{proxy: storagetest.NewProxy(t, direct)}
	s := systemtest.Start(t, storage.Config{URL: o.proxy.URL(direct), MaxConns: 8, OutageGrace: shortGrace}, systemtest.Options{})
	s.AddScopes("jobs:read", "jobs:write", "teams.read", "secret.read")
	s.AddUser("user@example.com", false)
	o.session = allowed(t, s, webApp)
	o.machine, o.strange = s.AddClient(machine), s.AddClient(machine)
	awaitTrust(t, s, storage.TrustFresh)
	o.live, o.dead = o.tokens(t), o.tokens(t)
	if code, body := post(t, s, "/oauth/revoke", o.app, url.Values{"token": {o.dead.Access}}); code != http.StatusOK {
		t.Fatalf("revocation: %d %s", code, body)
	}
	if a := tokenRequest(t, s, o.machine, credentials("jobs:read")); a.status != http.StatusOK {
		t.Fatalf("client credentials: %d", a.status)
	}
	return o
}

// answer of one request. Unlike the other tests' requests it may fail, and is judged by its caller.
func (o outage) answer(t *testing.T, path string, c systemtest.Client, form url.Values) (*http.Response, string) {
	t.Helper()
	r := formRequest(t, o.s.URL+path, form)
	r.SetBasicAuth(c.ID, c.Secret)
	return systemtest.Do(t, r)
}

// away fails unless the answer is 503 with Retry-After and a clean document: JSON with a request id that tells nothing of
// the inside.
func away(t *testing.T, what string, resp *http.Response, body string) {
	t.Helper()
	var document map[string]string
	err := json.Unmarshal([]byte(body), &document)
	switch {
	case resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "":
		t.Errorf("%s: %d %s, want 503 with Retry-After", what, resp.StatusCode, body)
	case err != nil || document["error"] != "temporarily_unavailable" || document["request_id"] == "":
		t.Errorf("%s: the document is %s", what, body)
	case leaks(body):
		t.Errorf("%s: the answer tells of the inside: %s", what, body)
	}
}

func leaks(body string) bool {
	for _, word := range []string{"127.0.0.1", "pgx", "dial", "sql", "goroutine", "context deadline"} {
		if strings.Contains(strings.ToLower(body), word) {
			return true
		}
	}
	return false
}

// writesAreRefused holds in every moment of an outage: nothing that has to be written is said to be.
func (o outage) writesAreRefused(t *testing.T, code url.Values) {
	t.Helper()
	for what, f := range map[string]func() (*http.Response, string){
		"code exchange": func() (*http.Response, string) { return o.answer(t, "/oauth/token", o.app, clone(code)) },
		"refresh": func() (*http.Response, string) {
			return o.answer(t, "/oauth/token", o.app, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {o.live.Refresh}})
		},
		"revocation of a refresh token": func() (*http.Response, string) {
			return o.answer(t, "/oauth/revoke", o.app, url.Values{"token": {o.live.Refresh}})
		},
		"revocation of an access token": func() (*http.Response, string) {
			return o.answer(t, "/oauth/revoke", o.app, url.Values{"token": {o.live.Access}})
		},
		"a client that is not in memory": func() (*http.Response, string) {
			return o.answer(t, "/oauth/token", o.strange, credentials("jobs:read"))
		},
		"a client that may not exist": func() (*http.Response, string) {
			return o.answer(t, "/oauth/token", systemtest.Client{ID: "nobody", Secret: "x"}, credentials("jobs:read"))
		},
		"introspection of a refresh token": func() (*http.Response, string) {
			return o.answer(t, "/oauth/introspect", o.app, url.Values{"token": {o.live.Refresh}})
		},
	} {
		resp, body := f()
		away(t, what, resp, body)
	}
	o.pageIsClean(t)
	o.signInIsAway(t)
	if got := status(t, o.s, "/readyz"); got != http.StatusServiceUnavailable {
		t.Errorf("/readyz: %d", got)
	}
	if got := status(t, o.s, "/healthz"); got != http.StatusOK {
		t.Errorf("/healthz: %d", got)
	}
}

func (o outage) pageIsClean(t *testing.T) {
	t.Helper()
	resp, body := systemtest.Do(t, o.s.Request(http.MethodGet, o.c.AuthCodeURL("s")+"&code_challenge_method=S256&code_challenge="+strings.Repeat("A", 43), nil,
		"Cookie", "postern_session="+o.b.Cookie("postern_session")))
	switch {
	case resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "":
		t.Errorf("the authorization page: %d, want 503 with Retry-After", resp.StatusCode)
	case !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") || !strings.Contains(body, resp.Header.Get("X-Request-Id")):
		t.Errorf("the authorization page is %s without its request id", resp.Header.Get("Content-Type"))
	case strings.Contains(body, "pgx") || strings.Contains(body, "dial tcp"):
		t.Errorf("the page tells of the inside: %s", body)
	}
}

// signInIsAway: somebody who types the right password is told neither that it is wrong nor that they are in.
func (o outage) signInIsAway(t *testing.T) {
	t.Helper()
	b := o.s.NewBrowser()
	b.Get("/login")
	p := b.SignIn("user@example.com")
	if p.Status != http.StatusServiceUnavailable || p.Header.Get("Retry-After") == "" || b.Cookie("postern_session") != "" {
		t.Errorf("sign-in: %d at %s, want 503 with Retry-After and no session", p.Status, p.URL)
	}
}

// load asks without end what must never be answered wrongly, and counts what was.
type load struct {
	wrong   sync.Map // what: how
	served  atomic.Int64
	refused atomic.Int64
	stop    chan struct{}
	done    sync.WaitGroup
}

func (o outage) load(t *testing.T) *load {
	l := &load{stop: make(chan struct{})}
	questions := []struct {
		what, path string
		client     systemtest.Client
		form       url.Values
		right      string // how a 200 begins
	}{
		{"client credentials", "/oauth/token", o.machine, credentials("jobs:read"), `{"access_token":`},
		{"a live token", "/oauth/introspect", o.app, url.Values{"token": {o.live.Access}}, `{"active":true`},
		{"a revoked token", "/oauth/introspect", o.app, url.Values{"token": {o.dead.Access}}, `{"active":false`},
	}
	for _, q := range questions {
		l.done.Go(func() {
			pace := time.NewTicker(2 * time.Millisecond) // others test on this machine too
			defer pace.Stop()
			for {
				select {
				case <-l.stop:
					return
				case <-pace.C:
				}
				resp, body := o.answer(t, q.path, q.client, clone(q.form))
				switch {
				case resp.StatusCode == http.StatusOK && strings.HasPrefix(body, q.right):
					l.served.Add(1)
				case resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("Retry-After") != "":
					l.refused.Add(1)
				default:
					l.wrong.Store(q.what, fmt.Sprintf("%d %s", resp.StatusCode, body))
				}
			}
		})
	}
	return l
}

func (l *load) end(t *testing.T) {
	t.Helper()
	close(l.stop)
	l.done.Wait()
	l.wrong.Range(func(what, how any) bool { t.Errorf("%v: wrong answer: %v", what, how); return true })
	if l.served.Load() == 0 || l.refused.Load() == 0 {
		t.Errorf("%d served and %d refused: the load saw no outage", l.served.Load(), l.refused.Load())
	}
	t.Logf("under load: %d served, %d refused", l.served.Load(), l.refused.Load())
}

// PostgreSQL goes away under load, for longer than outage_grace, and comes back. While the grace lasts, what is in memory
// goes on: client credentials and introspection. All else is 503, for what cannot be known is neither granted nor denied.
// Nobody restarts anything.
func TestPostgresGoesAwayAndComesBack(t *testing.T) {
	t.Parallel()
	for _, fault := range []struct {
		name  string
		begin func(*storagetest.Proxy)
		clean bool // what was asked meanwhile cannot have arrived, not even late
	}{
		{"connections are refused", (*storagetest.Proxy).Cut, true},
		{"packets vanish", (*storagetest.Proxy).Stall, false},
	} {
		t.Run(fault.name, func(t *testing.T) {
			t.Parallel()
			o := newOutage(t)
			code := o.code(t)
			l := o.load(t)
			fault.begin(o.proxy)
			awaitTrust(t, o.s, storage.TrustOutage)
			o.memoryGoesOn(t)
			if fault.clean { // else each refusal takes longer than the grace
				o.writesAreRefused(t, code)
			}
			awaitTrust(t, o.s, storage.TrustNone)
			o.memoryIsOver(t)
			o.writesAreRefused(t, code)
			o.proxy.Heal()
			systemtest.Poll(t, "ready again", 10*time.Second, func() bool { return status(t, o.s, "/readyz") == http.StatusOK })
			o.recovered(t)
			if fault.clean {
				o.unharmed(t, code)
			}
			l.end(t)
			if log := o.s.Log.String(); strings.Contains(log, "panic") {
				t.Error("something panicked")
			}
		})
	}
}

func (o outage) memoryGoesOn(t *testing.T) {
	t.Helper()
	if resp, body := o.answer(t, "/oauth/token", o.machine, credentials("jobs:read")); resp.StatusCode != http.StatusOK {
		t.Errorf("client credentials within the grace: %d %s", resp.StatusCode, body)
	}
	for token, want := range map[string]string{o.live.Access: `{"active":true`, o.dead.Access: `{"active":false`} {
		resp, body := o.answer(t, "/oauth/introspect", o.app, url.Values{"token": {token}})
		if resp.StatusCode != http.StatusOK || !strings.HasPrefix(body, want) {
			t.Errorf("introspection within the grace: %d %s, want %s", resp.StatusCode, body, want)
		}
	}
}

func (o outage) memoryIsOver(t *testing.T) {
	t.Helper()
	resp, body := o.answer(t, "/oauth/token", o.machine, credentials("jobs:read"))
	away(t, "client credentials after the grace", resp, body)
	for _, token := range []string{o.live.Access, o.dead.Access} {
		resp, body := o.answer(t, "/oauth/introspect", o.app, url.Values{"token": {token}})
		away(t, "introspection after the grace", resp, body)
	}
}

// recovered: what was refused works.
func (o outage) recovered(t *testing.T) {
	t.Helper()
	if active(t, o.s, o.app, o.dead.Access) {
		t.Error("a revoked token is active again")
	}
	if a := tokenRequest(t, o.s, o.strange, credentials("jobs:read")); a.status != http.StatusOK {
		t.Errorf("a client that was not in memory: %d %s", a.status, a.Text)
	}
	if a := tokenRequest(t, o.s, o.app, o.code(t)); a.status != http.StatusOK {
		t.Errorf("code exchange: %d %s", a.status, a.Text)
	}
}

// unharmed: what was refused has not been done in secret, so that whoever asks again gets what they wanted.
func (o outage) unharmed(t *testing.T, code url.Values) {
	t.Helper()
	if a := tokenRequest(t, o.s, o.app, code); a.status != http.StatusOK {
		t.Errorf("the code that was refused: %d %s", a.status, a.Text)
	}
	if a := refresh(t, o.s, o.app, o.live.Refresh); a.status != http.StatusOK {
		t.Errorf("the refresh token that was refused: %d %s", a.status, a.Text)
	}
	if !active(t, o.s, o.app, o.live.Access) {
		t.Error("a token whose revocation was refused is revoked")
	}
}
