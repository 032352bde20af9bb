package browser_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"postern/cmd/system/systemtest"
)

// app is a third party's web app: golang.org/x/oauth2 as it comes, on another site than the server (localhost is one to
// browsers, 127.0.0.1 is another).
type app struct {
	t      *testing.T
	url    string
	server *systemtest.Server
	client systemtest.Client
	scopes []string

	mu       sync.Mutex
	verifier string
	token    *oauth2.Token
	failed   string
}

func newApp(t *testing.T, s *systemtest.Server, scopes ...string) *app {
	t.Helper()
	a := &app{t: t, server: s, scopes: scopes}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.page)
	mux.HandleFunc("GET /start", a.start)
	mux.HandleFunc("GET /callback", a.callback)
	mux.HandleFunc("POST /callback", a.callback)
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	h := httptest.NewServer(mux)
	t.Cleanup(h.Close)
	a.url = strings.Replace(h.URL, "127.0.0.1", "localhost", 1)
	return a
}

// redirect is where the app wants people to come back to.
func (a *app) redirect() string { return a.url + "/callback" }

func (a *app) config() *oauth2.Config {
	return &oauth2.Config{
		ClientID: a.client.ID, ClientSecret: a.client.Secret, RedirectURL: a.redirect(), Scopes: a.scopes,
		Endpoint: oauth2.Endpoint{AuthURL: a.server.URL + "/oauth/authorize", TokenURL: a.server.URL + "/oauth/token"},
	}
}

const appPage = `<!doctype html><html lang="en"><head><title>Planner</title></head><body><main><h1 id="app-page">%s</h1></main></body></html>`

func (a *app) page(w http.ResponseWriter, _ *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	text := "Not connected"
	switch {
	case a.failed != "":
		text = "Failed: " + a.failed
	case a.token != nil:
		text = "Connected"
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, appPage, text)
}

// start sends a person to the server, with what the request says beside.
func (a *app) start(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.verifier, a.token, a.failed = oauth2.GenerateVerifier(), nil, ""
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(a.verifier)}
	for name, values := range r.URL.Query() {
		options = append(options, oauth2.SetAuthURLParam(name, values[0]))
	}
	http.Redirect(w, r, a.config().AuthCodeURL("the-state", options...), http.StatusSeeOther)
}

// callback exchanges the code.
func (a *app) callback(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	r.ParseForm()
	switch token, err := a.exchange(r, r.Form); {
	case err != nil:
		a.failed = err.Error()
	default:
		a.token = token
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (a *app) exchange(r *http.Request, answer url.Values) (*oauth2.Token, error) {
	if answer.Get("state") != "the-state" || answer.Get("iss") != a.server.URL {
		return nil, fmt.Errorf("state %q, iss %q", answer.Get("state"), answer.Get("iss"))
	}
	if code := answer.Get("error"); code != "" {
		return nil, fmt.Errorf("%s", code)
	}
	return a.config().Exchange(r.Context(), answer.Get("code"), oauth2.VerifierOption(a.verifier))
}

// refresh gets the next tokens.
func (a *app) refresh() {
	a.t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	old := *a.token
	old.Expiry = time.Now().Add(-time.Minute)
	token, err := a.config().TokenSource(a.t.Context(), &old).Token()
	if err != nil {
		a.t.Fatalf("refresh: %v", err)
	}
	if token.AccessToken == a.token.AccessToken || token.RefreshToken == a.token.RefreshToken {
		a.t.Fatal("the refresh changed nothing")
	}
	a.token = token
}

// active asks the server whether the access token is good.
func (a *app) active() bool {
	a.t.Helper()
	form := url.Values{"token": {a.token.AccessToken}}
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodPost, a.server.URL+"/oauth/introspect", strings.NewReader(form.Encode()))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(url.QueryEscape(a.client.ID), url.QueryEscape(a.client.Secret))
	response, body := systemtest.Do(a.t, r)
	if response.StatusCode != http.StatusOK {
		a.t.Fatalf("introspect: %d %s", response.StatusCode, body)
	}
	return strings.Contains(body, `"active":true`)
}
