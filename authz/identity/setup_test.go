package identity

import (
	"fmt"
	"testing"
	"time"

	"postern/authz/password"
)

func TestSetupHasOneWinner(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		won := race(t, 8, func(i int) error {
			link, err := h.SetupToken()
			if err != nil {
				return err
			}
			_, err = h.Setup(ctx, tester, link, First{
				Name: "User", Email: fmt.Sprintf("user%d@example.com", i), Password: good, Organization: "Acme, Inc.",
			})
			return err
		}, ErrHasAdmin)
		admins, _, err := h.Users(ctx, UserFilter{}, Page{Limit: 10})
		if err != nil || won != 1 || len(admins) != 1 || !admins[0].IsAdmin {
			t.Fatalf("%d winners, users %+v, %v", won, admins, err)
		}
		org, err := h.DefaultOrganization(ctx)
		if err != nil || org.Slug != "acme-inc" || org.Name != "Acme, Inc." {
			t.Errorf("default organization %+v, %v", org, err)
		}
		m, err := h.Memberships(ctx, admins[0].ID)
		if err != nil || len(m) != 1 || m[0].OrgID != org.ID || m[0].Role != RoleOwner {
			t.Errorf("member of %+v, %v", m, err)
		}
		h.signIn(t, admins[0].Email)
	})
}

func TestSetupLinks(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		link, err := h.SetupToken()
		if err != nil {
			t.Fatal(err)
		}
		if err := h.CheckSetup(ctx, link); err != nil {
			t.Error(err)
		}
		for name, forged := range map[string]string{"none": "", "garbage": "x\x00", "cut": link[:len(link)-1], "longer": link + "A"} {
			t.Log(name)
			wantError(t, h.CheckSetup(ctx, forged), ErrLink)
		}
		_, err = h.Setup(ctx, tester, link, First{Name: "User", Email: "user@example.com"})
		wantError(t, err, password.ErrTooShort)

		u := h.user(t, "colleague@example.com", false) // made by a command before: there is a default organization
		if _, err := h.Setup(ctx, tester, link, First{Name: "User", Email: "user@example.com", Password: good, Organization: "Acme"}); err != nil {
			t.Fatal(err)
		}
		wantError(t, h.CheckSetup(ctx, link), ErrHasAdmin)
		if m, err := h.Memberships(ctx, u.ID); err != nil || len(m) != 1 || m[0].OrgName != "Acme" {
			t.Errorf("the first user is in %+v, %v", m, err)
		}
		h.pass(2 * day)
		wantError(t, h.CheckSetup(ctx, link), ErrLink)
	})
}

func TestResetLinksLG33(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		for name, change := range map[string]func(u User, link string) error{
			"it was used": func(_ User, link string) error {
				_, err := h.Reset(t.Context(), tester, link, other)
				return err
			},
			"another was used": func(u User, _ string) error {
				second, _, err := h.ResetLink(t.Context(), tester, u.ID)
				if err == nil {
					_, err = h.Reset(t.Context(), tester, second, other)
				}
				return err
			},
			"the password was set": func(u User, _ string) error { return h.SetPassword(t.Context(), tester, u.ID, other) },
			"the address changed": func(u User, _ string) error {
				_, err := h.UpdateProfile(t.Context(), tester, u.ID, Profile{Email: "new-" + u.Email})
				return err
			},
			"everything was signed out": func(u User, _ string) error {
				return h.SignOutEverywhere(t.Context(), tester, u.ID, ID{})
			},
			"the user was disabled": func(u User, _ string) error { return h.Disable(t.Context(), tester, u.ID) },
			"the user was deleted":  func(u User, _ string) error { return h.Delete(t.Context(), tester, u.ID) },
			"an hour passed":        func(User, string) error { h.pass(time.Hour + time.Second); return nil },
		} {
			t.Run(name, func(t *testing.T) {
				u := h.user(t, slugOf(name)+"@example.com", false)
				link, expires, err := h.ResetLink(t.Context(), tester, u.ID)
				if err != nil || expires.Sub(h.time()) != time.Hour {
					t.Fatalf("%v until %v", err, expires)
				}
				if who, err := h.ResetUser(t.Context(), link); err != nil || who.ID != u.ID {
					t.Fatalf("for %v, %v", who.ID, err)
				}
				if err := change(u, link); err != nil {
					t.Fatal(err)
				}
				_, err = h.ResetUser(t.Context(), link)
				wantError(t, err, ErrLink)
				_, err = h.Reset(t.Context(), tester, link, "yet another password")
				wantError(t, err, ErrLink)
			})
		}
	})
}

func TestResetLG33EndsSessionsAndHasOneWinner(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		u := h.user(t, "user@example.com", false)
		in := h.signIn(t, u.Email)
		link, _, err := h.ResetLink(ctx, tester, u.ID)
		if err != nil {
			t.Fatal(err)
		}
		won := race(t, 8, func(i int) error {
			_, err := h.Reset(ctx, tester, link, fmt.Sprintf("%s %d", other, i))
			return err
		}, ErrLink)
		if won != 1 || h.signedIn(t, in.SessionCookie) {
			t.Errorf("%d winners; signed in: %v", won, h.signedIn(t, in.SessionCookie))
		}
		h.wantEpoch(t, u)
		_, err = h.SignIn(ctx, attempt(u.Email, good))
		wantError(t, err, ErrCredentials)
	})
}
