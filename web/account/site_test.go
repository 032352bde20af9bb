package account_test

import (
	"bytes"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"postern/authz/catalogue"
	"postern/authz/client"
	"postern/authz/event"
	"postern/authz/identity"
	"postern/authz/key"
	"postern/authz/mirror"
	"postern/authz/token"
	"postern/storage"
	"postern/storage/storagetest"
	"postern/templates"
	"postern/web/account"
	"postern/web/inbound"
	"postern/web/page"
	"postern/web/session"
)

const (
	issuer   = "http://localhost"
	password = "correct horse battery"
	firefox  = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
)

var tester = event.Command("test")

// site is this package's pages over everything below them, with a clock that tests move.
type site struct {
	t       *testing.T
	people  *identity.Directory
	clients *client.Registry
	store   *storage.Store
	server  *httptest.Server
	offset  atomic.Int64
}

func (s *site) now() time.Time { return time.Now().Add(time.Duration(s.offset.Load())) }

func (s *site) pass(d time.Duration) { s.offset.Add(int64(d)) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T) *site {
	t.Helper()
	s := &site{t: t}
	store := storagetest.SQLite(t, s.now)
	s.store = store
	log := slog.New(slog.DiscardHandler)
	ring, err := key.Open(t.Context(), store, key.Config{
		Secret: bytes.Repeat([]byte("s"), 32), Issuer: issuer, Now: s.now, Logger: log,
	})
	must(t, err)
	mint := token.New(ring, issuer, s.now)
	s.people, err = identity.New(identity.Config{Store: store, Mint: mint, Now: s.now, Logger: log, SessionIdle: 90 * 24 * time.Hour, SessionTTL: 400 * 24 * time.Hour})
	must(t, err)
	s.clients = client.NewRegistry(client.Config{Store: store, NewSecret: mint.NewClientSecret, Now: s.now})
	copies := mirror.New(mirror.Config{Store: store, Now: s.now, Defaults: client.Defaults{AccessTTL: time.Hour, JWTTTL: 10 * time.Minute}})
	must(t, copies.Start(t.Context()))
	scopes := catalogue.New(store, s.now)
	for name, title := range map[string]string{"jobs:read": "See your jobs", "jobs:write": "Start and change jobs"} {
		_, err := scopes.Add(t.Context(), tester, catalogue.Scope{Name: name, Title: title})
		must(t, err)
	}
	s.serve(copies, log)
	return s
}

// serve mounts the pages as the web floor does. The sign-in page is a stub that tells where it leads.
func (s *site) serve(copies *mirror.Mirror, log *slog.Logger) {
	set, err := templates.New(templates.Site{})
	must(s.t, err)
	pages := page.New(set, log)
	mux := http.NewServeMux()
	guard := http.NewCrossOriginProtection()
	account.New(account.Config{
		People: s.people, Clients: s.clients, Mirror: copies, Sessions: session.NewStore(s.people, false), Pages: pages,
		SignIn: func(w http.ResponseWriter, _ *http.Request, next string) error {
			page.Redirect(w, "/login?next="+next)
			return nil
		},
	}).Routes(
		func(pattern string, h func(http.ResponseWriter, *http.Request) error) {
			mux.Handle(pattern, pages.Handle(h))
		},
		func(pattern string, h func(http.ResponseWriter, *http.Request) error) {
			mux.Handle(pattern, guard.Handler(pages.Handle(h)))
		},
	)
	s.server = httptest.NewServer(inbound.Wrap(inbound.Config{Now: s.now, Logger: log}, mux))
	s.t.Cleanup(s.server.Close)
}

// user makes a member of the default organization.
func (s *site) user(email string) identity.User {
	s.t.Helper()
	u, err := s.people.CreateUser(s.t.Context(), tester, identity.NewUser{Email: email, Name: "User", Password: password})
	must(s.t, err)
	return u
}

// app registers a web app and has u allow it, for their organization, what scopes says.
func (s *site) app(u identity.User, m client.Metadata, scopes ...string) identity.Consent {
	s.t.Helper()
	m.Kind, m.RedirectURIs = client.Web, []string{"https://app.example/callback"}
	memberships, err := s.people.Memberships(s.t.Context(), u.ID)
	must(s.t, err)
	row, _, err := s.clients.Create(s.t.Context(), tester, m, client.Options{Org: memberships[0].OrgID})
	must(s.t, err)
	return s.allow(u, row, memberships[0].OrgID, scopes...)
}

func (s *site) allow(u identity.User, row client.Row, org identity.ID, scopes ...string) identity.Consent {
	s.t.Helper()
	c, err := s.people.Allow(s.t.Context(), tester, identity.ConsentInput{
		UserID: u.ID, ClientID: row.ID, OrgID: org, Scopes: scopes, RedirectHost: "app.example", PublisherID: row.OrgID,
	})
	must(s.t, err)
	return c
}

// browser is one of a person's browsers, signed in.
type browser struct {
	s    *site
	http *http.Client
}

func (s *site) signIn(u identity.User) *browser {
	s.t.Helper()
	signed, err := s.people.SignIn(s.t.Context(), identity.Attempt{
		Email: u.Email, Password: password, Address: netip.MustParseAddr("192.0.2.7"), UserAgent: firefox,
	})
	must(s.t, err)
	b := s.stranger()
	b.http.Jar.SetCookies(b.url("/"), []*http.Cookie{session.Cookie("postern_session", signed.SessionCookie, false, 0)})
	return b
}

// stranger is a browser that is not signed in.
func (s *site) stranger() *browser {
	jar, err := cookiejar.New(nil)
	must(s.t, err)
	return &browser{s, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (b *browser) url(path string) *url.URL {
	u, err := url.Parse(b.s.server.URL + path)
	must(b.s.t, err)
	return u
}

// cookie is the session's.
func (b *browser) cookie() string {
	for _, c := range b.http.Jar.Cookies(b.url("/")) {
		if c.Name == "postern_session" {
			return c.Value
		}
	}
	return ""
}

// answer is what came back, unescaped.
type answer struct {
	status         int
	location, text string
}

func (b *browser) get(path string) answer {
	b.s.t.Helper()
	return b.do(http.MethodGet, path, nil)
}

func (b *browser) post(path string, form url.Values) answer {
	b.s.t.Helper()
	return b.do(http.MethodPost, path, form)
}

func (b *browser) do(method, path string, form url.Values) answer {
	b.s.t.Helper()
	r, err := http.NewRequestWithContext(b.s.t.Context(), method, b.url(path).String(), strings.NewReader(form.Encode()))
	must(b.s.t, err)
	r.Header.Set("X-Request-Id", "the-request")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := b.http.Do(r)
	must(b.s.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	must(b.s.t, err)
	return answer{resp.StatusCode, resp.Header.Get("Location"), html.UnescapeString(string(body))}
}

// act posts a form that has to work: it leads to the page at next, which says what was done, and says it once.
func (b *browser) act(path string, form url.Values, next, said string) {
	b.s.t.Helper()
	if a := b.post(path, form); a.status != http.StatusSeeOther || a.location != next {
		b.s.t.Fatalf("%s: status %d to %q, want 303 to %s", path, a.status, a.location, next)
	}
	if a := b.get(next); a.status != http.StatusOK || !strings.Contains(a.text, said) {
		b.s.t.Fatalf("%s: status %d, does not say %q:\n%s", next, a.status, said, a.text)
	}
	if strings.Contains(b.get(next).text, said) {
		b.s.t.Errorf("%s says twice: %s", next, said)
	}
}

// wantText fails unless a is a page that has every one of texts.
func wantText(t *testing.T, a answer, status int, texts ...string) {
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
