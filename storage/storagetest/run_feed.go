package storagetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"postern/storage"
)

// Ear is a listener that remembers what it heard.
type Ear struct {
	OnSnapshot func(context.Context) error // nil: nothing to read

	mu        sync.Mutex
	changes   []storage.Change
	snapshots int
	news      chan struct{} // closed and made anew with each change or snapshot
}

var _ storage.Listener = (*Ear)(nil)

// NewEar returns an Ear that has heard nothing.
func NewEar() *Ear { return &Ear{news: make(chan struct{})} }

// Snapshot counts.
func (e *Ear) Snapshot(ctx context.Context) error {
	if e.OnSnapshot != nil {
		if err := e.OnSnapshot(ctx); err != nil {
			return err
		}
	}
	e.hear(func() { e.snapshots++ })
	return nil
}

// Apply remembers.
func (e *Ear) Apply(c storage.Change) { e.hear(func() { e.changes = append(e.changes, c) }) }

func (e *Ear) hear(f func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	f()
	close(e.news)
	e.news = make(chan struct{})
}

// Snapshots is how many there were.
func (e *Ear) Snapshots() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.snapshots
}

// Heard tells whether c was applied.
func (e *Ear) Heard(c storage.Change) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, one := range e.changes {
		if one == c {
			return true
		}
	}
	return false
}

// Await fails the test unless done within the time.
func (e *Ear) Await(t testing.TB, what string, within time.Duration, done func() bool) {
	t.Helper()
	deadline := time.After(within)
	for {
		e.mu.Lock()
		news := e.news
		e.mu.Unlock()
		if done() {
			return
		}
		select {
		case <-news:
		case <-deadline:
			t.Fatalf("%s: not within %v", what, within)
		}
	}
}

// AwaitTrust fails the test unless the store comes to that trust within the time.
func AwaitTrust(t testing.TB, s *storage.Store, level storage.Trust, within time.Duration) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(within); s.Trust() != level; <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("trust is %v, and not %v within %v", s.Trust(), level, within)
		}
	}
}

// Follow has an Ear follow the changes of a store until the test ends.
func Follow(t testing.TB, s *storage.Store) *Ear {
	t.Helper()
	e := NewEar()
	if err := s.Follow(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	return e
}

// Revoke revokes something new and returns what a listener hears of it.
func Revoke(t testing.TB, s *storage.Store) storage.Change {
	t.Helper()
	r := storage.Revocation{Kind: storage.RevokedToken, ID: storage.NewID(noon), Owner: storage.ClientKey("c"), ExpiresAt: noon.Add(time.Hour)}
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.PutRevocation(ctx, r) })
	return storage.Change{Kind: storage.ChangeRevocation, Revocation: r}
}

func feedDelivers(t *testing.T, url string) {
	a, b := at(t, url, nil), at(t, url, nil)
	want(t, "before there is a listener", b.Trust(), storage.TrustStale)
	ear := Follow(t, b)
	want(t, "a snapshot came first", ear.Snapshots(), 1)
	AwaitTrust(t, b, storage.TrustFresh, 3*time.Second)
	x := Fill(t, a, noon)
	wanted := []storage.Change{Revoke(t, a), {Kind: storage.ChangeClient, ID: x.Client.ID}}
	key := storage.Key{ID: "k", Use: "sig", Alg: "ES256", Sealed: []byte{1}, CreatedAt: noon, ActiveAt: noon}
	Write(t, a, func(ctx context.Context, tx *storage.Tx) error {
		return errors.Join(tx.InsertKey(ctx, key), tx.InsertScope(ctx, storage.Scope{Name: "s", Title: "S"}))
	})
	wanted = append(wanted, storage.Change{Kind: storage.ChangeKey, ID: "k"}, storage.Change{Kind: storage.ChangeScope, ID: "s"})
	for _, c := range wanted {
		ear.Await(t, "change "+string(c.Kind), time.Second, func() bool { return ear.Heard(c) })
	}
	var many []storage.Change
	Write(t, a, func(ctx context.Context, tx *storage.Tx) error { // more than one notice holds
		many = nil
		for range 200 {
			r := storage.Revocation{Kind: storage.RevokedGrant, ID: storage.NewID(noon), ExpiresAt: noon.Add(time.Hour)}
			many = append(many, storage.Change{Kind: storage.ChangeRevocation, Revocation: r})
			if err := tx.PutRevocation(ctx, r); err != nil {
				return err
			}
		}
		return nil
	})
	ear.Await(t, "the last of many", time.Second, func() bool { return ear.Heard(many[len(many)-1]) })
	want(t, "and the first", ear.Heard(many[0]), true)
	want(t, "one snapshot sufficed", ear.Snapshots(), 1)
	want(t, "trust", b.Trust(), storage.TrustFresh)
}

func feedOwn(t *testing.T, url string) {
	s := at(t, url, nil)
	ear := Follow(t, s)
	want(t, "heard at once", ear.Heard(Revoke(t, s)), true)
	if err := s.Follow(t.Context(), NewEar()); err == nil {
		t.Fatal("a second listener was taken")
	}
	if skew := s.ClockSkew(); skew != 0 && skew < 24*time.Hour {
		t.Log("this test's clock stands still, so that the skew is large or not measured yet:", skew)
	}
}

func feedSnapshot(t *testing.T, url string) {
	a, b := at(t, url, nil), at(t, url, nil)
	ear := NewEar()
	var during storage.Change
	ear.OnSnapshot = func(context.Context) error {
		if ear.Snapshots() == 0 {
			during = Revoke(t, b) // this process's own would be applied at once
			want(t, "held back", ear.Heard(during), false)
		}
		return nil
	}
	if err := b.Follow(t.Context(), ear); err != nil {
		t.Fatal(err)
	}
	ear.Await(t, "a change during the snapshot", time.Second, func() bool { return ear.Heard(during) })
	other := Revoke(t, a)
	ear.Await(t, "a change after it", time.Second, func() bool { return ear.Heard(other) })

	broken := errors.New("broken")
	third := at(t, url, nil)
	wantErr(t, "a snapshot that fails", third.Follow(t.Context(), &Ear{news: make(chan struct{}), OnSnapshot: func(context.Context) error { return broken }}), broken)
}

func feedRollback(t *testing.T, url string) {
	s := at(t, url, nil)
	ear := Follow(t, s)
	r := storage.Revocation{Kind: storage.RevokedToken, ID: storage.NewID(noon), ExpiresAt: noon.Add(time.Hour)}
	err := refused(t, s, func(ctx context.Context, tx *storage.Tx) error {
		return errors.Join(tx.PutRevocation(ctx, r), errors.New("no"))
	})
	if err == nil {
		t.Fatal("no error")
	}
	after := Revoke(t, s)
	ear.Await(t, "what came after", time.Second, func() bool { return ear.Heard(after) })
	want(t, "rolled back", ear.Heard(storage.Change{Kind: storage.ChangeRevocation, Revocation: r}), false)
}
