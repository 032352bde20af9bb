package identity

import (
	"slices"
	"testing"

	"postern/authz/event"
	"postern/storage"
)

func TestAllowAndRevokeConsent(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		u, stranger := h.user(t, "user@example.com", false), h.user(t, "other@example.com", false)
		clientID, org := h.app(t, "app")
		if c, err := h.Consent(ctx, u.ID, clientID, org); err != nil || !c.ID.IsZero() {
			t.Fatalf("%+v, %v", c, err)
		}
		in := ConsentInput{UserID: u.ID, ClientID: clientID, OrgID: org, Scopes: []string{"posts:read"}, RedirectHost: "a.example", PublisherID: org}
		first, err := h.Allow(ctx, tester, in)
		if err != nil {
			t.Fatal(err)
		}
		in.Scopes = []string{"jobs:read"}
		second, err := h.Allow(ctx, tester, in)
		if err != nil || second.ID != first.ID || !slices.Equal(second.Scopes, []string{"posts:read", "jobs:read"}) {
			t.Fatalf("%+v, %v", second, err)
		}
		apps, err := h.Apps(ctx, u.ID)
		if err != nil || len(apps) != 1 || apps[0].Client.ID != clientID || apps[0].Organization != "Default" || apps[0].Client.OrgName != "Default" {
			t.Errorf("apps %+v, %v", apps, err)
		}
		g := h.grant(t, u, clientID, org, first.ID)
		wantError(t, h.RevokeApp(ctx, tester, stranger.ID, clientID, org), ErrNotFound) // TI-11
		if err := h.RevokeApp(ctx, tester, u.ID, clientID, org); err != nil {
			t.Fatal(err)
		}
		h.wantEnded(t, g)
		if c, err := h.Consent(ctx, u.ID, clientID, org); err != nil || !c.ID.IsZero() {
			t.Errorf("%+v, %v", c, err)
		}
		h.wantEvents(t, event.ObjectConsent, first.ID, event.ConsentRevoked, event.ConsentGiven, event.ConsentGiven)
	})
}

func TestAllowRefuses(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		u := h.user(t, "user@example.com", false)
		clientID, org := h.app(t, "app")
		acme, err := h.CreateOrganization(ctx, tester, NewOrganization{Slug: "acme", Name: "Acme"})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range []struct {
			name   string
			change func(in *ConsentInput)
			want   error
		}{
			{"nothing", func(in *ConsentInput) { in.Scopes = nil }, ErrNoScopes},
			{"an organization that the user is not in", func(in *ConsentInput) { in.OrgID = acme.ID }, ErrNotMember},
			{"an app that is gone", func(in *ConsentInput) { in.ClientID = "gone" }, ErrNotFound},
			{"an app that moved to another publisher meanwhile", func(in *ConsentInput) { in.PublisherID = acme.ID }, ErrNotFound},
			{"a user that is gone", func(in *ConsentInput) { in.UserID = ID{3} }, ErrNotFound},
		} {
			in := ConsentInput{UserID: u.ID, ClientID: clientID, OrgID: org, Scopes: []string{"posts:read"}, RedirectHost: "a.example", PublisherID: org}
			row.change(&in)
			_, err := h.Allow(ctx, tester, in)
			t.Log(row.name)
			wantError(t, err, row.want)
		}
		if err := h.Disable(ctx, tester, u.ID); err != nil {
			t.Fatal(err)
		}
		_, err = h.Allow(ctx, tester, ConsentInput{UserID: u.ID, ClientID: clientID, OrgID: org, Scopes: []string{"posts:read"}, RedirectHost: "a.example", PublisherID: org})
		wantError(t, err, ErrDisabled)
	})
}

func TestRevokeAllConsents(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		u := h.user(t, "user@example.com", false)
		var grants []ID
		for _, id := range []string{"one", "two"} {
			clientID, org := h.app(t, id)
			c, err := h.Allow(ctx, tester, ConsentInput{UserID: u.ID, ClientID: clientID, OrgID: org, Scopes: []string{"posts:read"}, RedirectHost: "a.example", PublisherID: org})
			if err != nil {
				t.Fatal(err)
			}
			grants = append(grants, h.grant(t, u, clientID, org, c.ID))
		}
		n, err := h.RevokeAllConsents(ctx, tester, u.ID)
		if err != nil || n != 2 {
			t.Errorf("%d, %v", n, err)
		}
		for _, g := range grants {
			h.wantEnded(t, g)
		}
	})
}

// A code that is on its way when its consent is revoked gives nothing.
func TestRevokedConsentsLetNoCodeThrough(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		u := h.user(t, "user@example.com", false)
		clientID, org := h.app(t, "app")
		c, err := h.Allow(ctx, tester, ConsentInput{UserID: u.ID, ClientID: clientID, OrgID: org, Scopes: []string{"posts:read"}, RedirectHost: "a.example", PublisherID: org})
		if err != nil {
			t.Fatal(err)
		}
		if err := h.RevokeApp(ctx, tester, u.ID, clientID, org); err != nil {
			t.Fatal(err)
		}
		now := h.time()
		err = h.store.InsertGrant(ctx, storage.Grant{
			ID: storage.NewID(now), ClientID: clientID, UserID: u.ID, OrgID: org, ConsentID: c.ID, ClientEpoch: 1, UserEpoch: u.Epoch,
			AuthTime: now, RotatedAt: now, CreatedAt: now, ExpiresAt: now.Add(day), AccessTTL: 1,
		})
		wantError(t, err, storage.ErrGone)
	})
}

// What was revoked does not come back with a consent that is given at the same moment.
func TestAllowRacesWithRevoke(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		u := h.user(t, "user@example.com", false)
		clientID, org := h.app(t, "app")
		in := ConsentInput{UserID: u.ID, ClientID: clientID, OrgID: org, Scopes: []string{"posts:write"}, RedirectHost: "a.example", PublisherID: org}
		for range 10 {
			if _, err := h.Allow(ctx, tester, in); err != nil {
				t.Fatal(err)
			}
			race(t, 2, func(i int) error {
				if i == 0 {
					return h.RevokeApp(ctx, tester, u.ID, clientID, org)
				}
				more := in
				more.Scopes = []string{"posts:read"}
				_, err := h.Allow(ctx, tester, more)
				return err
			})
			now, err := h.Consent(ctx, u.ID, clientID, org)
			if err != nil || slices.Contains(now.Scopes, "posts:write") {
				t.Fatalf("allowed: %v, %v", now.Scopes, err)
			}
		}
	})
}
