package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"postern/cmd/system/systemtest"
	"postern/storage/storagetest"
)

// daemon is `posternd serve` as a process of its own, which can be killed and started again, and the commands beside it.
// The program is this test's binary under that name (TestMain), so that it is checked for races when the tests are.
type daemon struct {
	t       *testing.T
	issuer  string
	address string
	environ []string
	process *exec.Cmd
	ended   chan struct{}
	log     lockedBuffer
}

type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

const daemonSecret = "a secret for tests alone, and long enough"

// newDaemon is not started yet.
func newDaemon(t *testing.T, database string) *daemon {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	d := &daemon{t: t, address: l.Addr().String()}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	d.issuer = "http://" + d.address
	d.on(database)
	t.Cleanup(func() {
		d.kill()
		for _, bad := range []string{"DATA RACE", "panic:", "goroutine 1 ["} {
			if log := d.log.String(); strings.Contains(log, bad) {
				t.Errorf("the server says:\n%s", log)
			}
		}
	})
	return d
}

// on says which database the next start and the next commands work on.
func (d *daemon) on(database string) {
	d.environ = []string{
		"POSTERN_DATABASE_URL=" + database, "POSTERN_ISSUER=" + d.issuer, "POSTERN_LISTEN=" + d.address,
		"POSTERN_SECRET=" + daemonSecret, "POSTERN_GRANTS_PER_CONSENT=1000", "HOME=" + d.t.TempDir(),
	}
}

// start returns when the server is ready. Another process may have the port for a moment: then it is tried again.
func (d *daemon) start() {
	d.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		d.launch()
		if d.becomesReady(deadline) {
			return
		}
		d.kill()
		if time.Now().After(deadline) {
			d.t.Fatalf("the server is not ready; it says:\n%s", d.log.String())
		}
	}
}

func (d *daemon) launch() {
	d.t.Helper()
	d.process = exec.Command("posternd", "serve")
	d.process.Env, d.process.Dir = d.environ, d.t.TempDir()
	d.process.Stdout, d.process.Stderr = &d.log, &d.log
	if err := d.process.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.ended = make(chan struct{})
	go func(process *exec.Cmd, ended chan struct{}) {
		process.Wait()
		close(ended)
	}(d.process, d.ended)
}

func (d *daemon) becomesReady(deadline time.Time) bool {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for time.Now().Before(deadline) {
		if resp, err := http.Get(d.issuer + "/readyz"); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return true
			}
		}
		select {
		case <-d.ended:
			return false
		case <-tick.C:
		}
	}
	return false
}

// kill ends the server as a crash does, without a word (SIGKILL).
func (d *daemon) kill() {
	if d.process == nil {
		return
	}
	d.process.Process.Kill()
	<-d.ended
	d.process = nil
}

// run runs a command beside the server and returns what it prints.
func (d *daemon) run(stdin string, args ...string) string {
	d.t.Helper()
	cmd := exec.Command("posternd", args...)
	cmd.Env, cmd.Dir, cmd.Stdin = d.environ, d.t.TempDir(), strings.NewReader(stdin)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		d.t.Fatalf("posternd %s: %v: %s", strings.Join(args, " "), err, said.String())
	}
	return string(out)
}

// app is a client, and how it calls a daemon. It does not follow redirects.
type app struct {
	d          *daemon
	id, secret string
	http       http.Client
}

const appRedirect = "https://planner.example/callback"

// addApp registers an app with the command line.
func (d *daemon) addApp(metadata string) *app {
	d.t.Helper()
	var registered struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
	}
	d.decode(d.run(metadata, "client", "add", "--file", "-"), &registered)
	a := &app{d: d, id: registered.ID, secret: registered.Secret}
	a.http.Timeout = 15 * time.Second
	a.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return a
}

func (d *daemon) decode(text string, into any) {
	d.t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		d.t.Fatalf("%v: %s", err, text)
	}
}

// answer is one of the token, introspection and revocation endpoints.
type answer struct {
	Status  int
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	Active  bool   `json:"active"`
	Error   string `json:"error"`
}

