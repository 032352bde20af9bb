package demo_test

import (
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"postern/authz/identity"
	"postern/cmd/system/systemtest"
	"postern/storage"
	"postern/storage/storagetest"
	"postern/web/demo"
)

const person = "member@example.com"

// world is the demo's app beside a real server, each on a port of its own, and a person's browser.
type world struct {
	t      *testing.T
	server *systemtest.Server
	app    *httptest.Server
	site   *systemtest.Browser // at the server
	client *http.Client        // at the app: the same person
	user   identity.User
}

func open(t *testing.T, scopes ...string) *world {
	t.Helper()
	s := systemtest.Start(t, database(t), systemtest.Options{})
	s.AddScopes("jobs:read", "jobs:write")
	w := &world{t: t, server: s, user: s.AddUser(person, false), site: s.NewBrowser(), client: newClient(t)}
	w.app = httptest.NewUnstartedServer(nil)
	address := "http://" + w.app.Listener.Addr().String()
	app := s.AddClient(`{"client_name":"Acme Planner","redirect_uris":["` + address + `/callback"],"scope":"jobs:*"}`)
	api := s.AddClient(`{"client_name":"API","kind":"machine","introspect_any_token":true}`)
	if len(scopes) == 0 {
		scopes = []string{"jobs:read", "jobs:write"}
	}
	handler, err := demo.New(demo.Config{
		Issuer: s.URL, URL: address, App: demo.Credentials{ID: app.ID, Secret: app.Secret},
		Resource: demo.Credentials{ID: api.ID, Secret: api.Secret}, Scopes: scopes, Now: time.Now, Logger: slog.New(slog.DiscardHandler),
	})
	must(t, err)
	w.app.Config.Handler = handler
	w.app.Start()
	t.Cleanup(w.app.Close)
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newClient(t *testing.T) *http.Client {
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// answer is what the app answered, unescaped.
type answer struct {
	status         int
	location, text string
	header         http.Header
}

func (w *world) do(method, address string) answer {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, address, nil)
	must(w.t, err)
	return w.send(r)
}

func (w *world) send(r *http.Request) answer {
	w.t.Helper()
	resp, err := w.client.Do(r)
	must(w.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	must(w.t, err)
	return answer{resp.StatusCode, resp.Header.Get("Location"), html.UnescapeString(string(body)), resp.Header}
}

func (w *world) get(path string) answer  { w.t.Helper(); return w.do(http.MethodGet, w.app.URL+path) }
func (w *world) post(path string) answer { w.t.Helper(); return w.do(http.MethodPost, w.app.URL+path) }

// allow takes the person from the app to the server, where they press the button with this id, and returns the answer's
// address at the app.
func (w *world) allow(button string) *url.URL {
	w.t.Helper()
	p := w.site.Get(w.get("/connect").location)
	if p.Has("login-page") {
		p = w.site.SignIn(person)
	}
	if p.Has("consent-page") {
		p = w.site.Press(button, nil)
	}
	if p.Away == nil {
		w.t.Fatalf("the server did not answer the app: status %d at %s\n%s", p.Status, p.URL, p.Body)
	}
	return p.Away
}

// connect is the whole way.
func (w *world) connect() {
	w.t.Helper()
	if a := w.do(http.MethodGet, w.allow("allow").String()); a.location != "/connected" {
		w.t.Fatalf("the app did not take the answer: status %d\n%s", a.status, a.text)
	}
}

func want(t *testing.T, a answer, status int, texts ...string) {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d:\n%s", a.status, status, a.text)
	}
	for _, text := range texts {
		if !strings.Contains(a.text, text) {
			t.Errorf("the page does not say %q:\n%s", text, a.text)
		}
	}
}

func TestFromConnectToForget(t *testing.T) {
	t.Parallel()
	w := open(t)
	want(t, w.get("/"), http.StatusOK, "Connect with", `href="/connect"`)
	w.connect()
	a := w.get("/connected")
	want(t, a, http.StatusOK, "jobs:read", "jobs:write", "pat_", "prt_", "Bearer")
	if w.get("/connected").text == "" || strings.Contains(a.text, "eyJ") {
		t.Error("the page cannot be opened twice")
	}
	want(t, w.post("/call"), http.StatusOK, "The API answered 200", "Water the plants", w.user.ID.String())
	if a := w.post("/refresh"); a.location != "/connected" {
		t.Fatalf("refresh: status %d\n%s", a.status, a.text)
	}
	want(t, w.get("/connected"), http.StatusOK, "A new access token")
	want(t, w.post("/call"), http.StatusOK, "The API answered 200")
	if a := w.post("/forget"); a.location != "/" {
		t.Fatalf("forget: status %d\n%s", a.status, a.text)
	}
	want(t, w.get("/"), http.StatusOK, "Connect with")
	for _, path := range []string{"/call", "/refresh"} {
		if a := w.post(path); a.location != "/" {
			t.Errorf("%s after forgetting: status %d", path, a.status)
		}
	}
	clients, users, orgs, live, err := w.server.Store.Totals(t.Context())
	if err != nil || live != 0 {
		t.Errorf("%d live grants after the token was given back (%d clients, %d users, %d organizations), %v", live, clients, users, orgs, err)
	}
}

func TestThePersonSaysNo(t *testing.T) {
	t.Parallel()
	w := open(t)
	a := w.do(http.MethodGet, w.allow("deny").String())
	want(t, a, http.StatusOK, "You chose not to allow it.", "access_denied", `href="/connect"`)
	want(t, w.get("/"), http.StatusOK, "Connect with")
}

func TestAnswersThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	w := open(t)
	change := func(u *url.URL, name, value string) string {
		query := u.Query()
		query.Set(name, value)
		if value == "" {
			query.Del(name)
		}
		return u.Scheme + "://" + u.Host + u.Path + "?" + query.Encode()
	}
	for _, row := range []struct{ name, param, value, want string }{
		{"RFC 6749 10.12 no state", "state", "", "invalid_state"},
		{"RFC 6749 10.12 another state", "state", "x", "invalid_state"},
		{"RFC 9207 2.4 no issuer", "iss", "", "invalid_issuer"},
		{"RFC 9207 2.4 another issuer", "iss", "https://evil.example", "invalid_issuer"},
		{"RFC 6749 4.1.2 a code that is none", "code", "pac_x", "invalid_grant"},
	} {
		want(t, w.do(http.MethodGet, change(w.allow("allow"), row.param, row.value)), http.StatusBadRequest, row.want)
		want(t, w.get("/"), http.StatusOK, "Connect with")
	}
	good := w.allow("allow").String()
	victim := w.client
	w.client = newClient(t)
	want(t, w.do(http.MethodGet, good), http.StatusBadRequest, "invalid_state") // in another browser
	w.client = victim
	if a := w.do(http.MethodGet, good); a.location != "/connected" {
		t.Fatalf("the right answer: status %d\n%s", a.status, a.text)
	}
	want(t, w.do(http.MethodGet, good), http.StatusBadRequest, "invalid_state") // twice
	want(t, w.get("/connected"), http.StatusOK, "Your account is connected")
}

