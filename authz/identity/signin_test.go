package identity

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"postern/authz/event"
)

func TestSignInRefuses(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		u := h.user(t, "user@example.com", false)
		if _, err := h.CreateUser(ctx, tester, NewUser{Email: "colleague@example.com", Password: other}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.CreateUser(ctx, tester, NewUser{Email: "none@example.com"}); err != nil {
			t.Fatal(err)
		}
		for i, row := range []struct{ name, email, password string }{
			{"LG-01 a wrong password", u.Email, "wrong"},
			{"LG-01 another user's password", u.Email, other},
			{"LG-01 an empty password", u.Email, ""},
			{"LG-01 an empty password of a user who has none", "none@example.com", ""},
			{"LG-02 a NUL byte and a suffix", u.Email, good + "\x00x"},
			{"LG-02 a NUL byte in the name", u.Email + "\x00", good},
			{"LG-04 SQL in the password", u.Email, "' or '1'='1"},
			{"LG-04 SQL in the name", "' or 1=1 --", good},
			{"LG-05 one character less", u.Email, good[:len(good)-1]},
			{"LG-05 one character more", u.Email, good + "x"},
			{"LG-06 a megabyte", u.Email, strings.Repeat("x", 1<<20)},
			{"LG-06 a name of a megabyte", strings.Repeat("x", 1<<20), good},
			{"an unknown user", "other@example.com", good},
			{"bytes that are no text", "\xff\xfe", "\xff"},
			{"the hash itself", u.Email, u.PasswordHash},
		} {
			a := attempt(row.email, row.password)
			a.Address = netip.AddrFrom4([4]byte{192, 0, 2, byte(i)})
			h.pass(time.Hour) // so that none waits
			in, err := h.SignIn(ctx, a)
			if !errors.Is(err, ErrCredentials) || in.SessionCookie != "" || in.DeviceCookie != "" {
				t.Errorf("%s: %v", row.name, err)
			}
		}
		h.pass(time.Hour)
		h.signIn(t, "  USER@example.com ")
	})
}

func TestSignInKeepsFailuresOfUsersThatExistAndNoOthers(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		u := h.user(t, "user@example.com", false)
		for _, email := range []string{u.Email, "other@example.com", "not an address"} {
			_, err := h.SignIn(ctx, attempt(email, "wrong\r\n"))
			wantError(t, err, ErrCredentials)
		}
		if err := h.store.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		all, err := h.store.RecentFailures(ctx, 20)
		if err != nil || len(all) != 1 || all[0].ObjectID != u.ID.String() || all[0].Reason != "wrong password" || all[0].Address != home.String() {
			t.Errorf("failures %+v, %v", all, err)
		}
	})
}

func TestSignInLG23NeverAdoptsASession(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u := h.user(t, "user@example.com", false)
		first := h.signIn(t, u.Email)
		a := attempt(u.Email, good)
		a.Session = first.SessionCookie
		second, err := h.SignIn(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		if second.SessionCookie == first.SessionCookie || second.Session.ID == first.Session.ID {
			t.Error("SE-08 the session is the same")
		}
		if h.signedIn(t, first.SessionCookie) || !h.signedIn(t, second.SessionCookie) {
			t.Error("the old session lives on, or the new one does not")
		}
		a.Session = "pss_made_up_by_somebody"
		third, err := h.SignIn(t.Context(), a)
		if err != nil || third.SessionCookie == a.Session {
			t.Errorf("adopted: %v", err)
		}
	})
}

func TestReauthenticateIsForTheSameUserAlone(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.user(t, "user@example.com", false)
		if _, err := h.CreateUser(ctx, tester, NewUser{Email: "colleague@example.com", Password: other}); err != nil {
			t.Fatal(err)
		}
		in := h.signIn(t, "user@example.com")
		h.pass(time.Hour)
		a := attempt("colleague@example.com", other)
		a.Session = in.SessionCookie
		_, err := h.Reauthenticate(ctx, in.Session, a)
		wantError(t, err, ErrCredentials)
		a.Password = good
		again, err := h.Reauthenticate(ctx, in.Session, a)
		if err != nil || again.User.ID != in.User.ID || !again.Session.AuthTime.After(in.Session.AuthTime) || h.signedIn(t, in.SessionCookie) {
			t.Errorf("%+v, %v", again.Session, err)
		}
	})
}

