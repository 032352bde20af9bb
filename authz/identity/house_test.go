package identity

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"postern/authz/event"
	"postern/authz/key"
	"postern/authz/password"
	"postern/authz/token"
	"postern/storage"
	"postern/storage/storagetest"
)

// house is a Directory over an empty database, with a clock that tests move.
type house struct {
	*Directory
	mu    sync.Mutex
	clock time.Time
}

var (
	home   = netip.MustParseAddr("192.0.2.7")
	afar   = netip.MustParseAddr("198.51.100.9")
	tester = event.Actor{Kind: event.KindCommand, ID: "test", Name: "test"}
)

const (
	good  = "correct horse battery"
	other = "staple of the stable"
)

// engines runs a test on both engines.
func engines(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	for name, open := range map[string]func(*testing.T, func() time.Time) *storage.Store{
		"sqlite":   func(t *testing.T, now func() time.Time) *storage.Store { return storagetest.SQLite(t, now) },
		"postgres": func(t *testing.T, now func() time.Time) *storage.Store { return storagetest.Postgres(t, now) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &house{clock: time.Now().UTC().Truncate(time.Second)}
			store := open(t, h.time)
			log := slog.New(slog.DiscardHandler)
			ring, err := key.Open(t.Context(), store, key.Config{
				Secret: bytes.Repeat([]byte("s"), 32), Issuer: "https://id.example", Now: h.time, Logger: log,
			})
			if err != nil {
				t.Fatal(err)
			}
			h.Directory, err = New(Config{
				Store: store, Mint: token.New(ring, "https://id.example", h.time), Now: h.time, Logger: log,
			})
			if err != nil {
				t.Fatal(err)
			}
			test(t, h)
		})
	}
}

func (h *house) time() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clock
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock = h.clock.Add(d)
}

// goodHash is computed once: each takes a core for some time, and under the race detector a long one.
var goodHash = sync.OnceValues(func() (string, error) { return password.New().Hash(context.Background(), good) })

// user makes one with the password good.
func (h *house) user(t *testing.T, email string, admin bool) User {
	t.Helper()
	hash, err := goodHash()
	if err != nil {
		t.Fatal(err)
	}
	u, err := h.CreateUser(t.Context(), tester, NewUser{Email: email, PasswordHash: hash, Admin: admin})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func attempt(email, password string) Attempt {
	return Attempt{Email: email, Password: password, Address: home, UserAgent: "Firefox/140.0 Linux", RequestID: "r1"}
}

func (h *house) signIn(t *testing.T, email string) SignedIn {
	t.Helper()
	in, err := h.SignIn(t.Context(), attempt(email, good))
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// signedIn tells whether a cookie still is a session.
func (h *house) signedIn(t *testing.T, cookie string) bool {
	t.Helper()
	_, _, err := h.Session(t.Context(), cookie)
	if err != nil && !errors.Is(err, ErrNoSession) {
		t.Fatal(err)
	}
	return err == nil
}

// app registers an app of the default organization and returns its id and publisher.
func (h *house) app(t *testing.T, id string) (string, ID) {
	t.Helper()
	org, err := h.EnsureDefaultOrganization(t.Context(), tester)
	if err != nil {
		t.Fatal(err)
	}
	now := h.time()
	h.tx(t, func(tx *storage.Tx) error {
		return tx.InsertClient(t.Context(), storage.Client{
			ID: id, OrgID: org.ID, Kind: "web", Name: id, Metadata: "{}", Epoch: 1, Version: 1, CreatedAt: now, UpdatedAt: now,
		})
	})
	return id, org.ID
}

// grant gives an app a live grant.
func (h *house) grant(t *testing.T, u User, clientID string, org, consent ID) ID {
	t.Helper()
	now := h.time()
	g := storage.Grant{
		ID: storage.NewID(now), ClientID: clientID, UserID: u.ID, OrgID: org, ConsentID: consent, Scopes: []string{"posts:read"},
		ClientEpoch: 1, UserEpoch: u.Epoch, AuthTime: now, RotatedAt: now, AccessTTL: time.Hour, ExpiresAt: now.Add(day), CreatedAt: now,
	}
	if err := h.store.InsertGrant(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	return g.ID
}

// wantEnded fails unless a grant is revoked, for the database and for those who hold its access tokens.
func (h *house) wantEnded(t *testing.T, id ID) {
	t.Helper()
	g, err := h.store.Grant(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	ref := storage.Revocation{Kind: storage.RevokedGrant, ID: id}
	announced, err := h.store.RevocationsOf(t.Context(), []storage.Revocation{ref})
	if err != nil || g.RevokedAt.IsZero() || len(announced) != 1 {
		t.Errorf("grant revoked at %v, announced %v, %v", g.RevokedAt, announced, err)
	}
}

func (h *house) tx(t *testing.T, f func(tx *storage.Tx) error) {
	t.Helper()
	if err := h.store.Tx(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// wantEvents compares the names of the events about an object. The clock stands still, so they have no order.
func (h *house) wantEvents(t *testing.T, object string, id ID, want ...string) {
	t.Helper()
	got := h.events(t, object, id.String())
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
}

// events returns the names of the events about an object.
func (h *house) events(t *testing.T, object, id string) []string {
	t.Helper()
	list, _, err := event.List(t.Context(), h.store, event.Filter{Object: object, ObjectID: id}, event.Page{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name)
	}
	return names
}

// race runs f in n racers at once and returns how many ended without an error; each other error has to be one of lost.
func race(t *testing.T, n int, f func(i int) error, lost ...error) int {
	t.Helper()
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if !isOne(err, lost) {
			t.Errorf("a racer got %v", err)
		}
	}
	return won
}

func isOne(err error, of []error) bool {
	for _, e := range of {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}
