package storage_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"postern/storage"
	"postern/storage/storagetest"
)

// TestRefreshStaysInPlace holds PostgreSQL to what the table's fillfactor and indexes are for: a refresh writes its row
// anew on the same page and touches no index.
func TestRefreshStaysInPlace(t *testing.T) {
	t.Parallel()
	url := storagetest.PostgresURL(t)
	s := storagetest.Open(t, url, nil)
	x := storagetest.Fill(t, s, time.Now())
	g := x.Grant()
	ctx := t.Context()
	if err := s.InsertGrant(ctx, g); err != nil {
		t.Fatal(err)
	}
	const refreshes = 1000
	for generation := range int64(refreshes) {
		if _, err := s.RotateGrant(ctx, x.Rotation(g, generation)); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := s.LiveGrants(ctx, g.ClientID, time.Now()); n != 1 || err != nil {
		t.Fatalf("1,000 refreshes of one grant left %d rows (%v)", n, err)
	}
	s.Close() // a backend reports its figures when it ends
	updates, inPlace := grantUpdates(t, url, refreshes)
	t.Logf("%d of %d updates were HOT", inPlace, updates)
	if updates != refreshes || inPlace*100 < updates*95 {
		t.Fatalf("only %d of %d updates were HOT", inPlace, updates)
	}
}

// grantUpdates waits until PostgreSQL has counted that many updates of grants.
func grantUpdates(t *testing.T, url string, wanted int64) (updates, inPlace int64) {
	t.Helper()
	db := storagetest.Raw(t, url)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); <-tick.C {
		err := db.QueryRowContext(t.Context(),
			"select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relname = 'grants'").Scan(&updates, &inPlace)
		if err != nil {
			t.Fatal(err)
		}
		if updates >= wanted {
			break
		}
	}
	return updates, inPlace
}

// behind opens a store whose PostgreSQL is behind a proxy.
func behind(t *testing.T, grace time.Duration) (*storagetest.Proxy, *storage.Store, string) {
	t.Helper()
	url := storagetest.PostgresURL(t)
	p := storagetest.NewProxy(t, url)
	return p, storagetest.Open(t, p.URL(url), nil, func(c *storage.Config) { c.OutageGrace = grace }), url
}

func TestFeedGetsOverABrokenNetwork(t *testing.T) {
	t.Parallel()
	for what, broken := range map[string]func(p *storagetest.Proxy){
		"cut":       (*storagetest.Proxy).Cut,
		"half-open": (*storagetest.Proxy).Stall,
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			p, s, url := behind(t, time.Minute)
			other := storagetest.Open(t, url, nil)
			ear := storagetest.Follow(t, s)
			storagetest.AwaitTrust(t, s, storage.TrustFresh, 3*time.Second)
			broken(p)
			storagetest.AwaitTrust(t, s, storage.TrustOutage, 3*time.Second)
			missed := storagetest.Revoke(t, other)
			before := ear.Snapshots()
			p.Heal()
			ear.Await(t, "what was missed is read or heard", 5*time.Second, func() bool {
				return ear.Snapshots() > before || ear.Heard(missed)
			})
			storagetest.AwaitTrust(t, s, storage.TrustFresh, 5*time.Second)
			after := storagetest.Revoke(t, other)
			ear.Await(t, "a change after it", time.Second, func() bool { return ear.Heard(after) })
		})
	}
}

func TestFeedDropped(t *testing.T) {
	t.Parallel()
	p, s, url := behind(t, time.Minute)
	other := storagetest.Open(t, url, nil)
	ear := storagetest.Follow(t, s)
	p.Drop()
	ear.Await(t, "a new snapshot", 3*time.Second, func() bool { return ear.Snapshots() == 2 })
	change := storagetest.Revoke(t, other)
	ear.Await(t, "a change", time.Second, func() bool { return ear.Heard(change) })
}

func TestFeedSwallowedByAPooler(t *testing.T) {
	t.Parallel()
	p, s, _ := behind(t, time.Minute)
	p.Deafen()
	storagetest.Follow(t, s) // LISTEN itself succeeds
	for deadline := time.Now().Add(1500 * time.Millisecond); time.Now().Before(deadline); <-time.After(20 * time.Millisecond) {
		if got := s.Trust(); got != storage.TrustStale {
			t.Fatalf("trust is %v though no beat came back", got)
		}
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Fatal("the database answers all the time:", err)
	}
	p.Heal()
	storagetest.AwaitTrust(t, s, storage.TrustFresh, 5*time.Second)
	p.Deafen()
	storagetest.AwaitTrust(t, s, storage.TrustStale, 1500*time.Millisecond)
}

func TestTrustOverAnOutage(t *testing.T) {
	t.Parallel()
	p, s, _ := behind(t, 2*time.Second)
	x := storagetest.Fill(t, s, time.Now())
	storagetest.Follow(t, s)
	storagetest.AwaitTrust(t, s, storage.TrustFresh, 3*time.Second)
	p.Cut()
	storagetest.AwaitTrust(t, s, storage.TrustOutage, 2*time.Second)
	for what, f := range statements(s, x) {
		if err := f(t.Context()); !errors.Is(err, storage.ErrUnavailable) {
			t.Errorf("%s during an outage: %v, want ErrUnavailable", what, err)
		}
	}
	storagetest.AwaitTrust(t, s, storage.TrustNone, 4*time.Second)
	p.Heal()
	storagetest.AwaitTrust(t, s, storage.TrustFresh, 5*time.Second)
	for what, f := range statements(s, x) {
		if err := f(t.Context()); err != nil {
			t.Errorf("%s after an outage: %v", what, err)
		}
	}
}