func TestGuessersWaitAndOwnersDoNot(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		u := h.user(t, "user@example.com", false)
		owner := h.signIn(t, u.Email)
		spellings := []string{"user@example.com", " USER@example.com", "User@EXAMPLE.com ", "ｕser@example.com"}
		var last error
		for i := range 40 { // LG-28: from ever new addresses
			a := attempt(spellings[i%len(spellings)], fmt.Sprint("guess ", i))
			a.Address = netip.AddrFrom4([4]byte{203, 0, 113, byte(i)})
			_, last = h.SignIn(ctx, a)
		}
		wait, ok := errors.AsType[ErrWait](last)
		if !ok || wait.For <= 0 {
			t.Fatalf("LG-29 the last guess got %v", last)
		}
		a := attempt(u.Email, good)
		_, err := h.SignIn(ctx, a)
		if _, ok := errors.AsType[ErrWait](err); !ok {
			t.Errorf("the right password, guessed, got %v", err)
		}
		a.Device, a.Address = owner.DeviceCookie, afar
		if _, err := h.SignIn(ctx, a); err != nil {
			t.Errorf("the owner's browser got %v", err)
		}
		h.user(t, "other@example.com", false)
		a.Device = h.signIn(t, "other@example.com").DeviceCookie
		_, err = h.SignIn(ctx, a)
		if _, ok := errors.AsType[ErrWait](err); !ok {
			t.Errorf("another's device cookie got %v", err)
		}
	})
}

func TestImportedHashesAreUpgraded(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		old, err := bcrypt.GenerateFromPassword([]byte("123456"), bcrypt.MinCost)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.CreateUser(ctx, tester, NewUser{Email: "old@example.com", PasswordHash: string(old)}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			in, err := h.SignIn(ctx, attempt("old@example.com", "123456"))
			if err != nil || !strings.HasPrefix(in.User.PasswordHash, "$argon2id$") {
				t.Errorf("%.12s, %v", in.User.PasswordHash, err)
			}
		}
	})
}

// A sign-in that began before the password was changed must not bring the old one back.
func TestSignInRacesWithANewPassword(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		for i := range 4 {
			u := h.user(t, fmt.Sprintf("user%d@example.com", i), false)
			race(t, 4, func(i int) error {
				if i == 0 {
					return h.SetPassword(ctx, tester, u.ID, other)
				}
				_, err := h.SignIn(ctx, attempt(u.Email, good))
				return err
			}, ErrCredentials)
			now, err := h.User(ctx, u.ID)
			if err != nil {
				t.Fatal(err)
			}
			if ok, _, err := h.hasher.Verify(ctx, now.PasswordHash, other); !ok || err != nil {
				t.Errorf("the old password is back: %v", err)
			}
			sessions, err := h.Sessions(ctx, u.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range sessions {
				if s.UserEpoch == now.Epoch {
					t.Error("a session that the old password began lives on")
				}
			}
		}
	})
}

func TestSignInsAreRecordedOnceADay(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.mu.Lock()
		h.clock = h.clock.Truncate(day).Add(time.Hour)
		h.mu.Unlock()
		u, admin := h.user(t, "user@example.com", false), h.user(t, "root@example.com", true)
		for range 3 {
			h.signIn(t, u.Email)
			in := h.signIn(t, admin.Email)
			if err := h.SignOut(t.Context(), tester, in.Session); err != nil {
				t.Fatal(err)
			}
		}
		h.pass(day)
		h.signIn(t, u.Email)
		for _, row := range []struct {
			user User
			want int
		}{{u, 2}, {admin, 3}} {
			names := h.events(t, event.ObjectUser, row.user.ID.String())
			n := 0
			for _, name := range names {
				if name == event.UserSignedIn {
					n++
				}
			}
			if n != row.want {
				t.Errorf("%s: %v", row.user.Email, names)
			}
		}
		if names := h.events(t, event.ObjectUser, admin.ID.String()); !slices.Contains(names, event.UserSignedOut) {
			t.Errorf("no sign-out in %v", names)
		}
	})
}
