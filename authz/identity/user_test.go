package identity

import (
	"testing"

	"postern/authz/event"
	"postern/authz/password"
)

func TestCreateUser(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		u := h.user(t, "User@Example.com", false)
		if u.Name != "User" || u.Email != "User@Example.com" || u.Epoch != 1 {
			t.Errorf("made %+v", u)
		}
		found, err := h.UserByEmail(ctx, " user@EXAMPLE.com")
		if err != nil || found.ID != u.ID {
			t.Errorf("LG-29 not found by another spelling: %v", err)
		}
		m, err := h.Memberships(ctx, u.ID)
		if err != nil || len(m) != 1 || m[0].Role != RoleMember || m[0].OrgSlug != "default" {
			t.Errorf("member of %+v, %v", m, err)
		}
		for _, row := range []struct {
			name string
			n    NewUser
			want error
		}{
			{"an address that another has, spelled differently", NewUser{Email: "USER@example.com"}, ErrEmailTaken},
			{"no address", NewUser{Email: "user"}, ErrEmail},
			{"an invisible name", NewUser{Email: "b@example.com", Name: "\u202e"}, ErrName},
			{"an unknown role", NewUser{Email: "b@example.com", Role: "king"}, ErrRole},
			{"a short password", NewUser{Email: "b@example.com", Password: "short"}, password.ErrTooShort},
			{"a hash of no known kind", NewUser{Email: "b@example.com", PasswordHash: "x"}, password.ErrHash},
			{"an unknown organization", NewUser{Email: "b@example.com", OrgID: ID{7}}, ErrNotFound},
		} {
			_, err := h.CreateUser(ctx, tester, row.n)
			t.Log(row.name)
			wantError(t, err, row.want)
		}
		h.wantEvents(t, event.ObjectUser, u.ID, event.UserCreated)
	})
}

func TestFirstUsersAtOnceShareOneDefaultOrganization(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		won := race(t, 5, func(i int) error {
			_, err := h.CreateUser(t.Context(), tester, NewUser{Email: string(rune('a'+i)) + "@example.com"})
			return err
		})
		orgs, _, err := h.Organizations(t.Context(), "", Page{Limit: 10})
		if err != nil || len(orgs) != 1 || won != 5 {
			t.Errorf("%d users in %d organizations, %v", won, len(orgs), err)
		}
	})
}

func TestUpdateProfile(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		u, v := h.user(t, "user@example.com", false), h.user(t, "other@example.com", false)
		u, err := h.UpdateProfile(ctx, tester, u.ID, Profile{Name: "User L.", Email: "Renamed@example.com"})
		if err != nil || u.Name != "User L." || u.EmailKey != "renamed@example.com" {
			t.Errorf("%+v, %v", u, err)
		}
		_, err = h.UpdateProfile(ctx, tester, v.ID, Profile{Email: "RENAMED@example.com"})
		wantError(t, err, ErrEmailTaken)
		_, err = h.UpdateProfile(ctx, tester, ID{5}, Profile{Name: "x"})
		wantError(t, err, ErrNotFound)
		if _, err := h.UpdateProfile(ctx, tester, u.ID, Profile{Name: "User L."}); err != nil {
			t.Error(err)
		}
		h.wantEvents(t, event.ObjectUser, u.ID, event.UserUpdated, event.UserCreated) // and nothing for the change that was none
	})
}

// Requirement 9: disabling a user ends refresh tokens, access tokens and sessions at once.
func TestEndingAUser(t *testing.T) {
	for name, end := range map[string]func(h *house, t *testing.T, id ID) error{
		"disable": func(h *house, t *testing.T, id ID) error { return h.Disable(t.Context(), tester, id) },
		"sign out everywhere": func(h *house, t *testing.T, id ID) error {
			return h.SignOutEverywhere(t.Context(), tester, id, ID{})
		},
		"set password": func(h *house, t *testing.T, id ID) error { return h.SetPassword(t.Context(), tester, id, other) },
	} {
		t.Run(name, func(t *testing.T) {
			engines(t, func(t *testing.T, h *house) {
				h.user(t, "user@example.com", false)
				in := h.signIn(t, "user@example.com")
				clientID, org := h.app(t, "app")
				g := h.grant(t, in.User, clientID, org, ID{})
				if err := end(h, t, in.User.ID); err != nil {
					t.Fatal(err)
				}
				if h.signedIn(t, in.SessionCookie) {
					t.Error("the session lives on")
				}
				h.wantEnded(t, g)
				h.wantEpoch(t, in.User)
			})
		})
	}
}

func TestDisabledUsersStayOutUntilEnabled(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		u := h.user(t, "user@example.com", false)
		for range 2 { // twice is once
			if err := h.Disable(ctx, tester, u.ID); err != nil {
				t.Fatal(err)
			}
		}
		_, err := h.SignIn(ctx, attempt(u.Email, good))
		wantError(t, err, ErrCredentials)
		_, _, err = h.ResetLink(ctx, tester, u.ID)
		wantError(t, err, ErrDisabled)
		if err := h.Enable(ctx, tester, u.ID); err != nil {
			t.Fatal(err)
		}
		h.signIn(t, u.Email)
		h.wantEvents(t, event.ObjectUser, u.ID, event.UserSignedIn, event.UserEnabled, event.UserDisabled, event.UserCreated)
	})
}

func TestDeleteUser(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u := h.user(t, "user@example.com", false)
		in := h.signIn(t, u.Email)
		clientID, org := h.app(t, "app")
		g := h.grant(t, u, clientID, org, ID{})
		if err := h.Delete(t.Context(), tester, u.ID); err != nil {
			t.Fatal(err)
		}
		if h.signedIn(t, in.SessionCookie) {
			t.Error("the session lives on")
		}
		h.wantEnded(t, g)
		_, err := h.User(t.Context(), u.ID)
		wantError(t, err, ErrNotFound)
		_, err = h.SignIn(t.Context(), attempt(u.Email, good))
		wantError(t, err, ErrCredentials)
		wantError(t, h.Delete(t.Context(), tester, u.ID), ErrNotFound)
	})
}
