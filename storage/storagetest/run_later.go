package storagetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"postern/storage"
)

func counts(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	day := noon.Unix() / 86400
	for round := range 2 {
		for i := range 10 {
			s.CountLater("client", fmt.Sprint("c", i%2), "issued", noon.Add(time.Duration(round)*time.Second))
		}
		wantErr(t, "flush", s.Flush(ctx), nil)
	}
	last := noon.Add(time.Second)
	want(t, "of one", must[[]storage.Count](t)(s.Counts(ctx, "client", "c0", day)),
		[]storage.Count{{Object: "client", ObjectID: "c0", Day: day, Kind: "issued", N: 10, LastAt: last}})
	want(t, "of all", must[[]storage.Count](t)(s.Counts(ctx, "client", "", day)),
		[]storage.Count{{Object: "client", Day: day, Kind: "issued", N: 20, LastAt: last}})
	want(t, "since tomorrow", len(must[[]storage.Count](t)(s.Counts(ctx, "client", "", day+1))), 0)
}

func failures(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	f := storage.Failure{Object: "client", ObjectID: "c", Code: "invalid_grant", Reason: "r", Detail: "{}", Address: "::1", RequestID: "q"}
	for i := range 50 {
		f.At = noon.Add(time.Duration(i) * time.Second)
		s.FailLater(f)
		if i%7 == 0 {
			wantErr(t, "flush", s.Flush(ctx), nil)
		}
	}
	wantErr(t, "flush", s.Flush(ctx), nil)
	got := must[[]storage.Failure](t)(s.Failures(ctx, "client", "c"))
	want(t, "kept", len(got), 20)
	want(t, "the newest first", got[0], f)
	want(t, "and the 19 before it", got[19].At, noon.Add(30*time.Second))
	f.ObjectID, f.At = "d", noon.Add(time.Hour)
	s.FailLater(f)
	wantErr(t, "flush", s.Flush(ctx), nil)
	want(t, "over all", must[[]storage.Failure](t)(s.RecentFailures(ctx, 2)), []storage.Failure{f, got[0]})
}

func seen(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x := Fill(t, s, noon)
	secret := storage.ClientSecret{ID: storage.NewID(noon), ClientID: x.Client.ID, Hint: "abcd", CreatedAt: noon}
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.InsertClientSecret(ctx, secret) })
	later := noon.Add(time.Hour)
	for _, when := range []time.Time{later, noon} { // the later counts, whatever comes last
		s.SeenLater("session", x.Session.ID, when)
		s.SeenLater("consent", x.Consent.ID, when)
		s.SeenLater("client_secret", secret.ID, when)
		s.SeenLater("no such kind", secret.ID, when)
	}
	wantErr(t, "flush", s.Flush(ctx), nil)
	want(t, "session", must[storage.Session](t)(s.Session(ctx, x.Session.ID)).LastSeenAt, later)
	want(t, "consent", must[storage.Consent](t)(s.ConsentByID(ctx, x.Consent.ID)).LastUsedAt, later)
	want(t, "secret", must[[]storage.ClientSecret](t)(s.ClientSecrets(ctx, x.Client.ID))[0].LastUsedAt, later)

	other := at(t, url, nil)
	other.CountLater("client", x.Client.ID, "issued", noon)
	wantErr(t, "closing writes what was put off", errors.Join(other.Close()), nil)
	want(t, "counted", len(must[[]storage.Count](t)(s.Counts(ctx, "client", x.Client.ID, 0))), 1)
}
