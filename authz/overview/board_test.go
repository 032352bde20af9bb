package overview_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"postern/authz/event"
	"postern/authz/key"
	"postern/authz/overview"
	"postern/storage"
	"postern/storage/storagetest"
)

// noon is today's, so that a test never straddles midnight; the stores' clocks agree with it to within a day.
func noon() time.Time { return time.Now().UTC().Truncate(24 * time.Hour).Add(12 * time.Hour) }

var admin = event.Actor{Kind: event.KindUser, ID: "u1", Name: "admin@example.com"}

// onBoth runs a test over sample rows on each engine.
func onBoth(t *testing.T, test func(t *testing.T, b *overview.Board, s *storage.Store, x *storagetest.Sample)) {
	t.Helper()
	t.Parallel()
	storagetest.Engines(t, func(t *testing.T, open func(...storagetest.Option) *storage.Store) {
		s := open()
		keys, err := key.Open(t.Context(), s, key.Config{Secret: []byte("a secret for tests alone, and long enough"), Issuer: "http://localhost", Now: noon})
		must(t, err)
		test(t, overview.New(s, keys, noon), s, storagetest.Fill(t, s, noon()))
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestActivityIsSortedByWhatItMeans(t *testing.T) {
	onBoth(t, func(t *testing.T, b *overview.Board, s *storage.Store, x *storagetest.Sample) {
		id := x.Client.ID
		count := func(kind string, daysAgo, n int) {
			for range n {
				s.CountLater(event.ObjectClient, id, kind, noon().AddDate(0, 0, -daysAgo))
			}
		}
		count("issued.authorization_code", 0, 2)
		count("issued.refresh_token", 1, 3)
		count("issued.refresh_token", 6, 5)
		count("issued.refresh_token", 29, 1)
		count("issued.refresh_token", 30, 7)
		count("error.invalid_grant", 2, 2)
		count("error.invalid_scope", 0, 3)
		count("authorized", 3, 1)
		count("revoked", 0, 9)
		must(t, s.Flush(t.Context()))
		a, err := b.Client(t.Context(), id)
		must(t, err)
		if len(a.Issued) != overview.Window || a.Issued[29].Count != 2 || a.Issued[28].Count != 3 || a.Issued[0].Count != 1 {
			t.Errorf("issued %v", a.Issued)
		}
		if len(a.Errors) != 2 || a.Errors[0].Code != "invalid_scope" || a.Errors[0].Count != 3 || a.Errors[1].Count != 2 {
			t.Errorf("errors %v", a.Errors)
		}
		if !a.LastAuthorized.Equal(noon().AddDate(0, 0, -3)) || !a.LastIssued.Equal(noon()) {
			t.Errorf("last authorized %s, issued %s", a.LastAuthorized, a.LastIssued)
		}
		day, week, err := b.IssuedLately(t.Context(), id)
		if must(t, err); day != 5 || week != 10 {
			t.Errorf("lately %d and %d, want 5 and 10", day, week)
		}
		all, err := b.Issued(t.Context())
		if must(t, err); all[29].Count != 2 {
			t.Errorf("all clients: %v", all)
		}
		s.CountLater(event.ObjectClient, "dormant", "issued.client_credentials", noon().AddDate(0, 0, -200))
		s.CountLater(event.ObjectClient, "refused", "error.invalid_grant", noon())
		must(t, s.Flush(t.Context()))
		used, err := b.LastUsed(t.Context(), []string{id, "dormant", "refused", "none"})
		if must(t, err); len(used) != 2 || !used[id].Equal(noon()) || !used["dormant"].Equal(noon().AddDate(0, 0, -200)) {
			t.Errorf("last used %v", used)
		}
	})
}

func TestTheTrailIsFoundByWhatPeopleType(t *testing.T) {
	onBoth(t, func(t *testing.T, b *overview.Board, s *storage.Store, x *storagetest.Sample) {
		record := func(actor event.Actor, name, object, id string) {
			storagetest.Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
				return event.Record(ctx, tx, noon(), actor, event.Entry{Name: name, Object: object, ObjectID: id})
			})
		}
		record(admin, event.ClientDisabled, event.ObjectClient, x.Client.ID)
		record(event.Command("client add"), event.ClientCreated, event.ObjectClient, x.Client.ID)
		record(event.Actor{Kind: event.KindUser, ID: x.User.ID.String()}, event.UserDisabled, event.ObjectUser, x.User.ID.String())
		record(admin, event.OrgUpdated, event.ObjectOrganization, x.Org.ID.String())
		day := noon().Truncate(24 * time.Hour)
		for _, row := range []struct {
			name string
			q    overview.Query
			want int
		}{
			{"everything", overview.Query{}, 4},
			{"an event", overview.Query{Event: event.ClientDisabled}, 1},
			{"an actor's id", overview.Query{Actor: "u1"}, 2},
			{"an actor's address, in any case", overview.Query{Actor: upper(x.User.Email)}, 1},
			{"a command, as it is typed", overview.Query{Actor: "posternd client add"}, 1},
			{"a kind of object", overview.Query{Object: "client"}, 2},
			{"an object's id", overview.Query{Object: x.Client.ID}, 2},
			{"a user's address", overview.Query{Object: x.User.Email}, 1},
			{"an organization's short name", overview.Query{Object: x.Org.Slug}, 1},
			{"nothing like it", overview.Query{Object: "no-such-thing"}, 0},
			{"an address that nobody has", overview.Query{Actor: "nobody@example.com"}, 0},
			{"today", overview.Query{From: day, To: day.AddDate(0, 0, 1)}, 4},
			{"yesterday", overview.Query{From: day.AddDate(0, 0, -1), To: day}, 0},
		} {
			got, _, err := b.Trail(t.Context(), row.q)
			if must(t, err); len(got) != row.want {
				t.Errorf("%s: %d entries, want %d", row.name, len(got), row.want)
			}
		}
	})
}

func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			b[i] = c - 32
		}
	}
	return string(b)
}

