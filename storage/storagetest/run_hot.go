package storagetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"postern/storage"
)

// racers run f so many times at once and return how often it returned each kind of error.
func racers(t testing.TB, n int, f func(i int) error) (ok, spent int) {
	t.Helper()
	start := make(chan struct{})
	errs := make([]error, n)
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	wait.Wait()
	for _, err := range errs {
		switch {
		case err == nil:
			ok++
		case errors.Is(err, storage.ErrSpent):
			spent++
		default:
			t.Errorf("a racer got %v", err)
		}
	}
	return ok, spent
}

func inserted(t testing.TB, s *storage.Store, x *Sample) storage.Grant {
	t.Helper()
	g := x.Grant()
	if err := s.InsertGrant(t.Context(), g); err != nil {
		t.Fatal(err)
	}
	return g
}

func grantComesBack(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x := Fill(t, s, noon)
	g := inserted(t, s, x)
	want(t, "inserted", must[storage.Grant](t)(s.Grant(ctx, g.ID)), g)
	rotated, err := s.RotateGrant(ctx, x.Rotation(g, 0))
	wantErr(t, "refresh", err, nil)
	want(t, "as it is after", rotated, must[storage.Grant](t)(s.Grant(ctx, g.ID)))
	hash := Secret(g.ID, 1)
	g.Generation, g.TokenHash, g.Salt, g.RotationKey, g.RotatedAt = 1, hash[:], []byte("0123456789abcdef"), "k1", noon.Add(time.Second)
	want(t, "nothing else changed", rotated, g)

	bare := x.Grant()
	bare.ConsentID, bare.SessionID, bare.TokenHash, bare.Audience, bare.IdleTTL = storage.ID{}, storage.ID{}, nil, nil, 0
	wantErr(t, "a first-party grant without a refresh token", s.InsertGrant(ctx, bare), nil)
	want(t, "bare", must[storage.Grant](t)(s.Grant(ctx, bare.ID)), bare)
	want(t, "live", must[int64](t)(s.LiveGrants(ctx, x.Client.ID, noon)), 2)
}

func redeemOnce(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x := Fill(t, s, noon)
	g := x.Grant()
	ok, spent := racers(t, 100, func(int) error { return s.InsertGrant(ctx, g) })
	want(t, "winners and losers", []int{ok, spent}, []int{1, 99})
}

func rotateOnce(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x := Fill(t, s, noon)
	g := inserted(t, s, x)
	ok, spent := racers(t, 100, func(int) error {
		_, err := s.RotateGrant(ctx, x.Rotation(g, 0))
		return err
	})
	want(t, "winners and losers", []int{ok, spent}, []int{1, 99})
	want(t, "generations used up", must[storage.Grant](t)(s.Grant(ctx, g.ID)).Generation, 1)
}

func rotateMany(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x := Fill(t, s, noon)
	grants := make([]storage.Grant, 60)
	for i := range grants {
		grants[i] = x.Grant()
	}
	ok, _ := racers(t, len(grants), func(i int) error { return s.InsertGrant(ctx, grants[i]) })
	want(t, "inserted", ok, len(grants))
	for generation := range int64(5) {
		ok, _ := racers(t, len(grants), func(i int) error {
			_, err := s.RotateGrant(ctx, x.Rotation(grants[i], generation))
			return err
		})
		want(t, "refreshed", ok, len(grants))
	}
	want(t, "no row more", must[int64](t)(s.LiveGrants(ctx, x.Client.ID, noon)), int64(len(grants)))
}

// deaths are the ways in which what a grant stands on stops being live.
var deaths = map[string]func(ctx context.Context, tx *storage.Tx, x *Sample) error{
	"RT-24: the user is disabled": func(ctx context.Context, tx *storage.Tx, x *Sample) error {
		u := x.User
		u.DisabledAt = noon
		return tx.UpdateUser(ctx, u)
	},
	"the user signed out everywhere": func(ctx context.Context, tx *storage.Tx, x *Sample) error {
		_, err := tx.BumpUserEpoch(ctx, x.User.ID)
		return err
	},
	"the user is deleted": func(ctx context.Context, tx *storage.Tx, x *Sample) error { return tx.DeleteUser(ctx, x.User.ID) },
	"the client is disabled": func(ctx context.Context, tx *storage.Tx, x *Sample) error {
		c := x.Client
		c.DisabledAt = noon
		return tx.UpdateClient(ctx, c, 1)
	},
	"the client's epoch went on": func(ctx context.Context, tx *storage.Tx, x *Sample) error {
		_, err := tx.BumpClientEpoch(ctx, x.Client.ID)
		return err
	},
	"RT-25: the client is deleted": func(ctx context.Context, tx *storage.Tx, x *Sample) error { return tx.DeleteClient(ctx, x.Client.ID) },
	"the membership ended": func(ctx context.Context, tx *storage.Tx, x *Sample) error {
		return tx.DeleteMembership(ctx, x.User.ID, x.Org.ID)
	},
	"the consent is revoked": func(ctx context.Context, tx *storage.Tx, x *Sample) error {
		return tx.DeleteConsent(ctx, x.Consent.ID)
	},
	"the consent expired": func(ctx context.Context, tx *storage.Tx, x *Sample) error {
		c := x.Consent
		c.ExpiresAt = noon
		return tx.PutConsent(ctx, c)
	},
}

