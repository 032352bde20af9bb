// Package systemtest runs the real server for tests: every floor, a real database, a real listener, and a browser with a
// cookie jar that fills in forms as a person would. Time is real, plus what a test adds to it.
package systemtest

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/authz/client"
	"postern/authz/event"
	"postern/authz/identity"
	"postern/authz/scope"
	"postern/cmd/system"
	"postern/storage"
)

// Password is every test user's.
const Password = "correct horse battery staple"

// Actor is who sets tests up.
var Actor = event.Command("test")

// Server is a running server.
type Server struct {
	*system.System
	URL   string // the issuer
	Clock *Clock
	Log   *Log
	HTTP  *httptest.Server
	Org   storage.ID // the default organization
	tb    testing.TB
}

// Clock is real time plus an offset, until it is stopped.
type Clock struct{ offset, stopped atomic.Int64 }

// Now is the time here.
func (c *Clock) Now() time.Time {
	now := time.Now()
	if at := c.stopped.Load(); at != 0 {
		now = time.Unix(0, at)
	}
	return now.Add(time.Duration(c.offset.Load()))
}

// Stop lets time pass by Advance alone: what a slow machine takes does not count.
func (c *Clock) Stop() { c.stopped.CompareAndSwap(0, time.Now().UnixNano()) }

// Advance lets time pass.
func (c *Clock) Advance(d time.Duration) { c.offset.Add(int64(d)) }

// Log keeps what the server logged.
type Log struct {
	mu   sync.Mutex
	text []byte
}

// Write adds b.
func (l *Log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, b...)
	return len(b), nil
}

// String returns all of it.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text)
}

// Options change what Start does.
type Options struct {
	Config func(*system.Config) // last changes to the configuration
	Wrap   func(http.Handler) http.Handler
}

// Start runs a server over the migrated database that c names.
func Start(tb testing.TB, c storage.Config, o Options) *Server {
	tb.Helper()
	s := &Server{Clock: &Clock{}, Log: &Log{}, tb: tb}
	s.HTTP = httptest.NewUnstartedServer(http.NotFoundHandler())
	s.URL = "http://" + s.HTTP.Listener.Addr().String()
	c.Now = s.Clock.Now
	config := system.Config{
		Issuer: s.URL, Store: c, Secret: []byte("a secret for tests alone, and long enough"),
		Defaults: client.Defaults{
			AccessTTL: time.Hour, JWTTTL: 10 * time.Minute, RefreshTTL: 90 * 24 * time.Hour, RefreshIdle: 30 * 24 * time.Hour,
			RefreshGrace: time.Minute,
		},
		CodeTTL: time.Minute, KeepLive: 20, JWKSMaxAge: 5 * time.Minute,
		Logger: slog.New(slog.NewJSONHandler(s.Log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if o.Config != nil {
		o.Config(&config)
	}
	s.open(config, o)
	return s
}

func (s *Server) open(config system.Config, o Options) {
	s.tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var err error
	s.System, err = system.Open(ctx, config)
	must(s.tb, err)
	must(s.tb, s.System.Start(ctx))
	org, err := s.People.EnsureDefaultOrganization(ctx, Actor)
	must(s.tb, err)
	s.Org = org.ID
	handler, err := s.System.Handler()
	must(s.tb, err)
	if o.Wrap != nil {
		handler = o.Wrap(handler)
	}
	s.HTTP.Config.Handler = handler
	s.HTTP.Start()
	s.tb.Cleanup(func() {
		s.HTTP.Close()
		cancel()
		if err := s.System.Close(); err != nil {
			s.tb.Logf("close: %v", err)
		}
	})
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// AddUser makes a user with Password.
func (s *Server) AddUser(email string, admin bool) identity.User {
	s.tb.Helper()
	u, err := s.People.CreateUser(s.tb.Context(), Actor, identity.NewUser{Email: email, Password: Password, Admin: admin})
	must(s.tb, err)
	return u
}

// AddScopes adds scopes to the catalogue, with their name as title.
func (s *Server) AddScopes(names ...string) {
	s.tb.Helper()
	for _, name := range names {
		s.AddScope(scope.Scope{Name: name, Title: "Title of " + name, Group: "Things", Kind: "read"})
	}
}

// AddScope adds one scope.
func (s *Server) AddScope(row scope.Scope) {
	s.tb.Helper()
	row.CreatedAt, row.UpdatedAt = s.Clock.Now(), s.Clock.Now()
	must(s.tb, s.Store.Tx(s.tb.Context(), func(tx *storage.Tx) error { return tx.InsertScope(s.tb.Context(), row) }))
}

// Client is a registered client.
type Client struct {
	ID, Secret, Redirect string
}

// AddClient registers a client from RFC 7591 metadata.
func (s *Server) AddClient(metadata string) Client {
	s.tb.Helper()
	m, err := client.Decode([]byte(metadata))
	must(s.tb, err)
	row, secret, err := s.Clients.Create(s.tb.Context(), Actor, m, client.Options{})
	must(s.tb, err)
	c := Client{ID: row.ID, Secret: secret}
	if len(m.RedirectURIs) > 0 {
		c.Redirect = m.RedirectURIs[0]
	}
	return c
}

// Do sends a request and reads the answer, without following redirects.
func Do(tb testing.TB, r *http.Request) (*http.Response, string) {
	tb.Helper()
	resp, err := http.DefaultTransport.RoundTrip(r)
	must(tb, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 4<<20))
	must(tb, err)
	return resp, string(body)
}
