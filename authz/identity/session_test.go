package identity

import (
	"errors"
	"slices"
	"testing"
	"time"

	"postern/authz/event"
)

func TestSessionSE11EndsInTime(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		u := h.user(t, "user@example.com", false)
		in := h.signIn(t, u.Email)
		for range 4 { // seen every 6 days: the idle time does not end it
			h.pass(6 * day)
			if !h.signedIn(t, in.SessionCookie) {
				t.Fatal("ended though it was used")
			}
			if err := h.store.Flush(ctx); err != nil {
				t.Fatal(err)
			}
		}
		h.pass(6 * day) // 30 days
		if h.signedIn(t, in.SessionCookie) {
			t.Error("lives past its absolute time")
		}
		in = h.signIn(t, u.Email)
		h.pass(7 * day)
		if h.signedIn(t, in.SessionCookie) {
			t.Error("lives past its idle time")
		}
		if list, err := h.Sessions(ctx, u.ID); err != nil || len(list) != 0 {
			t.Errorf("lists %v, %v", list, err)
		}
	})
}

func TestSessionKnowsOnlyItsOwnCookies(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.user(t, "user@example.com", false)
		in := h.signIn(t, "user@example.com")
		c := in.SessionCookie
		stranger, _ := h.mint.NewSession()
		for _, cookie := range []string{"", "x", "pss_", c[:len(c)-1], c + "A", " " + c, c + "\x00", in.DeviceCookie, stranger} {
			if _, _, err := h.Session(t.Context(), cookie); !errors.Is(err, ErrNoSession) {
				t.Errorf("%.8q was taken: %v", cookie, err)
			}
		}
	})
}

func TestSignOutSE04(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u := h.user(t, "user@example.com", false)
		in, elsewhere := h.signIn(t, u.Email), h.signIn(t, u.Email)
		for range 2 { // twice is once
			if err := h.SignOut(t.Context(), tester, in.Session); err != nil {
				t.Fatal(err)
			}
		}
		if h.signedIn(t, in.SessionCookie) || !h.signedIn(t, elsewhere.SessionCookie) {
			t.Error("the old cookie still works, or the other does not")
		}
	})
}

func TestEndSessionTI11NotAnothers(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		u, stranger := h.user(t, "user@example.com", false), h.user(t, "other@example.com", false)
		in := h.signIn(t, u.Email)
		wantError(t, h.EndSession(ctx, tester, stranger.ID, in.Session.ID), ErrNotFound)
		wantError(t, h.EndSession(ctx, tester, stranger.ID, ID{3}), ErrNotFound)
		if !h.signedIn(t, in.SessionCookie) {
			t.Fatal("a stranger ended it")
		}
		if err := h.EndSession(ctx, tester, u.ID, in.Session.ID); err != nil || h.signedIn(t, in.SessionCookie) {
			t.Errorf("lives on, %v", err)
		}
		if names := h.events(t, event.ObjectUser, u.ID.String()); !slices.Contains(names, event.SessionEnded) {
			t.Errorf("events %v", names)
		}
	})
}

func TestSignOutEverywhereElseKeepsAppsAndThisSession(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		u := h.user(t, "user@example.com", false)
		here, there := h.signIn(t, u.Email), h.signIn(t, u.Email)
		clientID, org := h.app(t, "app")
		g := h.grant(t, u, clientID, org, ID{})
		if err := h.SignOutEverywhere(ctx, tester, u.ID, here.Session.ID); err != nil {
			t.Fatal(err)
		}
		if !h.signedIn(t, here.SessionCookie) || h.signedIn(t, there.SessionCookie) {
			t.Error("this one ended, or the other did not")
		}
		if row, err := h.store.Grant(ctx, g); err != nil || !row.RevokedAt.IsZero() {
			t.Errorf("the app lost its grant: %v", err)
		}
	})
}

func TestSaveSession(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.user(t, "user@example.com", false)
		in := h.signIn(t, "user@example.com")
		if err := h.SaveSession(ctx, in.Session, `{"flash":"hello"}`); err != nil {
			t.Fatal(err)
		}
		if s, _, err := h.Session(ctx, in.SessionCookie); err != nil || s.Data != `{"flash":"hello"}` {
			t.Errorf("%q, %v", s.Data, err)
		}
		if h.SaveSession(ctx, in.Session, string(make([]byte, 5000))) == nil {
			t.Error("5,000 bytes were taken")
		}
		wantError(t, h.ActFor(ctx, in.Session, ID{4}), ErrNotMember)
	})
}

func TestChangePassword(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		u := h.user(t, "user@example.com", false)
		here, there := h.signIn(t, u.Email), h.signIn(t, u.Email)
		wantError(t, h.ChangePassword(ctx, attempt("", "wrong"), here.Session, other), ErrNoPassword)
		if err := h.ChangePassword(ctx, attempt("", good), here.Session, "short"); err == nil {
			t.Error("a short one was taken")
		}
		if err := h.ChangePassword(ctx, attempt("", good), here.Session, other); err != nil {
			t.Fatal(err)
		}
		if !h.signedIn(t, here.SessionCookie) || h.signedIn(t, there.SessionCookie) {
			t.Error("this session ended, or the other did not")
		}
		_, err := h.SignIn(ctx, attempt(u.Email, good))
		wantError(t, err, ErrCredentials)
		if _, err := h.SignIn(ctx, attempt(u.Email, other)); err != nil {
			t.Error(err)
		}
		var last error
		for range 30 {
			last = h.ChangePassword(ctx, attempt("", "guess"), here.Session, "something quite new")
		}
		if _, ok := errors.AsType[ErrWait](last); !ok {
			t.Errorf("a stolen session guesses the password freely: %v", last)
		}
		h.pass(time.Hour)
	})
}