func insertDead(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	kill := func(what string, f func(context.Context, *storage.Tx, *Sample) error) {
		x := Fill(t, s, noon)
		Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return f(ctx, tx, x) })
		g := x.Grant()
		wantErr(t, what, s.InsertGrant(ctx, g), storage.ErrGone)
		_, err := s.Grant(ctx, g.ID)
		wantErr(t, what+": no row", err, storage.ErrNotFound)
	}
	for what, f := range deaths {
		kill(what, f)
	}
	kill("CO-39: the session ended", func(ctx context.Context, tx *storage.Tx, x *Sample) error {
		return tx.DeleteSession(ctx, x.Session.ID)
	})
	x := Fill(t, s, noon)
	late := x.Grant()
	late.CreatedAt = noon.Add(24 * time.Hour)
	wantErr(t, "the session expired", s.InsertGrant(ctx, late), storage.ErrGone)
}

func rotateDead(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	refuse := func(what string, x *Sample, r storage.Rotation) {
		t.Helper()
		for _, r.Keep = range []bool{false, true} {
			_, err := s.RotateGrant(ctx, r)
			wantErr(t, what, err, storage.ErrSpent)
		}
	}
	for what, f := range deaths {
		x := Fill(t, s, noon)
		g := inserted(t, s, x)
		Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return f(ctx, tx, x) })
		refuse(what, x, x.Rotation(g, 0))
	}
	x := Fill(t, s, noon)
	g := inserted(t, s, x)
	for what, change := range map[string]func(*storage.Rotation){
		"RT-05: another client": func(r *storage.Rotation) { r.ClientID = "other" },
		"a newer generation":    func(r *storage.Rotation) { r.Generation = 1 },
		"another secret":        func(r *storage.Rotation) { r.TokenHash[0]++ },
		"no such grant":         func(r *storage.Rotation) { r.Grant = storage.NewID(noon) },
		"idle too long":         func(r *storage.Rotation) { r.At = noon.Add(24 * time.Hour) },
		"too old":               func(r *storage.Rotation) { r.At = g.ExpiresAt },
	} {
		r := x.Rotation(g, 0)
		change(&r)
		refuse(what, x, r)
	}
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.RevokeGrant(ctx, g.ID, noon, "test")
		return err
	})
	refuse("the grant is revoked", x, x.Rotation(g, 0))
}

func keep(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x := Fill(t, s, noon)
	g := inserted(t, s, x)
	r := x.Rotation(g, 0)
	r.Keep, r.At = true, noon.Add(time.Hour)
	for range 3 {
		want(t, "the row as it is", must[storage.Grant](t)(s.RotateGrant(ctx, r)), g)
	}
	wantErr(t, "flush", s.Flush(ctx), nil)
	g.RotatedAt = r.At
	want(t, "last use", must[storage.Grant](t)(s.Grant(ctx, g.ID)), g)

	r.AccessTTL, g.AccessTTL = 2*time.Hour, 2*time.Hour
	want(t, "a longer access token", must[storage.Grant](t)(s.RotateGrant(ctx, r)), g)
	want(t, "is noted", must[storage.Grant](t)(s.Grant(ctx, g.ID)), g)
	r.Keep, r.AccessTTL = false, time.Minute
	want(t, "a shorter one is not", must[storage.Grant](t)(s.RotateGrant(ctx, r)).AccessTTL, 2*time.Hour)
}

func revokeGrants(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x := Fill(t, s, noon)
	one, two, three := inserted(t, s, x), inserted(t, s, x), inserted(t, s, x)
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
		revoked, err := tx.RevokeGrant(ctx, one.ID, noon, "first")
		want(t, "revoked", revoked, true)
		return err
	})
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
		revoked, err := tx.RevokeGrant(ctx, one.ID, noon, "second")
		want(t, "revoked again", revoked, false)
		if err != nil {
			return err
		}
		n, err := tx.RevokeGrantsOf(ctx, x.User.ID, x.Client.ID, storage.ID{}, noon, "all")
		want(t, "the others", n, 2)
		return err
	})
	want(t, "the first reason stays", must[storage.Grant](t)(s.Grant(ctx, one.ID)).RevokedReason, "first")
	for _, g := range []storage.Grant{one, two, three} {
		rows := must[[]storage.Revocation](t)(s.RevocationsOf(ctx, []storage.Revocation{{Kind: storage.RevokedGrant, ID: g.ID}}))
		until := g.RotatedAt.Add(g.AccessTTL + 16*time.Minute)
		want(t, "announced until its last access token is over", rows, []storage.Revocation{{Kind: storage.RevokedGrant, ID: g.ID, ExpiresAt: until}})
	}
}