// statements are one of each sort.
func statements(s *storage.Store, x *storagetest.Sample) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"a read": func(ctx context.Context) error {
			_, err := s.Client(ctx, x.Client.ID)
			return err
		},
		"a transaction": func(ctx context.Context) error {
			return s.Tx(ctx, func(tx *storage.Tx) error { return tx.PutSetting(ctx, "x", nil, x.Now) })
		},
		"a hot write": func(ctx context.Context) error { return s.InsertGrant(ctx, x.Grant()) },
		"a ping":      s.Ping,
	}
}

func TestStalledStatementsEnd(t *testing.T) {
	t.Parallel()
	p, s, _ := behind(t, time.Minute)
	x := storagetest.Fill(t, s, time.Now())
	p.Stall()
	for what, f := range statements(s, x) {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			begun := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			err := f(ctx)
			if took := time.Since(begun); !errors.Is(err, storage.ErrUnavailable) || took > 5*time.Second {
				t.Fatalf("%v after %v", err, took)
			}
		})
	}
}

func TestDatabaseAdministratorEndsConnections(t *testing.T) {
	t.Parallel()
	url := storagetest.PostgresURL(t)
	s := storagetest.Open(t, url, nil)
	x := storagetest.Fill(t, s, time.Now())
	db := storagetest.Raw(t, url)
	err := s.Tx(t.Context(), func(tx *storage.Tx) error {
		_, err := db.Exec("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
		if err != nil {
			t.Fatal(err)
		}
		_, err = tx.Client(t.Context(), x.Client.ID)
		return err
	})
	if !errors.Is(err, storage.ErrUnavailable) {
		t.Fatalf("57P01 admin_shutdown: %v, want ErrUnavailable", err)
	}
}

func TestAnExhaustedPoolIsUnavailable(t *testing.T) {
	t.Parallel()
	s := storagetest.Open(t, storagetest.PostgresURL(t), nil, func(c *storage.Config) { c.MaxConns = 1 })
	err := s.Tx(t.Context(), func(tx *storage.Tx) error { // it holds the only connection
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		return s.Ping(ctx)
	})
	if !errors.Is(err, storage.ErrUnavailable) {
		t.Fatalf("got %v, want ErrUnavailable", err)
	}
}

func TestClocksAreCompared(t *testing.T) {
	t.Parallel()
	ahead := func() time.Time { return time.Now().Add(time.Minute) }
	s := storagetest.Postgres(t, ahead)
	storagetest.Follow(t, s)
	storagetest.AwaitTrust(t, s, storage.TrustFresh, 3*time.Second) // so a beat has come back
	if skew := s.ClockSkew(); skew < 58*time.Second || skew > 62*time.Second {
		t.Fatalf("a clock a minute ahead is %v ahead", skew)
	}
}

func TestDeadlocksAreTriedAgain(t *testing.T) {
	t.Parallel()
	s := storagetest.Postgres(t, nil)
	x, y := storagetest.Fill(t, s, time.Now()), storagetest.Fill(t, s, time.Now())
	both := make(chan struct{}, 2)
	errs := make(chan error, 2)
	swap := func(first, second string) {
		met := false
		errs <- s.Tx(t.Context(), func(tx *storage.Tx) error {
			if _, err := tx.BumpClientEpoch(t.Context(), first); err != nil {
				return err
			}
			if !met { // the first time, meet in the middle
				met = true
				both <- struct{}{}
				for len(both) < 2 {
					<-time.After(time.Millisecond)
				}
			}
			_, err := tx.BumpClientEpoch(t.Context(), second)
			return err
		})
	}
	go swap(x.Client.ID, y.Client.ID)
	go swap(y.Client.ID, x.Client.ID)
	for range 2 {
		if err := <-errs; err != nil {
			t.Fatal(err)
		}
	}
}

func TestOneBadStatementFailsAlone(t *testing.T) {
	t.Parallel()
	s := storagetest.Postgres(t, nil)
	x := storagetest.Fill(t, s, time.Now())
	errs := make(chan error, 20)
	for i := range 20 {
		go func() {
			g := x.Grant()
			if i == 7 {
				g.RotationKey = "a\x00b" // PostgreSQL refuses the character
			}
			errs <- s.InsertGrant(t.Context(), g)
		}()
	}
	failed := 0
	for range 20 {
		if err := <-errs; err != nil {
			failed++
		}
	}
	if failed != 1 {
		t.Fatalf("%d of 20 failed, want the bad one", failed)
	}
}

func TestOpenRefusesBadURLs(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "mysql://x", "sqlite:", "sqlite::memory:", "postgres://u:hunter2@[bad/x", "postgres://u:hunter2@127.0.0.1:1/x"} {
		_, err := storage.Open(t.Context(), storage.Config{URL: url, Now: time.Now})
		if err == nil || strings.Contains(err.Error(), "hunter2") || strings.Contains(fmt.Sprintf("%+v", err), "hunter2") {
			t.Errorf("open %q: %v", url, err)
		}
	}
}
