package system_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/cmd/system"
	"postern/cmd/system/systemtest"
	"postern/storage"
)

// What the database holds, by what it depends on. It does not depend on how many tokens were issued or refreshed:
//
//	clients, scopes, users ...  what people made
//	consents                    1 for each user, client and organization
//	grants                      for each consent: the newest keep (grants_per_consent, 20) that live, and those that have
//	                            ended, each until 16 min after both its end and the expiry of its last access token: at most
//	                            keep + those begun in the last access_ttl + 16 min. One that nobody ends goes 1 h after its
//	                            absolute expiry
//	sessions                    for each user: the 100 last seen, each until its absolute or idle limit
//	revocations                 for each ended grant: 1, until its last access token has expired and 16 min more; for each
//	                            user or client that is ended: 1, for 24 h 5 min; for each access token that was revoked
//	                            alone: 1, until it would have expired and 5 min more
//	activity                    for each client and user: 1 a day and kind of count, for 400 days
//	failures                    for each client and user: the last 20
//	audit                       for each user: 1 sign-in a day (administrators: each), and what people decided
//	feed (SQLite)               the changes of the last hour
//
// 16 min are the longest grace of a refresh (10 min), the delay of the batched writer (1 min) and the margin for clocks (5
// min). All of this holds after the next clean-up, which each node does every minute.
const (
	keepGrants   = 3
	keepSessions = 100
	lastTokens   = 16 * time.Minute
)

// uncounted are tables whose rows do not stand for tokens: see above for what bounds them.
func uncounted(table string) bool { return table == "activity" || table == "failures" }

// settled writes what was put off, and counts.
func settled(t *testing.T, s *systemtest.Server, url string) map[string]int64 {
	t.Helper()
	if err := s.Store.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	counts := tables(t, url)
	for table := range counts {
		if uncounted(table) {
			delete(counts, table)
		}
	}
	return counts
}

// Rows for grants, none for tokens. (50,000 client-credentials tokens would show no more than these do.)
func TestTokensAddNoRow(t *testing.T) {
	const issued, refreshed = 2000, 1000
	eachEngine(t, func(t *testing.T, e engine) {
		at := e.url(t)
		s := systemtest.Start(t, storage.Config{URL: at}, systemtest.Options{})
		s.AddScopes("jobs:read", "jobs:write", "teams.read", "secret.read")
		s.AddUser("user@example.com", false)
		x := allowed(t, s, webApp)
		app := s.AddClient(machine)
		token := x.tokens(t)
		before := settled(t, s, at)

		for range issued {
			if a := tokenRequest(t, s, app, credentials("jobs:read")); a.status != http.StatusOK {
				t.Fatalf("client credentials: %d %s", a.status, a.Text)
			}
		}
		if grown := growth(before, settled(t, s, at)); len(grown) > 0 {
			t.Errorf("%d client-credentials tokens changed numbers of rows: %s", issued, strings.Join(grown, ", "))
		}
		for range refreshed {
			if token = refresh(t, s, x.app, token.Refresh); token.status != http.StatusOK {
				t.Fatalf("refresh: %d %s", token.status, token.Text)
			}
		}
		if grown := growth(before, settled(t, s, at)); len(grown) > 0 {
			t.Errorf("%d refreshes of one grant changed numbers of rows: %s", refreshed, strings.Join(grown, ", "))
		}
		if kinds := tables(t, at)["activity"]; kinds > 12 {
			t.Errorf("%d rows of counts for two clients and one user on one day", kinds)
		}
	})
}

