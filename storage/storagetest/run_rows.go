package storagetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"postern/storage"
)

// noon is when most of the contract happens.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)

func at(t testing.TB, url string, clock *Clock, options ...Option) *storage.Store {
	t.Helper()
	if clock == nil {
		clock = NewClock(noon)
	}
	return Open(t, url, clock.Now, options...)
}

// want fails unless got is as wanted.
func want[T any](t testing.TB, what string, got, wanted T) {
	t.Helper()
	if !reflect.DeepEqual(got, wanted) {
		t.Fatalf("%s:\n got %+v\nwant %+v", what, got, wanted)
	}
}

// wantErr fails unless err is of the kind wanted (nil: no error).
func wantErr(t testing.TB, what string, err, wanted error) {
	t.Helper()
	if !errors.Is(err, wanted) {
		t.Fatalf("%s: got error %v, want %v", what, err, wanted)
	}
}

func must[T any](t testing.TB) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// refused runs f in a transaction and returns its error.
func refused(t testing.TB, s *storage.Store, f func(ctx context.Context, tx *storage.Tx) error) error {
	t.Helper()
	return s.Tx(t.Context(), func(tx *storage.Tx) error { return f(t.Context(), tx) })
}

func organizations(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	var all []storage.Organization
	for i := range 5 {
		o := storage.Organization{ID: storage.NewID(noon), Slug: fmt.Sprintf("o%d", i), Name: fmt.Sprintf("Name_%d", i), Level: "team", CreatedAt: noon, UpdatedAt: noon}
		if i > 0 {
			o.ParentID = all[0].ID
		}
		all = append(all, o)
		Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.InsertOrganization(ctx, o) })
	}
	want(t, "by id", must[storage.Organization](t)(s.Organization(ctx, all[1].ID)), all[1])
	want(t, "by slug", must[storage.Organization](t)(s.OrganizationBySlug(ctx, "o2")), all[2])
	var got []storage.Organization
	for p := (storage.Page{Limit: 2}); ; {
		page, next, err := s.Organizations(ctx, "", p)
		wantErr(t, "list", err, nil)
		got = append(got, page...)
		if next == "" {
			break
		}
		p.After = next
	}
	want(t, "pages", got, all)
	found, _, err := s.Organizations(ctx, "AME_3", storage.Page{Limit: 10})
	wantErr(t, "search", err, nil)
	want(t, "search", found, all[3:4])
	found, _, _ = s.Organizations(ctx, "%", storage.Page{Limit: 10})
	want(t, "a percent sign is a character", len(found), 0)

	err = refused(t, s, func(ctx context.Context, tx *storage.Tx) error {
		taken := all[0]
		taken.ID = storage.NewID(noon)
		return tx.InsertOrganization(ctx, taken)
	})
	wantErr(t, "slug taken", err, storage.ErrConflict)
	_, err = s.Organization(ctx, storage.NewID(noon))
	wantErr(t, "no such organization", err, storage.ErrNotFound)
}

func users(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x := Fill(t, s, noon)
	want(t, "no administrator yet", must[bool](t)(s.HasAdmin(ctx)), false)
	u := x.User
	u.Name, u.IsAdmin, u.PasswordHash = "User L. <b>", true, "$argon2id$"
	u.PasswordChangedAt, u.LastSignInAt, u.UpdatedAt = noon.Add(1), noon.Add(time.Hour), noon.Add(time.Minute)
	u.PasswordChangedAt = u.PasswordChangedAt.Truncate(time.Microsecond)
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.UpdateUser(ctx, u) })
	want(t, "by address", must[storage.User](t)(s.UserByEmailKey(ctx, u.EmailKey)), u)
	want(t, "an administrator", must[bool](t)(s.HasAdmin(ctx)), true)

	y := Fill(t, s, noon)
	err := refused(t, s, func(ctx context.Context, tx *storage.Tx) error {
		taken := y.User
		taken.EmailKey = u.EmailKey
		return tx.UpdateUser(ctx, taken)
	})
	wantErr(t, "address taken", err, storage.ErrConflict)
	for state, n := range map[string]int{"": 2, "active": 2, "disabled": 0, "admin": 1} {
		got, _, err := s.Users(ctx, storage.UserFilter{State: state}, storage.Page{Limit: 10})
		wantErr(t, "list "+state, err, nil)
		want(t, "list "+state, len(got), n)
	}
	got, _, err := s.Users(ctx, storage.UserFilter{Search: "user l"}, storage.Page{Limit: 10})
	wantErr(t, "search", err, nil)
	want(t, "search", got, []storage.User{u})

	Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
		epoch, err := tx.BumpUserEpoch(ctx, u.ID)
		want(t, "epoch", epoch, 2)
		return err
	})
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.DeleteUser(ctx, u.ID) })
	_, err = s.Session(ctx, x.Session.ID)
	wantErr(t, "the session went too", err, storage.ErrNotFound)
	_, err = s.ConsentByID(ctx, x.Consent.ID)
	wantErr(t, "the consent went too", err, storage.ErrNotFound)
	err = refused(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.DeleteUser(ctx, u.ID) })
	wantErr(t, "deleted twice", err, storage.ErrNotFound)
}

func memberships(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x := Fill(t, s, noon)
	m := storage.Membership{UserID: x.User.ID, OrgID: x.Org.ID, OrgSlug: x.Org.Slug, OrgName: x.Org.Name, Role: "owner", CreatedAt: noon}
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.PutMembership(ctx, m) })
	want(t, "one", must[storage.Membership](t)(s.Membership(ctx, x.User.ID, x.Org.ID)), m)
	want(t, "all", must[[]storage.Membership](t)(s.Memberships(ctx, x.User.ID)), []storage.Membership{m})
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.DeleteMembership(ctx, x.User.ID, x.Org.ID) })
	_, err := s.Membership(ctx, x.User.ID, x.Org.ID)
	wantErr(t, "ended", err, storage.ErrNotFound)
}

