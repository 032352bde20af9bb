package client_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/authz/client"
	"postern/authz/event"
	"postern/storage"
	"postern/storage/storagetest"
)

var tester = event.Actor{Kind: event.KindUser, ID: "u1", Name: "User", Address: "192.0.2.1", RequestID: "r1"}

// desk is a Registry over an empty database with one organization, and a clock that tests move.
type desk struct {
	*client.Registry
	t     *testing.T
	store *storage.Store
	org   storage.Organization
	mu    sync.Mutex
	clock time.Time
	made  int
}

// engines runs a test on both engines.
func engines(t *testing.T, test func(t *testing.T, d *desk)) {
	t.Helper()
	t.Parallel()
	for name, open := range map[string]func(*testing.T, func() time.Time) *storage.Store{
		"sqlite":   func(t *testing.T, now func() time.Time) *storage.Store { return storagetest.SQLite(t, now) },
		"postgres": func(t *testing.T, now func() time.Time) *storage.Store { return storagetest.Postgres(t, now) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &desk{t: t, clock: time.Now().UTC().Truncate(time.Second)}
			d.store = open(t, d.now)
			d.Registry = client.NewRegistry(client.Config{Store: d.store, NewSecret: d.newSecret, Now: d.now})
			d.org = d.organization("acme")
			test(t, d)
		})
	}
}

func (d *desk) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.clock
}

func (d *desk) wait(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clock = d.clock.Add(by)
}

func (d *desk) newSecret() (string, [32]byte, string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.made++
	secret := fmt.Sprintf("pcs_secret_number_%04d", d.made)
	return secret, sha256.Sum256([]byte(secret)), secret[len(secret)-4:]
}

func (d *desk) organization(slug string) storage.Organization {
	d.t.Helper()
	o := storage.Organization{ID: storage.NewID(d.now()), Slug: slug, Name: strings.ToUpper(slug), CreatedAt: d.now(), UpdatedAt: d.now()}
	d.do(d.store.Tx(d.t.Context(), func(tx *storage.Tx) error { return tx.InsertOrganization(d.t.Context(), o) }))
	return o
}

func (d *desk) do(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// webApp creates a good web app.
func (d *desk) webApp() (client.Row, string) {
	d.t.Helper()
	m := client.Metadata{Name: "App", RedirectURIs: []string{"https://app.example/cb"}, Scope: "jobs:*"}
	row, secret, err := d.Create(d.t.Context(), tester, m, client.Options{})
	d.do(err)
	return row, secret
}

// view is what requests see of a client now.
func (d *desk) view(id string) *client.Client {
	d.t.Helper()
	row, err := d.store.Client(d.t.Context(), id)
	d.do(err)
	secrets, err := d.store.ClientSecrets(d.t.Context(), id)
	d.do(err)
	c, err := client.Parse(row, secrets, defaults)
	d.do(err)
	return c
}

func (d *desk) authenticates(id, secret string) bool {
	d.t.Helper()
	_, ok := d.view(id).Authenticate(secret, d.now())
	return ok
}

// events returns the names of what the trail has of a client, sorted, and all of its text. They happened at one moment of
// the test's clock, so their order says nothing.
func (d *desk) events(id string) (names []string, text string) {
	d.t.Helper()
	rows, _, err := d.store.Events(d.t.Context(), storage.EventFilter{Object: event.ObjectClient, ObjectID: id}, storage.Page{Limit: 200})
	d.do(err)
	for _, e := range rows {
		names = append(names, e.Name)
		text += e.Before + e.After
		if e.ActorName != tester.Name || e.RequestID != tester.RequestID || e.OrgID.IsZero() {
			d.t.Errorf("R19 who and where: %+v", e)
		}
	}
	slices.Sort(names)
	return names, text
}

func (d *desk) wantEvents(id string, want ...string) {
	d.t.Helper()
	slices.Sort(want)
	if names, _ := d.events(id); !slices.Equal(names, want) {
		d.t.Errorf("R19 events: %q, want %q", names, want)
	}
}
