package storagetest

import (
	"context"
	"crypto/sha256"
	"testing"
	"time"

	"postern/storage"
)

// Sample is an organization with one member, a client, the member's session and consent: all that a grant stands on.
type Sample struct {
	Now     time.Time
	Org     storage.Organization
	User    storage.User
	Client  storage.Client
	Session storage.Session
	Consent storage.Consent
}

// Fill writes a Sample at now.
func Fill(t testing.TB, s *storage.Store, now time.Time) *Sample {
	t.Helper()
	now = now.UTC().Truncate(time.Microsecond)
	x := &Sample{Now: now}
	id := storage.NewID(now)
	name := id.String()
	x.Org = storage.Organization{ID: storage.NewID(now), Slug: "org-" + name, Name: "Acme", Level: "team", CreatedAt: now, UpdatedAt: now}
	x.User = storage.User{ID: storage.NewID(now), Email: "User@" + name + ".example", EmailKey: "user@" + name + ".example", Name: "User", Epoch: 1, CreatedAt: now, UpdatedAt: now}
	x.Client = storage.Client{ID: "client-" + name, OrgID: x.Org.ID, OrgName: x.Org.Name, OrgSlug: x.Org.Slug, Kind: "web", Name: "App", Metadata: "{}", Epoch: 1, Version: 1, CreatedAt: now, UpdatedAt: now}
	x.Session = storage.Session{ID: storage.NewID(now), TokenHash: sha256.Sum256(id[:]), UserID: x.User.ID, UserEpoch: 1, OrgID: x.Org.ID, Data: "{}", AuthTime: now, CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(24 * time.Hour)}
	x.Consent = storage.Consent{ID: storage.NewID(now), UserID: x.User.ID, ClientID: x.Client.ID, OrgID: x.Org.ID, Scopes: []string{"read", "write"}, RedirectHosts: []string{"app.example"}, PublisherID: x.Org.ID, CreatedAt: now, UpdatedAt: now}
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error { return x.insert(ctx, tx) })
	return x
}

func (x *Sample) insert(ctx context.Context, tx *storage.Tx) error {
	for _, step := range []func() error{
		func() error { return tx.InsertOrganization(ctx, x.Org) },
		func() error { return tx.InsertUser(ctx, x.User) },
		func() error {
			return tx.PutMembership(ctx, storage.Membership{UserID: x.User.ID, OrgID: x.Org.ID, Role: "member", CreatedAt: x.Now})
		},
		func() error { return tx.InsertClient(ctx, x.Client) },
		func() error { return tx.InsertSession(ctx, x.Session) },
		func() error { return tx.PutConsent(ctx, x.Consent) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// Grant returns a grant that stands on x, not inserted yet: a refresh token of generation 0, 30 days absolute.
func (x *Sample) Grant() storage.Grant {
	id := storage.NewID(x.Now)
	hash := Secret(id, 0)
	return storage.Grant{
		ID: id, ClientID: x.Client.ID, UserID: x.User.ID, OrgID: x.Org.ID, ConsentID: x.Consent.ID, SessionID: x.Session.ID,
		Scopes: []string{"read", "write"}, Audience: []string{"https://api.example"}, ClientEpoch: 1, UserEpoch: 1,
		AuthTime: x.Now, TokenHash: hash[:], RotationKey: "", RotatedAt: x.Now, IdleTTL: 24 * time.Hour,
		AccessTTL: time.Hour, ExpiresAt: x.Now.Add(30 * 24 * time.Hour), CreatedAt: x.Now,
	}
}

// Rotation returns the step from a generation of g's refresh token to the next.
func (x *Sample) Rotation(g storage.Grant, generation int64) storage.Rotation {
	return storage.Rotation{
		Grant: g.ID, ClientID: g.ClientID, Generation: generation, TokenHash: Secret(g.ID, generation),
		NewHash: Secret(g.ID, generation+1), Salt: []byte("0123456789abcdef"), Key: "k1", At: x.Now.Add(time.Second),
	}
}

// Secret is the hash of the secret that a Sample's grant has at a generation.
func Secret(grant storage.ID, generation int64) [32]byte {
	return sha256.Sum256(append(grant[:], byte(generation), byte(generation>>8)))
}

// Write runs f in a transaction that has to succeed.
func Write(t testing.TB, s *storage.Store, f func(ctx context.Context, tx *storage.Tx) error) {
	t.Helper()
	ctx := t.Context()
	if err := s.Tx(ctx, func(tx *storage.Tx) error { return f(ctx, tx) }); err != nil {
		t.Fatal(err)
	}
}
