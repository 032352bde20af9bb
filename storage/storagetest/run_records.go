package storagetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"postern/storage"
)

func sessions(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x := Fill(t, s, noon)
	got, u, err := s.SessionByToken(ctx, x.Session.TokenHash)
	wantErr(t, "by token", err, nil)
	want(t, "by token", got, x.Session)
	want(t, "its user", u, x.User)
	_, _, err = s.SessionByToken(ctx, [32]byte{1})
	wantErr(t, "no such token", err, storage.ErrNotFound)

	changed := x.Session
	changed.Data, changed.TokenHash = `{"a":1}`, [32]byte{2}
	second := x.Session
	second.ID, second.TokenHash, second.LastSeenAt = storage.NewID(noon), [32]byte{3}, noon.Add(time.Hour)
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
		return errors.Join(tx.UpdateSession(ctx, changed), tx.InsertSession(ctx, second))
	})
	want(t, "last seen first", must[[]storage.Session](t)(s.SessionsOfUser(ctx, x.User.ID)), []storage.Session{second, changed})
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
		n, err := tx.DeleteSessionsOfUser(ctx, x.User.ID, second.ID)
		want(t, "ended", n, 1)
		return err
	})
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.DeleteSession(ctx, second.ID) })
	want(t, "none", len(must[[]storage.Session](t)(s.SessionsOfUser(ctx, x.User.ID))), 0)
}

func consents(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x := Fill(t, s, noon)
	again := x.Consent
	again.ID, again.Scopes, again.Declined, again.RedirectHosts = storage.NewID(noon), []string{"read"}, []string{"write"}, nil
	again.CreatedAt, again.UpdatedAt, again.ExpiresAt = noon.Add(time.Hour), noon.Add(time.Hour), noon.Add(2*time.Hour)
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.PutConsent(ctx, again) })
	again.ID, again.CreatedAt = x.Consent.ID, noon
	want(t, "replaced", must[storage.Consent](t)(s.Consent(ctx, x.User.ID, x.Client.ID, x.Org.ID)), again)
	want(t, "one row", must[[]storage.Consent](t)(s.ConsentsOfUser(ctx, x.User.ID)), []storage.Consent{again})
	want(t, "by id", must[storage.Consent](t)(s.ConsentByID(ctx, again.ID)), again)
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.DeleteConsent(ctx, again.ID) })
	_, err := s.ConsentByID(ctx, again.ID)
	wantErr(t, "gone", err, storage.ErrNotFound)
}

func keys(t *testing.T, url string) {
	clock := NewClock(noon)
	s, ctx := at(t, url, clock), t.Context()
	a := storage.Key{ID: "a", Use: "sig", Ordinal: 1, Alg: "ES256", Sealed: []byte{1}, Public: "{}", CreatedAt: noon, ActiveAt: noon}
	b := a
	b.ID, b.Ordinal, b.CreatedAt = "b", 2, noon.Add(time.Hour)
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
		return errors.Join(tx.InsertKey(ctx, b), tx.InsertKey(ctx, a))
	})
	want(t, "oldest first", must[[]storage.Key](t)(s.Keys(ctx)), []storage.Key{a, b})
	err := refused(t, s, func(ctx context.Context, tx *storage.Tx) error {
		second := a
		second.ID = "c"
		return tx.InsertKey(ctx, second)
	})
	wantErr(t, "two first starts", err, storage.ErrConflict)
	a.RetiredAt, a.ExpiresAt, a.RevokedAt = noon, noon.Add(time.Hour), noon
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.UpdateKey(ctx, a) })
	want(t, "changed", must[[]storage.Key](t)(s.Keys(ctx)), []storage.Key{a, b})
	clock.Move(time.Hour)
	want(t, "expired", must[[]storage.Key](t)(s.Keys(ctx)), []storage.Key{b})
}

func settings(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	_, err := s.Setting(ctx, "x")
	wantErr(t, "none", err, storage.ErrNotFound)
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
		return errors.Join(tx.InsertSettingOnce(ctx, "x", []byte("1"), noon), tx.InsertSettingOnce(ctx, "x", []byte("2"), noon))
	})
	want(t, "the first", string(must[[]byte](t)(s.Setting(ctx, "x"))), "1")
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.PutSetting(ctx, "x", nil, noon) })
	want(t, "empty", string(must[[]byte](t)(s.Setting(ctx, "x"))), "")
}

