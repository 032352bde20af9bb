package main

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/cmd/system/systemtest"
	"postern/storage/storagetest"
)

// Backup while the server runs and apps refresh; then everything is lost, and the backup is restored into an empty place.
// With the same secret clients go on: what was issued before the backup works. A refresh token that is newer than its row
// is refused, but its grant lives: nobody stole anything.
//
// (The other half of an upgrade, that the binary of the previous migration works on the new schema, can be tested from
// the second migration on.)
func TestClientsGoOnAfterARestore(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, database, empty string) {
		d, a, cookies := furnished(t, database)
		machine := d.addApp(`{"client_name":"Nightly","kind":"machine","grant_types":["client_credentials"],"scope":"jobs:read"}`)
		kept, ahead, ended := a.redeem(cookies), a.redeem(cookies), a.redeem(cookies)
		if got := a.must("/oauth/revoke", url.Values{"token": {ended.Refresh}}); got.Status != http.StatusOK {
			t.Fatalf("revocation: %d", got.Status)
		}
		spent := a.mustCode(cookies)
		a.must("/oauth/token", spent)

		copied := filepath.Join(t.TempDir(), "copy.db")
		busy(t, a, cookies, func() { d.run("", "backup", copied) })
		newer := a.refresh(a.refresh(ahead.Refresh).Refresh)
		late := a.redeem(cookies)

		d.kill()
		d.on(empty)
		d.run("", "restore", copied)
		d.start()

		if got := a.refresh(newer.Refresh); got.Error != "invalid_grant" {
			t.Errorf("a refresh token newer than its row: %d %s", got.Status, got.Error)
		}
		if got := a.refresh(late.Refresh); got.Error != "invalid_grant" {
			t.Errorf("a refresh token of a grant that came after the backup: %d %s", got.Status, got.Error)
		}
		for what, token := range map[string]string{"taken before the backup": kept.Refresh, "whose newer one was refused": ahead.Refresh} {
			if got := a.refresh(token); got.Status != http.StatusOK {
				t.Errorf("the refresh token %s: %d %s", what, got.Status, got.Error)
			}
		}
		if !a.active(kept.Access) || a.active(ended.Access) || a.refresh(ended.Refresh).Error != "invalid_grant" {
			t.Error("access tokens are not what they were before the backup")
		}
		if got := a.must("/oauth/token", spent); got.Error != "invalid_grant" {
			t.Errorf("a code that was redeemed before the backup: %d %s", got.Status, got.Error)
		}
		if got := machine.must("/oauth/token", url.Values{"grant_type": {"client_credentials"}}); got.Status != http.StatusOK {
			t.Errorf("a client secret: %d %s", got.Status, got.Error)
		}
		a.redeem(cookies) // the session goes on too
		systemtest.Poll(t, "the log tells of the refresh token that is newer than its grant", 5*time.Second, func() bool {
			return strings.Contains(d.log.String(), "newer than its grant")
		})
		restored(t, empty)
	})
}

func (a *app) mustCode(cookies string) url.Values {
	a.d.t.Helper()
	form, err := a.code(cookies)
	if err != nil {
		a.d.t.Fatal(err)
	}
	return form
}

// redeem gets tokens for a user who is signed in.
func (a *app) redeem(cookies string) answer {
	a.d.t.Helper()
	got := a.must("/oauth/token", a.mustCode(cookies))
	if got.Status != http.StatusOK || got.Refresh == "" {
		a.d.t.Fatalf("exchange: %d %s", got.Status, got.Error)
	}
	return got
}

// busy has an app refresh without a pause while f runs.
func busy(t *testing.T, a *app, cookies string, f func()) {
	t.Helper()
	token := a.redeem(cookies).Refresh
	var stop atomic.Bool
	var done sync.WaitGroup
	refreshed := 0
	done.Go(func() {
		for !stop.Load() {
			got, err := a.post("/oauth/token", refreshForm(token))
			if err != nil || got.Status != http.StatusOK {
				t.Errorf("a refresh during the backup: %d %s %v", got.Status, got.Error, err)
				return
			}
			token, refreshed = got.Refresh, refreshed+1
		}
	})
	f()
	stop.Store(true)
	done.Wait()
	if refreshed == 0 {
		t.Error("nothing was refreshed during the backup")
	}
}

// restored looks whether the restored database is whole.
func restored(t *testing.T, database string) {
	t.Helper()
	if !strings.HasPrefix(database, "sqlite:") {
		return // PostgreSQL has checked each row and reference as it came in
	}
	db := storagetest.Raw(t, database)
	defer db.Close()
	if found := first(t, db, "pragma integrity_check"); found != "ok" {
		t.Errorf("integrity_check: %s", found)
	}
}
