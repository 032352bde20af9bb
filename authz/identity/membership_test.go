package identity

import (
	"testing"

	"postern/authz/event"
)

func TestOrganizations(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		acme, err := h.CreateOrganization(ctx, tester, NewOrganization{Slug: "acme", Name: "Acme"})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range []struct {
			n    NewOrganization
			want error
		}{
			{NewOrganization{Slug: "acme", Name: "Again"}, ErrSlugTaken},
			{NewOrganization{Slug: "Acme", Name: "Capital"}, ErrSlug},
			{NewOrganization{Slug: "acme-2"}, ErrName},
			{NewOrganization{Slug: "acme-2", Name: "Child", ParentID: ID{3}}, ErrParent},
		} {
			_, err := h.CreateOrganization(ctx, tester, row.n)
			wantError(t, err, row.want)
		}
		child, err := h.CreateOrganization(ctx, tester, NewOrganization{Slug: "acme-2", Name: "Child", ParentID: acme.ID, Level: "team"})
		if err != nil || child.ParentID != acme.ID {
			t.Errorf("%+v, %v", child, err)
		}
		if _, err := h.UpdateOrganization(ctx, tester, child.ID, "Kid", "squad"); err != nil {
			t.Error(err)
		}
		if o, err := h.OrganizationBySlug(ctx, "acme-2"); err != nil || o.Name != "Kid" || o.Level != "squad" {
			t.Errorf("%+v, %v", o, err)
		}
		_, err = h.OrganizationBySlug(ctx, "\x00")
		wantError(t, err, ErrNotFound)
		h.wantEvents(t, event.ObjectOrganization, child.ID, event.OrgUpdated, event.OrgCreated)
	})
}

func TestRemoveMemberTI13EndsWhatActedForTheOrganization(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		u := h.user(t, "user@example.com", false)
		clientID, first := h.app(t, "app")
		acme, err := h.CreateOrganization(ctx, tester, NewOrganization{Slug: "acme", Name: "Acme"})
		if err != nil {
			t.Fatal(err)
		}
		wantError(t, h.PutMember(ctx, tester, u.ID, acme.ID, "king"), ErrRole)
		wantError(t, h.PutMember(ctx, tester, u.ID, ID{2}, RoleMember), ErrNotFound)
		for _, role := range []string{RoleDeveloper, RoleAdmin, RoleAdmin} {
			if err := h.PutMember(ctx, tester, u.ID, acme.ID, role); err != nil {
				t.Fatal(err)
			}
		}
		in := h.signIn(t, u.Email)
		if err := h.ActFor(ctx, in.Session, acme.ID); err != nil {
			t.Fatal(err)
		}
		c, err := h.Allow(ctx, tester, ConsentInput{UserID: u.ID, ClientID: clientID, OrgID: acme.ID, Scopes: []string{"posts:read"}, RedirectHost: "a.example", PublisherID: first})
		if err != nil {
			t.Fatal(err)
		}
		theirs, elsewhere := h.grant(t, u, clientID, acme.ID, c.ID), h.grant(t, u, clientID, first, ID{})
		if err := h.RemoveMember(ctx, tester, u.ID, acme.ID); err != nil {
			t.Fatal(err)
		}
		h.wantEnded(t, theirs)
		if g, err := h.store.Grant(ctx, elsewhere); err != nil || !g.RevokedAt.IsZero() {
			t.Errorf("a grant for another organization ended: %v", err)
		}
		if apps, err := h.Apps(ctx, u.ID); err != nil || len(apps) != 1 || apps[0].OrgID != first {
			t.Errorf("apps %v, %v", apps, err)
		}
		if s, _, err := h.Session(ctx, in.SessionCookie); err != nil || s.OrgID != first {
			t.Errorf("the session acts for %v, %v", s.OrgID, err)
		}
		wantError(t, h.RemoveMember(ctx, tester, u.ID, acme.ID), ErrNotFound)
		h.wantEvents(t, event.ObjectUser, u.ID, event.MembershipRemoved, event.UserSignedIn, event.MembershipChanged, event.MembershipAdded, event.UserCreated)
	})
}

func TestUsersOfNoOrganizationCanSignIn(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u := h.user(t, "user@example.com", false)
		org, err := h.DefaultOrganization(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		in := h.signIn(t, u.Email)
		if err := h.RemoveMember(t.Context(), tester, u.ID, org.ID); err != nil {
			t.Fatal(err)
		}
		again := h.signIn(t, u.Email)
		if !h.signedIn(t, in.SessionCookie) || !again.Session.OrgID.IsZero() {
			t.Errorf("acts for %v", again.Session.OrgID)
		}
	})
}