func TestReach(t *testing.T) {
	onBoth(t, func(t *testing.T, b *overview.Board, s *storage.Store, x *storagetest.Sample) {
		storagetest.Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
			for _, name := range []string{"reach:read", "reach:write"} {
				if err := tx.InsertScope(ctx, storage.Scope{Name: name, Title: name, Kind: "read", Reserved: name == "reach:write"}); err != nil {
					return err
				}
			}
			for i, allowed := range []string{"reach:read", "reach:*", "reach:write reach:read", "other"} {
				row := x.Client
				row.ID, row.Metadata = "reach-"+strconv.Itoa(i), `{"scope":"`+allowed+`"}`
				if err := tx.InsertClient(ctx, row); err != nil {
					return err
				}
			}
			return nil
		})
		reaches, err := b.Reaches(t.Context())
		if must(t, err); reaches["reach:read"] != 3 || reaches["reach:write"] != 1 {
			t.Errorf("reaches %v: a pattern never covers what is reserved", reaches)
		}
		if r, err := b.Reach(t.Context(), "reach:read"); err != nil || r.Clients != 3 {
			t.Errorf("reach %+v, %v", r, err)
		}
		sizes, err := b.Sizes(t.Context(), []storage.ID{x.Org.ID})
		if must(t, err); sizes[x.Org.ID].Clients != 5 || sizes[x.Org.ID].Members != 1 {
			t.Errorf("the organization has %+v", sizes[x.Org.ID])
		}
	})
}

func TestChangesOfKeysAreRecorded(t *testing.T) {
	onBoth(t, func(t *testing.T, b *overview.Board, s *storage.Store, _ *storagetest.Sample) {
		before := len(b.Keys())
		must(t, b.RotateKeys(t.Context(), admin, false))
		if got := len(b.Keys()); got != before+2 {
			t.Errorf("%d keys after %d", got, before)
		}
		if err := b.RevokeKey(t.Context(), admin, "sig-00000000"); !errors.Is(err, overview.ErrNotFound) {
			t.Errorf("no such key: %v", err)
		}
		kid := b.Keys()[0].ID
		must(t, b.RevokeKey(t.Context(), admin, kid))
		rotated, _, err := b.Trail(t.Context(), overview.Query{Event: event.KeyRotated, Actor: "u1"})
		if must(t, err); len(rotated) != 2 {
			t.Errorf("%d rotations are recorded, want 2", len(rotated))
		}
		revoked, _, err := b.History(t.Context(), event.ObjectKey, kid, "", 10)
		if must(t, err); len(revoked) == 0 || revoked[0].Name != event.KeyRevoked || revoked[0].ActorName != admin.Name {
			t.Errorf("the revocation is recorded as %+v", revoked)
		}
	})
}