// post asks an endpoint. An error is a server that died before it answered.
func (a *app) post(path string, form url.Values) (answer, error) {
	r, err := http.NewRequest(http.MethodPost, a.d.issuer+path, strings.NewReader(form.Encode()))
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(a.id, a.secret)
	resp, err := a.http.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return answer{}, err
	}
	got := answer{Status: resp.StatusCode}
	if len(body) > 0 {
		err = json.Unmarshal(body, &got)
	}
	return got, err
}

// must is post on a server that lives.
func (a *app) must(path string, form url.Values) answer {
	a.d.t.Helper()
	got, err := a.post(path, form)
	if err != nil {
		a.d.t.Fatalf("%s: %v; the server says:\n%s", path, err, a.d.log.String())
	}
	return got
}

func (a *app) refresh(token string) answer {
	a.d.t.Helper()
	return a.must("/oauth/token", refreshForm(token))
}

func (a *app) active(token string) bool {
	a.d.t.Helper()
	return a.must("/oauth/introspect", url.Values{"token": {token}}).Active
}

func refreshForm(token string) url.Values {
	return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}
}

// code asks for a code with the cookies of somebody who has allowed the app, and returns the form that redeems it.
func (a *app) code(cookies string) (url.Values, error) {
	verifier := oauth2.GenerateVerifier()
	c := oauth2.Config{ClientID: a.id, RedirectURL: appRedirect, Endpoint: oauth2.Endpoint{AuthURL: a.d.issuer + "/oauth/authorize"}}
	r, err := http.NewRequest(http.MethodGet, c.AuthCodeURL("s", oauth2.S256ChallengeOption(verifier), oauth2.SetAuthURLParam("scope", "jobs:read")), nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Cookie", cookies)
	resp, err := a.http.Do(r)
	if err != nil {
		return nil, err
	}
	resp.Body.Close()
	to, err := resp.Location()
	if err != nil {
		return nil, err
	}
	return url.Values{
		"grant_type": {"authorization_code"}, "code": {to.Query().Get("code")}, "redirect_uri": {appRedirect}, "code_verifier": {verifier},
	}, nil
}

// signIn signs a user in and allows the app, and returns the browser's cookies.
func (a *app) signIn(email string) string {
	a.d.t.Helper()
	b := systemtest.NewBrowserAt(a.d.t, a.d.issuer)
	b.Get("/oauth/authorize?response_type=code&client_id=" + a.id + "&redirect_uri=" + url.QueryEscape(appRedirect) +
		"&scope=jobs:read&code_challenge_method=S256&code_challenge=" + strings.Repeat("A", 43))
	b.SignIn(email)
	if p := b.Press("allow", nil); p.Away == nil {
		a.d.t.Fatalf("no redirect to the app: %d %s", p.Status, p.Body)
	}
	var cookies []string
	for _, c := range b.Cookies() {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	return strings.Join(cookies, "; ")
}

// furnished is a daemon that runs, with a user, a scope and a web app.
func furnished(t *testing.T, database string) (*daemon, *app, string) {
	t.Helper()
	d := newDaemon(t, database)
	d.run("", "scope", "add", "jobs:read", "--title", "See your jobs")
	d.run(systemtest.Password+"\n", "user", "add", "user@example.com", "--password-stdin")
	a := d.addApp(`{"client_name":"Planner","redirect_uris":["` + appRedirect + `"],"scope":"jobs:*"}`)
	d.start()
	return d, a, a.signIn("user@example.com")
}

// onEngines runs a test on both engines. empty makes another place, without a table, to restore into.
func onEngines(t *testing.T, test func(t *testing.T, database, empty string)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		folder := t.TempDir()
		test(t, "sqlite:"+filepath.Join(folder, "postern.db"), "sqlite:"+filepath.Join(folder, "elsewhere", "postern.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, storagetest.PostgresURL(t), storagetest.EmptyPostgresURL(t))
	})
}