func events(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	var all []storage.Event
	for i := range 5 {
		when := noon.Add(time.Duration(i) * time.Minute)
		e := storage.Event{ID: storage.NewID(when), At: when, Name: "client.created", ActorKind: "user", ActorID: "u", ActorName: "User", Object: "client", ObjectID: fmt.Sprint(i % 2), After: "{}"}
		all = append([]storage.Event{e}, all...)
		Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.InsertEvent(ctx, e) })
	}
	var got []storage.Event
	for p := (storage.Page{Limit: 2}); ; {
		page, next, err := s.Events(ctx, storage.EventFilter{}, p)
		wantErr(t, "list", err, nil)
		got = append(got, page...)
		if next == "" {
			break
		}
		p.After = next
	}
	want(t, "pages", got, all)
	for what, f := range map[string]storage.EventFilter{
		"by object": {Object: "client", ObjectID: "1"},
		"by time":   {From: noon.Add(time.Minute), To: noon.Add(3 * time.Minute)},
	} {
		found, _, err := s.Events(ctx, f, storage.Page{Limit: 10})
		wantErr(t, what, err, nil)
		want(t, what, len(found), 2)
	}
}

func revocations(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	r := storage.Revocation{Kind: storage.RevokedUser, ID: storage.NewID(noon), Epoch: 3, ExpiresAt: noon.Add(time.Hour)}
	lesser := r
	lesser.Epoch, lesser.ExpiresAt = 2, noon.Add(2*time.Hour)
	token := storage.Revocation{Kind: storage.RevokedToken, ID: r.ID, Owner: storage.ClientKey("c"), ExpiresAt: noon}
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
		return errors.Join(tx.PutRevocation(ctx, r), tx.PutRevocation(ctx, lesser), tx.PutRevocation(ctx, token))
	})
	r.ExpiresAt = lesser.ExpiresAt
	want(t, "in force", must[[]storage.Revocation](t)(s.Revocations(ctx, noon)), []storage.Revocation{r})
	asked := []storage.Revocation{{Kind: storage.RevokedToken, ID: r.ID}, {Kind: storage.RevokedGrant, ID: r.ID}}
	want(t, "asked for", must[[]storage.Revocation](t)(s.RevocationsOf(ctx, asked)), []storage.Revocation{token})
	none := must[[]storage.Revocation](t)(s.RevocationsOf(ctx, nil))
	want(t, "asked for none", len(none), 0)
}

func rollback(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	broken := errors.New("broken")
	err := refused(t, s, func(ctx context.Context, tx *storage.Tx) error {
		if err := tx.PutSetting(ctx, "x", []byte("1"), noon); err != nil {
			return err
		}
		if _, err := tx.Setting(ctx, "x"); err != nil {
			t.Error("a transaction sees what it wrote:", err)
		}
		return broken
	})
	want(t, "the error as it is", err, broken)
	_, err = s.Setting(ctx, "x")
	wantErr(t, "nothing written", err, storage.ErrNotFound)
	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, err = s.Setting(gone, "x")
	wantErr(t, "nobody waits any more", err, context.Canceled)
}

func orphans(t *testing.T, url string) {
	s := at(t, url, nil)
	x := Fill(t, s, noon)
	nobody := storage.NewID(noon)
	for what, f := range map[string]func(ctx context.Context, tx *storage.Tx) error{
		"a membership of nobody": func(ctx context.Context, tx *storage.Tx) error {
			return tx.PutMembership(ctx, storage.Membership{UserID: nobody, OrgID: x.Org.ID, Role: "member", CreatedAt: noon})
		},
		"a session of nobody": func(ctx context.Context, tx *storage.Tx) error {
			session := x.Session
			session.ID, session.TokenHash, session.UserID = nobody, [32]byte{9}, nobody
			return tx.InsertSession(ctx, session)
		},
		"a client of no organization": func(ctx context.Context, tx *storage.Tx) error {
			c := x.Client
			c.ID, c.OrgID = "other", nobody
			return tx.InsertClient(ctx, c)
		},
	} {
		wantErr(t, what, refused(t, s, f), storage.ErrGone)
	}
}

func impossibleTexts(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x := Fill(t, s, noon)
	for _, id := range []string{x.Client.ID + "\x00", x.Client.ID + "\x00x", "\x00", "\xff", x.Client.ID + "\xc3", ""} {
		_, err := s.Client(ctx, id)
		wantErr(t, fmt.Sprintf("%q", id), err, storage.ErrNotFound)
		_, _, err = s.Users(ctx, storage.UserFilter{Search: id + "%"}, storage.Page{Limit: 1})
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("search for %q: %v", id, err)
		}
	}
}

func closedStore(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x := Fill(t, s, noon)
	Follow(t, s)
	for range 2 {
		wantErr(t, "close", s.Close(), nil)
	}
	_, err := s.Client(ctx, x.Client.ID)
	wantErr(t, "a read", err, storage.ErrUnavailable)
	wantErr(t, "a transaction", refused(t, s, func(context.Context, *storage.Tx) error { return nil }), storage.ErrUnavailable)
	wantErr(t, "a hot write", s.InsertGrant(ctx, x.Grant()), storage.ErrUnavailable)
}