// A few users sign in many times over many days, from new browsers each time, and allow an app. What is left is bounded
// by what is above, not by how often they did.
func TestManySignInsLeaveABoundedNumberOfRows(t *testing.T) {
	const users, days, exchanges = 2, 9, 6
	eachEngine(t, func(t *testing.T, e engine) {
		at := e.url(t)
		s := systemtest.Start(t, storage.Config{URL: at, IdleSession: 7 * 24 * time.Hour}, systemtest.Options{
			Config: func(c *system.Config) { c.KeepLive = keepGrants },
		})
		s.AddScopes("jobs:read", "jobs:write", "teams.read", "secret.read")
		app := s.AddClient(webApp)
		var emails []string
		for _, name := range []string{"user", "other"}[:users] {
			emails = append(emails, s.AddUser(name+"@example.com", false).Email)
		}
		for range days {
			for _, email := range emails {
				signInAndAllow(t, s, app, email, exchanges)
			}
			clean(t, s) // ends what is too much
			withinBounds(t, tables(t, at), users, keepGrants+exchanges)
			s.Clock.Advance(time.Hour + lastTokens + time.Second)
			clean(t, s) // drops it
			withinBounds(t, tables(t, at), users, keepGrants)
			s.Clock.Advance(24*time.Hour - lastTokens)
		}
	})
}

func signInAndAllow(t *testing.T, s *systemtest.Server, app systemtest.Client, email string, times int) {
	t.Helper()
	x := session{s: s, app: app, b: s.NewBrowser(), c: config(s, app, "jobs:read")}
	x.b.Get("/login")
	x.b.SignIn(email)
	for range times {
		x.tokens(t)
	}
}

func clean(t *testing.T, s *systemtest.Server) {
	t.Helper()
	if err := s.Store.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Store.Clean(t.Context(), keepGrants); err != nil {
		t.Fatal(err)
	}
}

// withinBounds compares with the table above. Nobody has been away for longer than the idle limit of a session, 7 days, so
// that each user has one of each of these days.
func withinBounds(t *testing.T, counts map[string]int64, users, grants int64) {
	t.Helper()
	for table, most := range map[string]int64{
		"consents":    users,
		"sessions":    users * 7,
		"grants":      users * grants,
		"revocations": users * grants, // of a day: those of grants that were ended for newer ones
		"failures":    0,
	} {
		if counts[table] > most {
			t.Errorf("%d rows in %s, want at most %d", counts[table], table, most)
		}
	}
}

// One user has sessions from 150 browsers: the 100 last seen stay.
func TestOneUserHasAHundredSessionsAtMost(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		at := e.url(t)
		s := systemtest.Start(t, storage.Config{URL: at}, systemtest.Options{})
		user := s.AddUser("user@example.com", false)
		s.Clock.Advance(time.Minute)
		for n := range 150 {
			insertSession(t, s, user.ID, user.Epoch, s.Clock.Now().Add(time.Duration(n-150)*time.Millisecond))
		}
		clean(t, s)
		if got := tables(t, at)["sessions"]; got != keepSessions {
			t.Errorf("%d sessions, want %d", got, keepSessions)
		}
		left, err := s.People.Sessions(t.Context(), user.ID)
		if err != nil {
			t.Fatal(err)
		}
		oldest := slices.MinFunc(left, func(a, b storage.Session) int { return a.LastSeenAt.Compare(b.LastSeenAt) })
		if age := s.Clock.Now().Sub(oldest.LastSeenAt); len(left) != keepSessions || age > time.Minute {
			t.Errorf("%d sessions are listed, the oldest seen %v ago", len(left), age)
		}
	})
}

func insertSession(t *testing.T, s *systemtest.Server, user storage.ID, epoch int64, at time.Time) {
	t.Helper()
	_, hash := s.Mint.NewSession()
	err := s.Store.Tx(t.Context(), func(tx *storage.Tx) error {
		return tx.InsertSession(t.Context(), storage.Session{
			ID: storage.NewID(at), TokenHash: hash, UserID: user, UserEpoch: epoch, OrgID: s.Org, Data: "{}",
			AuthTime: at, CreatedAt: at, LastSeenAt: at, ExpiresAt: at.Add(24 * time.Hour),
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}
