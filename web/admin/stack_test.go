package admin_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"postern/authz/catalogue"
	"postern/authz/client"
	"postern/authz/event"
	"postern/authz/grant"
	"postern/authz/identity"
	"postern/authz/key"
	"postern/authz/mirror"
	"postern/authz/overview"
	"postern/authz/token"
	"postern/storage"
	"postern/storage/storagetest"
	"postern/templates"
	"postern/web/admin"
	"postern/web/inbound"
	"postern/web/oauth"
	"postern/web/page"
	"postern/web/session"
	"postern/web/signin"
)

const password = "correct horse battery staple"

var setUp = event.Command("test")

// stack is the real thing over an empty database, SQLite unless said otherwise: every floor, this package's pages, and of the others only what
// a snippet needs to get a token.
type stack struct {
	t       *testing.T
	issuer  string
	store   *storage.Store
	keys    *key.Ring
	people  *identity.Directory
	clients *client.Registry
	scopes  *catalogue.Registry
	board   *overview.Board
	mirror  *mirror.Mirror
	grants  *grant.Server
	org     identity.Organization

	patterns []string // as they were registered
	me       identity.User
	admin    *browser // signed in as me, an administrator
	plain    *browser // signed in as somebody who is none
	visitor  *browser // signed in as nobody
}

func newStack(t *testing.T) *stack {
	t.Helper()
	return newStackOn(t, storagetest.SQLite(t, nil))
}

func newStackOn(t *testing.T, store *storage.Store) *stack {
	t.Helper()
	s := &stack{t: t, store: store}
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.issuer = "http://" + server.Listener.Addr().String()
	s.build()
	server.Config.Handler = s.handler()
	server.Start()
	t.Cleanup(server.Close)

	s.me = s.addUser("admin@example.com", true)
	s.admin, s.plain, s.visitor = s.browser(), s.browser(), s.browser()
	s.addUser("member@example.com", false)
	s.admin.signIn("admin@example.com")
	s.plain.signIn("member@example.com")
	return s
}

func (s *stack) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stack) build() {
	log, ctx := slog.New(slog.DiscardHandler), s.t.Context()
	var err error
	s.keys, err = key.Open(ctx, s.store, key.Config{Secret: []byte("a secret for tests alone, and long enough"), Issuer: s.issuer, Now: time.Now, Logger: log})
	s.must(err)
	mint := token.New(s.keys, s.issuer, time.Now)
	s.people, err = identity.New(identity.Config{Store: s.store, Mint: mint, Now: time.Now, Logger: log})
	s.must(err)
	s.clients = client.NewRegistry(client.Config{Store: s.store, NewSecret: mint.NewClientSecret, Now: time.Now})
	s.scopes = catalogue.New(s.store, time.Now)
	s.board = overview.New(s.store, s.keys, time.Now)
	s.mirror = mirror.New(mirror.Config{Store: s.store, Keys: s.keys, Now: time.Now, Defaults: client.Defaults{
		AccessTTL: time.Hour, JWTTTL: 10 * time.Minute, RefreshTTL: 90 * 24 * time.Hour, RefreshGrace: time.Minute,
	}})
	s.must(s.mirror.Start(ctx))
	s.grants = grant.New(grant.Config{Issuer: s.issuer, Store: s.store, Mirror: s.mirror, Mint: mint, Now: time.Now, Logger: log})
	s.org, err = s.people.EnsureDefaultOrganization(ctx, setUp)
	s.must(err)
}

func (s *stack) handler() http.Handler {
	log := slog.New(slog.DiscardHandler)
	set, err := templates.New(templates.Site{})
	s.must(err)
	pages, sessions := page.New(set, log), session.NewStore(s.people, false)
	in := signin.New(signin.Config{Grants: s.grants, People: s.people, Sessions: sessions, Pages: pages})
	mux := http.NewServeMux()
	add := func(pattern string, h func(http.ResponseWriter, *http.Request) error) {
		s.patterns = append(s.patterns, pattern)
		mux.Handle(pattern, pages.Handle(h))
	}
	admin.New(admin.Config{
		Issuer: s.issuer, People: s.people, Clients: s.clients, Scopes: s.scopes, Board: s.board, Keys: s.keys, Mirror: s.mirror,
		Sessions: sessions, Pages: pages, SignIn: in.SendToSignIn, Announce: 5 * time.Minute, Now: time.Now, Logger: log,
	}).Routes(add, add)
	mux.Handle("GET /oauth/authorize", pages.Handle(in.Authorize))
	mux.Handle("/oauth/token", oauth.New(s.grants, log).Token())
	mux.Handle("/", pages.Handle(func(http.ResponseWriter, *http.Request) error { return page.NotFound() }))
	return inbound.Wrap(inbound.Config{Now: time.Now, Logger: log, Panic: func(w http.ResponseWriter, r *http.Request) {
		s.t.Errorf("%s %s panicked", r.Method, r.URL)
	}}, mux)
}

func (s *stack) addUser(email string, admin bool) identity.User {
	s.t.Helper()
	u, err := s.people.CreateUser(s.t.Context(), setUp, identity.NewUser{Email: email, Password: password, Admin: admin})
	s.must(err)
	return u
}

// addClient registers a web app that is named Planner unless change says otherwise.
func (s *stack) addClient(change func(*client.Metadata)) (client.Row, string) {
	s.t.Helper()
	m := client.Metadata{Name: "Planner", Kind: client.Web, RedirectURIs: []string{"https://planner.example/cb"}}
	if change != nil {
		change(&m)
	}
	row, secret, err := s.clients.Create(s.t.Context(), setUp, m, client.Options{Org: s.org.ID})
	s.must(err)
	return row, secret
}

func (s *stack) addScope(name string) {
	s.t.Helper()
	_, err := s.scopes.Add(s.t.Context(), setUp, catalogue.Scope{Name: name, Title: "See " + name, Group: "Things"})
	s.must(err)
}

// events are the names of what the trail has on an object, newest first.
func (s *stack) events(object, id string) []string {
	s.t.Helper()
	all, _, err := s.board.History(s.t.Context(), object, id, "", 200)
	s.must(err)
	var names []string
	for _, e := range all {
		names = append(names, e.Name)
	}
	return names
}
