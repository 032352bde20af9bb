package system_test

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/cmd/system/systemtest"
	"postern/storage"
	"postern/storage/storagetest"
)

// PostgreSQL's connections break again and again, as when it restarts or fails over, while apps refresh. An app that gets
// 503 and asks again with the same token goes on, whether or not the first attempt was committed: nobody is logged out,
// and nobody is taken for a thief.
func TestAppsThatAskAgainAfter503GoOn(t *testing.T) {
	t.Parallel()
	const apps, breaks = 4, 12
	direct := storagetest.PostgresURL(t)
	proxy := storagetest.NewProxy(t, direct)
	s := systemtest.Start(t, storage.Config{URL: proxy.URL(direct), MaxConns: 8, OutageGrace: 30 * time.Second}, systemtest.Options{})
	s.AddScopes("jobs:read", "jobs:write", "teams.read", "secret.read")
	s.AddUser("user@example.com", false)
	x := allowed(t, s, webApp)
	awaitTrust(t, s, storage.TrustFresh)

	var refreshed, again atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range apps {
		token := x.tokens(t)
		wg.Go(func() {
			for ctx.Err() == nil {
				switch next := refresh(t, s, x.app, token.Refresh); next.status {
				case http.StatusOK:
					token = next
					refreshed.Add(1)
				case http.StatusServiceUnavailable:
					again.Add(1)
				default:
					t.Errorf("a refresh: %d %s %s", next.status, next.Error, next.Text)
					return
				}
			}
		})
	}
	for range breaks {
		so := refreshed.Load()
		systemtest.Poll(t, "refreshes go on", 10*time.Second, func() bool { return refreshed.Load() > so+10 || t.Failed() })
		proxy.Drop()
	}
	stop()
	wg.Wait()
	t.Logf("%d refreshes, of which %d had to be asked for again", refreshed.Load(), again.Load())
}

// Another process holds SQLite's only place to write for longer than we wait. What has to be written is 503, and the rest
// goes on.
func TestSQLiteIsHeldByAnotherProcess(t *testing.T) {
	t.Parallel()
	at := storagetest.SQLiteURL(t)
	s := systemtest.Start(t, storage.Config{URL: at}, systemtest.Options{})
	s.AddScopes("jobs:read", "jobs:write", "teams.read", "secret.read")
	s.AddUser("user@example.com", false)
	x := allowed(t, s, webApp)
	token, code := x.tokens(t), x.code(t)

	db := storagetest.Raw(t, at)
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), "begin immediate"); err != nil {
		t.Fatal(err)
	}
	o := outage{session: x, live: token}
	var wg sync.WaitGroup
	for what, request := range map[string]struct {
		path string
		form url.Values
	}{
		"a revocation": {"/oauth/revoke", url.Values{"token": {token.Access}}},
		"an exchange":  {"/oauth/token", code},
		"a refresh":    {"/oauth/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token.Refresh}}},
	} {
		wg.Go(func() {
			resp, body := o.answer(t, request.path, x.app, clone(request.form))
			away(t, what, resp, body)
		})
	}
	for range 100 {
		if !active(t, s, x.app, token.Access) {
			t.Fatal("a live token is not active")
		}
	}
	wg.Wait()
	if _, err := conn.ExecContext(t.Context(), "rollback"); err != nil {
		t.Fatal(err)
	}
	o.unharmed(t, code)
}