func clients(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x := Fill(t, s, noon)
	want(t, "as written", must[storage.Client](t)(s.Client(ctx, x.Client.ID)), x.Client)
	_, err := s.Client(ctx, strings.ToUpper(x.Client.ID))
	wantErr(t, "AZ-58: another letter case is another client", err, storage.ErrNotFound)
	c := x.Client
	c.Name, c.DisabledAt = "Renamed", noon
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.UpdateClient(ctx, c, 1) })
	c.Version = 2
	want(t, "changed", must[storage.Client](t)(s.Client(ctx, c.ID)), c)
	err = refused(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.UpdateClient(ctx, c, 1) })
	wantErr(t, "somebody changed it meanwhile", err, storage.ErrConflict)
	err = refused(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.InsertClient(ctx, c) })
	wantErr(t, "id taken", err, storage.ErrConflict)
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
		epoch, err := tx.BumpClientEpoch(ctx, c.ID)
		want(t, "epoch", epoch, 2)
		return err
	})
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.DeleteClient(ctx, c.ID) })
	err = refused(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.UpdateClient(ctx, c, 2) })
	wantErr(t, "gone", err, storage.ErrNotFound)
}

func clientLists(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x := Fill(t, s, noon)
	names := []string{"Apple", "Same", "Same", "Zebra"}
	var ids []string
	for i, name := range names {
		c := x.Client
		c.ID, c.Name, c.Kind = fmt.Sprintf("c%d", i), name, "machine"
		ids = append(ids, c.ID)
		Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.InsertClient(ctx, c) })
	}
	var got []string
	for p := (storage.Page{Limit: 1}); ; {
		page, next, err := s.Clients(ctx, storage.ClientFilter{Kind: "machine", State: "active", OrgID: x.Org.ID}, p)
		wantErr(t, "list", err, nil)
		for _, c := range page {
			got = append(got, c.ID)
		}
		if next == "" {
			break
		}
		p.After = next
	}
	want(t, "pages", got, ids)
	found, _, err := s.Clients(ctx, storage.ClientFilter{Search: "zEB"}, storage.Page{Limit: 10})
	wantErr(t, "search", err, nil)
	want(t, "search", found[0].ID, "c3")
	none, _, err := s.Clients(ctx, storage.ClientFilter{State: "disabled"}, storage.Page{Limit: 10})
	wantErr(t, "disabled", err, nil)
	want(t, "disabled", len(none), 0)
	clients, users, orgs, grants, err := s.Totals(ctx)
	wantErr(t, "totals", err, nil)
	want(t, "totals", []int64{clients, users, orgs, grants}, []int64{5, 1, 1, 0})
}

func secretsAndLogos(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x := Fill(t, s, noon)
	old := storage.ClientSecret{ID: storage.NewID(noon), ClientID: x.Client.ID, Hash: Secret(x.User.ID, 1), Hint: "abcd", CreatedAt: noon}
	young := old
	young.ID, young.CreatedAt, young.ExpiresAt = storage.NewID(noon.Add(time.Hour)), noon.Add(time.Hour), noon.Add(48*time.Hour)
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
		return errors.Join(tx.InsertClientSecret(ctx, old), tx.InsertClientSecret(ctx, young),
			tx.PutClientLogo(ctx, x.Client.ID, []byte("png"), "sum", noon))
	})
	want(t, "newest first", must[[]storage.ClientSecret](t)(s.ClientSecrets(ctx, x.Client.ID)), []storage.ClientSecret{young, old})
	png, sum, err := s.ClientLogo(ctx, x.Client.ID)
	wantErr(t, "logo", err, nil)
	want(t, "logo", string(png)+sum, "pngsum")
	want(t, "the client names its logo", must[storage.Client](t)(s.Client(ctx, x.Client.ID)).LogoSum, "sum")
	old.ExpiresAt = noon
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
		return errors.Join(tx.UpdateClientSecret(ctx, old), tx.DeleteClientSecret(ctx, x.Client.ID, young.ID))
	})
	want(t, "one left", must[[]storage.ClientSecret](t)(s.ClientSecrets(ctx, x.Client.ID)), []storage.ClientSecret{old})
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.DeleteClient(ctx, x.Client.ID) })
	want(t, "none left", len(must[[]storage.ClientSecret](t)(s.ClientSecrets(ctx, x.Client.ID))), 0)
	_, _, err = s.ClientLogo(ctx, x.Client.ID)
	wantErr(t, "no logo left", err, storage.ErrNotFound)
}

func scopes(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	a := storage.Scope{Name: "z.read", Title: "Read", Group: "a", Kind: "read", Default: true, CreatedAt: noon, UpdatedAt: noon}
	b := storage.Scope{Name: "a.write", Title: "Write", Group: "b", Kind: "write", Sensitive: true, Optional: true, Reserved: true, CreatedAt: noon, UpdatedAt: noon}
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
		return errors.Join(tx.InsertScope(ctx, b), tx.InsertScope(ctx, a))
	})
	want(t, "list", must[[]storage.Scope](t)(s.Scopes(ctx)), []storage.Scope{a, b})
	a.Title = "Read all"
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.UpdateScope(ctx, a) })
	want(t, "one", must[storage.Scope](t)(s.Scope(ctx, "z.read")), a)
	err := refused(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.InsertScope(ctx, a) })
	wantErr(t, "name taken", err, storage.ErrConflict)
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return tx.DeleteScope(ctx, "z.read") })
	_, err = s.Scope(ctx, "z.read")
	wantErr(t, "gone", err, storage.ErrNotFound)
}
