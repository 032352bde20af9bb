package identity

import (
	"slices"
	"testing"
	"time"

	"postern/authz/event"
)

func TestFirstPartyAppsThatWereUsedAreApps(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		u, stranger := h.user(t, "user@example.com", false), h.user(t, "other@example.com", false)
		allowed, org := h.app(t, "allowed")
		own, _ := h.app(t, "own")
		c, err := h.Allow(ctx, tester, ConsentInput{UserID: u.ID, ClientID: allowed, OrgID: org, Scopes: []string{"jobs:read"}, RedirectHost: "a.example", PublisherID: org})
		if err != nil {
			t.Fatal(err)
		}
		began := h.time()
		first := h.grant(t, u, own, org, ID{})
		h.pass(time.Minute)
		second := h.grant(t, u, own, org, ID{})
		h.grant(t, u, allowed, org, c.ID)
		apps, err := h.Apps(ctx, u.ID)
		if err != nil || len(apps) != 2 {
			t.Fatalf("%+v, %v", apps, err)
		}
		if a := apps[0]; a.ID() != c.ID.String() || !slices.Equal(a.Scopes, []string{"jobs:read"}) || !a.LastUsed.Equal(h.time()) {
			t.Errorf("the one that was allowed: %+v", a)
		}
		a := apps[1]
		if !a.Consent.ID.IsZero() || a.Client.ID != own || a.Organization != "Default" || !slices.Equal(a.Scopes, []string{"posts:read"}) {
			t.Errorf("the first-party app: %+v", a)
		}
		if !a.Since.Equal(began) || !a.LastUsed.Equal(h.time()) || a.ID() != org.String()+".own" {
			t.Errorf("the first-party app: id %s, since %v, last used %v", a.ID(), a.Since, a.LastUsed)
		}
		wantError(t, h.RevokeApp(ctx, tester, stranger.ID, own, org), ErrNotFound) // TI-11
		wantError(t, h.RevokeApp(ctx, tester, u.ID, own, ID{}), ErrNotFound)
		wantError(t, h.RevokeApp(ctx, tester, u.ID, "", org), ErrNotFound)
		if err := h.RevokeApp(ctx, tester, u.ID, own, org); err != nil {
			t.Fatal(err)
		}
		h.wantEnded(t, first)
		h.wantEnded(t, second)
		wantError(t, h.RevokeApp(ctx, tester, u.ID, own, org), ErrNotFound)
		if apps, err = h.Apps(ctx, u.ID); err != nil || len(apps) != 1 {
			t.Errorf("left: %+v, %v", apps, err)
		}
		if names := h.events(t, event.ObjectUser, u.ID.String()); !slices.Contains(names, event.ConsentRevoked) {
			t.Errorf("events %v", names)
		}
	})
}

func TestAllAppsGoAlsoFirstPartyOnes(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		u := h.user(t, "user@example.com", false)
		allowed, org := h.app(t, "allowed")
		own, _ := h.app(t, "own")
		c, err := h.Allow(ctx, tester, ConsentInput{UserID: u.ID, ClientID: allowed, OrgID: org, Scopes: []string{"jobs:read"}, RedirectHost: "a.example", PublisherID: org})
		if err != nil {
			t.Fatal(err)
		}
		grants := []ID{h.grant(t, u, allowed, org, c.ID), h.grant(t, u, own, org, ID{}), h.grant(t, u, own, org, ID{})}
		if n, err := h.RevokeAllConsents(ctx, tester, u.ID); err != nil || n != 2 {
			t.Errorf("%d, %v", n, err)
		}
		for _, g := range grants {
			h.wantEnded(t, g)
		}
		if n, err := h.RevokeAllConsents(ctx, tester, u.ID); err != nil || n != 0 {
			t.Errorf("again: %d, %v", n, err)
		}
	})
}

// UX G4: an app is unused when neither it nor its user did anything for 90 days.
func TestUnusedApps(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	ago := func(days int) time.Time { return now.Add(-time.Duration(days) * day) }
	for _, row := range []struct {
		name string
		app  App
		want bool
	}{
		{"allowed 89 days ago", App{Since: ago(89)}, false},
		{"allowed 90 days ago", App{Since: ago(90)}, true},
		{"allowed again lately", App{Since: ago(400), Consent: Consent{UpdatedAt: ago(1)}}, false},
		{"used lately", App{Since: ago(400), LastUsed: ago(89)}, false},
		{"used long ago", App{Since: ago(400), LastUsed: ago(91)}, true},
	} {
		if got := row.app.Unused(now); got != row.want {
			t.Errorf("%s: %t", row.name, got)
		}
	}
}
