package storagetest

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"testing"
	"time"

	"postern/storage"
)

func forgedCursors(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	Fill(t, s, noon)
	coded := base64.RawURLEncoding.EncodeToString
	for _, after := range []string{
		"\xff", "a\x00b", "!.x", ".", "..", coded([]byte("\xff")) + ".x", coded([]byte("a\x00")) + ".x", coded([]byte("a")) + ".\xff",
	} {
		p := storage.Page{After: after, Limit: 10}
		_, _, ofClients := s.Clients(ctx, storage.ClientFilter{}, p)
		_, _, ofUsers := s.Users(ctx, storage.UserFilter{}, p)
		_, _, ofOrganizations := s.Organizations(ctx, "", p)
		_, _, ofEvents := s.Events(ctx, storage.EventFilter{}, p)
		wantErr(t, fmt.Sprintf("after %q", after), errors.Join(ofClients, ofUsers, ofOrganizations, ofEvents), nil)
	}
	rows, _, err := s.Clients(ctx, storage.ClientFilter{}, storage.Page{After: coded([]byte("\xff")) + ".x", Limit: 10})
	wantErr(t, "no text", err, nil)
	want(t, "the list begins at its start", len(rows), 1)
}

func lookups(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x, y := Fill(t, s, noon), Fill(t, s, noon)
	found := must[map[string]storage.Client](t)(s.ClientsByID(ctx, []string{x.Client.ID, "none", y.Client.ID}))
	want(t, "clients", found, map[string]storage.Client{x.Client.ID: x.Client, y.Client.ID: y.Client})
	var ids []string
	for i := range 250 {
		ids = append(ids, fmt.Sprint("none", i))
	}
	many := must[map[string]storage.Client](t)(s.ClientsByID(ctx, append(ids, x.Client.ID)))
	want(t, "more than one question", len(many), 1)
	want(t, "none asked for", len(must[map[string]storage.Client](t)(s.ClientsByID(ctx, nil))), 0)

	for i, kind := range []string{"issued.a", "issued.b", "issuedXc", "error.x"} {
		s.CountLater("client", x.Client.ID, kind, noon.AddDate(0, 0, i))
	}
	s.CountLater("user", y.Client.ID, "issued.a", noon)
	wantErr(t, "flush", s.Flush(ctx), nil)
	last := must[map[string]time.Time](t)(s.LastCounted(ctx, "client", "issued.", []string{x.Client.ID, y.Client.ID}))
	want(t, "last counted", last, map[string]time.Time{x.Client.ID: noon.AddDate(0, 0, 1)})
}

func organizationSizes(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x, y := Fill(t, s, noon), Fill(t, s, noon)
	part := storage.Organization{ID: storage.NewID(noon), Slug: "part", Name: "Part", ParentID: x.Org.ID, CreatedAt: noon, UpdatedAt: noon}
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
		m := storage.Membership{UserID: y.User.ID, OrgID: x.Org.ID, Role: "owner", CreatedAt: noon}
		return errors.Join(tx.InsertOrganization(ctx, part), tx.PutMembership(ctx, m))
	})
	got := must[map[storage.ID]storage.OrganizationSize](t)(s.OrganizationSizes(ctx, []storage.ID{x.Org.ID, part.ID, storage.NewID(noon)}))
	want(t, "sizes", got, map[storage.ID]storage.OrganizationSize{
		x.Org.ID: {Members: 2, Clients: 1}, part.ID: {ParentSlug: x.Org.Slug},
	})
}

func accessOfUsers(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x, y := Fill(t, s, noon), Fill(t, s, noon)
	add := func(change func(g *storage.Grant)) storage.Grant {
		g := x.Grant()
		change(&g)
		wantErr(t, "insert", s.InsertGrant(ctx, g), nil)
		return g
	}
	add(func(*storage.Grant) {})
	add(func(g *storage.Grant) { g.Scopes, g.RotatedAt = []string{"write", "delete"}, noon.Add(time.Hour) })
	first := add(func(g *storage.Grant) { g.ConsentID, g.CreatedAt = storage.ID{}, noon.Add(-time.Hour) })
	revoked := add(func(g *storage.Grant) { g.Scopes = []string{"revoked"} })
	add(func(g *storage.Grant) { g.Scopes, g.ExpiresAt = []string{"expired"}, noon.Add(time.Minute) })
	add(func(g *storage.Grant) { g.Scopes, g.IdleTTL, g.AccessTTL = []string{"idle"}, time.Hour, time.Minute })
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.RevokeGrant(ctx, revoked.ID, noon, "test")
		return err
	})
	now := noon.Add(2 * time.Hour)
	want(t, "one row for all of an app's grants", must[[]storage.Access](t)(s.AccessOf(ctx, x.User.ID, now)), []storage.Access{{
		ClientID: x.Client.ID, OrgID: x.Org.ID, Scopes: []string{"read", "write", "delete"}, Grants: 3,
		Since: first.CreatedAt, LastUsed: noon.Add(time.Hour),
	}})
	want(t, "somebody else", len(must[[]storage.Access](t)(s.AccessOf(ctx, y.User.ID, now))), 0)
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
		_, err := tx.BumpClientEpoch(ctx, x.Client.ID)
		return err
	})
	want(t, "all tokens of the app are revoked", len(must[[]storage.Access](t)(s.AccessOf(ctx, x.User.ID, now))), 0)
}
