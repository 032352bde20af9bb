package storagetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"postern/storage"
)

func exists(t testing.TB, s *storage.Store, g storage.Grant) bool {
	t.Helper()
	_, err := s.Grant(t.Context(), g.ID)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		t.Fatal(err)
	}
	return err == nil
}

func clean(t testing.TB, s *storage.Store, keep int) storage.CleanStats {
	t.Helper()
	stats, err := s.Clean(t.Context(), keep)
	if err != nil {
		t.Fatal(err)
	}
	return stats
}

func cleanBounds(t *testing.T, url string) {
	clock := NewClock(noon)
	s, ctx := at(t, url, clock, func(c *storage.Config) { c.IdleSession, c.KeepEvents = 3*time.Hour, 48*time.Hour }), t.Context()
	x := Fill(t, s, noon)
	bare := x.Grant() // without a refresh token: over when its access token is
	bare.TokenHash, bare.ExpiresAt = nil, noon.Add(time.Hour)
	wantErr(t, "insert", s.InsertGrant(ctx, bare), nil)
	revoked, live := inserted(t, s, x), inserted(t, s, x)
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.RevokeGrant(ctx, revoked.ID, noon, "test")
		consent := x.Consent
		consent.ExpiresAt = noon.Add(90 * time.Minute)
		return errors.Join(err, tx.PutConsent(ctx, consent),
			tx.PutRevocation(ctx, storage.Revocation{Kind: storage.RevokedToken, ID: bare.ID, ExpiresAt: noon.Add(time.Hour)}),
			tx.InsertEvent(ctx, storage.Event{ID: storage.NewID(noon), At: noon}),
			tx.InsertKey(ctx, storage.Key{ID: "k", Use: "mac", Sealed: []byte{1}, ExpiresAt: noon.Add(time.Hour)}))
	})
	s.CountLater("client", "c", "issued", noon)
	wantErr(t, "flush", s.Flush(ctx), nil)

	clock.Move(time.Hour + 5*time.Minute)
	stats := clean(t, s, 20)
	want(t, "1 h 5 min: a refresh in the grace may still have made a token", exists(t, s, revoked), true)
	want(t, "1 h 5 min: revocations", stats.Revocations, 1)
	clock.Move(25 * time.Minute)
	stats = clean(t, s, 20)
	want(t, "1 h 30 min: the revoked grant's last token is over", exists(t, s, revoked), false)
	want(t, "1 h 30 min: the bare grant is kept an hour", exists(t, s, bare), true)
	want(t, "1 h 30 min: the consent is at its end", stats.Consents, 0)
	clock.Move(31 * time.Minute)
	stats = clean(t, s, 20)
	want(t, "2 h 1 min", []bool{exists(t, s, bare), exists(t, s, live)}, []bool{false, true})
	want(t, "2 h 1 min: rows", stats, storage.CleanStats{Grants: 1, Consents: 1, Keys: 1, Feed: stats.Feed})
	clock.Move(2 * time.Hour)
	want(t, "4 h: an idle session", clean(t, s, 20).Sessions, 1)
	clock.Move(48 * time.Hour)
	want(t, "2 days: events", clean(t, s, 20), storage.CleanStats{Events: 1})
	clock.Move(28*24*time.Hour + time.Hour)
	want(t, "30 days: the live grant", clean(t, s, 20).Grants, 1)
	clock.Move(400 * 24 * time.Hour)
	want(t, "430 days: counts", clean(t, s, 20), storage.CleanStats{Activity: 1})
	want(t, "nothing left", clean(t, s, 20), storage.CleanStats{})
}

func cleanExcess(t *testing.T, url string) {
	clock := NewClock(noon)
	s, ctx := at(t, url, clock), t.Context()
	x, y := Fill(t, s, noon), Fill(t, s, noon)
	var grants []storage.Grant
	for i := range 8 {
		x.Now = noon.Add(time.Duration(i) * time.Millisecond)
		grants = append(grants, inserted(t, s, x))
	}
	other := inserted(t, s, y)
	want(t, "ended", clean(t, s, 5).GrantsEnded, 3)
	for i, g := range grants {
		got := must[storage.Grant](t)(s.Grant(ctx, g.ID))
		want(t, "the oldest are ended", !got.RevokedAt.IsZero(), i < 3)
		rows := must[[]storage.Revocation](t)(s.RevocationsOf(ctx, []storage.Revocation{{Kind: storage.RevokedGrant, ID: g.ID}}))
		want(t, "and their access tokens with them", len(rows) == 1, i < 3)
	}
	want(t, "why", must[storage.Grant](t)(s.Grant(ctx, grants[0].ID)).RevokedReason, "superseded")
	want(t, "somebody else's", must[storage.Grant](t)(s.Grant(ctx, other.ID)).RevokedAt.IsZero(), true)
	want(t, "nobody has more", clean(t, s, 5), storage.CleanStats{})

	clock.Move(2 * time.Hour) // their access tokens are over
	x.Now = clock.Now()
	inserted(t, s, x)
	stats := clean(t, s, 5)
	want(t, "ended later", stats.GrantsEnded, 1)
	rows := must[[]storage.Revocation](t)(s.RevocationsOf(ctx, []storage.Revocation{{Kind: storage.RevokedGrant, ID: grants[3].ID}}))
	want(t, "nothing to remember", len(rows), 0)
	want(t, "rows stay bounded", must[int64](t)(s.LiveGrants(ctx, x.Client.ID, clock.Now())), 5)
}

func cleanSessions(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x := Fill(t, s, noon)
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
		for i := range 110 {
			session := x.Session
			session.ID = storage.NewID(noon)
			session.TokenHash = Secret(session.ID, 0)
			session.LastSeenAt = noon.Add(time.Duration(i) * time.Second)
			if err := tx.InsertSession(ctx, session); err != nil {
				return err
			}
		}
		return nil
	})
	want(t, "dropped", clean(t, s, 20).Sessions, 11)
	left := must[[]storage.Session](t)(s.SessionsOfUser(ctx, x.User.ID))
	want(t, "left", len(left), 100)
	want(t, "the least recent of them", left[99].LastSeenAt, noon.Add(10*time.Second))
}

func cleanBounded(t *testing.T, url string) {
	clock := NewClock(noon)
	a, b := at(t, url, clock), at(t, url, clock)
	const people, signIns, limit = 4, 60, 5
	var samples []*Sample
	for range people {
		samples = append(samples, Fill(t, a, noon))
	}
	for i := range signIns {
		clock.Move(time.Minute)
		for _, x := range samples {
			x.Now = clock.Now()
			inserted(t, a, x)
		}
		if i%20 != 19 {
			continue
		}
		ok, _ := racers(t, 2, func(i int) error {
			_, err := []*storage.Store{a, b}[i].Clean(t.Context(), limit)
			return err
		})
		want(t, "cleaned", ok, 2)
		_, _, _, live, err := a.Totals(t.Context())
		wantErr(t, "totals", err, nil)
		want(t, "live grants", live, people*limit)
	}
	clock.Move(90 * time.Minute) // the last access tokens of those that were ended are over
	clean(t, a, limit)
	var rows int64
	err := Raw(t, url).QueryRowContext(t.Context(), "select count(*) from grants").Scan(&rows)
	wantErr(t, "count rows", err, nil)
	want(t, "rows", rows, people*limit)
}