func TestTheAPISeesARevocationAtOnce(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.connect()
	want(t, w.post("/call"), http.StatusOK, "The API answered 200")
	if _, err := w.server.People.RevokeAllConsents(t.Context(), systemtest.Actor, w.user.ID); err != nil {
		t.Fatal(err)
	}
	want(t, w.post("/call"), http.StatusOK, "The API answered 401", "invalid_token")
	want(t, w.post("/refresh"), http.StatusBadRequest, "invalid_grant")
	want(t, w.get("/"), http.StatusOK, "Connect with")
}

func TestTheAPIWantsTheScope(t *testing.T) {
	t.Parallel()
	w := open(t, "jobs:write")
	w.connect()
	want(t, w.post("/call"), http.StatusOK, "The API answered 403", "insufficient_scope")
}

func TestTheAPIByItself(t *testing.T) {
	t.Parallel()
	w := open(t)
	machine := w.server.AddClient(`{"client_name":"Backend","kind":"machine","scope":"jobs:*"}`)
	token, err := (&clientcredentials.Config{
		ClientID: machine.ID, ClientSecret: machine.Secret, TokenURL: w.server.URL + "/oauth/token",
		Scopes: []string{"jobs:read"}, AuthStyle: oauth2.AuthStyleInHeader,
	}).Token(t.Context())
	must(t, err)
	for _, row := range []struct {
		name, authorization string
		status              int
		challenge           string
	}{
		{"RFC 6750 3.1 no token", "", http.StatusUnauthorized, `Bearer realm="Acme Planner"`},
		{"RFC 6750 2.1 another scheme", "Basic dTpw", http.StatusUnauthorized, `Bearer realm="Acme Planner"`},
		{"RFC 6750 3.1 a token that is none", "Bearer pat_x", http.StatusUnauthorized, `Bearer realm="Acme Planner", error="invalid_token"`},
		{"RFC 9110 11.1 schemes are case-insensitive", "bearer " + token.AccessToken, http.StatusOK, ""},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.app.URL+"/api/jobs", nil)
		must(t, err)
		if row.authorization != "" {
			r.Header.Set("Authorization", row.authorization)
		}
		if a := w.send(r); a.status != row.status || a.header.Get("WWW-Authenticate") != row.challenge {
			t.Errorf("%s: status %d, challenge %s", row.name, a.status, a.header.Get("WWW-Authenticate"))
		}
	}
}

func TestOtherSitesFormsAreRefused(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.connect()
	for _, path := range []string{"/call", "/refresh", "/forget"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.app.URL+path, nil)
		must(t, err)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if a := w.send(r); a.status != http.StatusForbidden {
			t.Errorf("%s from another site: status %d", path, a.status)
		}
	}
}

func TestTheServerIsAway(t *testing.T) {
	t.Parallel()
	w := open(t)
	w.server.HTTP.Close()
	want(t, w.get("/connect"), http.StatusBadGateway, "server_unreachable")
}

func database(t *testing.T) storage.Config { return storage.Config{URL: storagetest.SQLiteURL(t)} }
