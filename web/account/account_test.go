package account_test

import (
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"postern/authz/identity"
)

// pages are the URLs of this package, and to which page a visitor returns after signing in.
var pages = []struct{ method, path, next string }{
	{http.MethodGet, "/account", "/account"},
	{http.MethodPost, "/account/profile", "/account"},
	{http.MethodGet, "/account/password", "/account/password"},
	{http.MethodPost, "/account/password", "/account/password"},
	{http.MethodGet, "/account/apps", "/account/apps"},
	{http.MethodPost, "/account/apps/revoke", "/account/apps"},
	{http.MethodPost, "/account/apps/revoke-all", "/account/apps"},
	{http.MethodGet, "/account/sessions", "/account/sessions"},
	{http.MethodPost, "/account/sessions/end", "/account/sessions"},
	{http.MethodPost, "/account/sessions/end-others", "/account/sessions"},
}

func TestSE10NobodyGetsInWithoutASession(t *testing.T) {
	t.Parallel()
	s := open(t)
	signedOut := s.signIn(s.user("user@example.com"))
	current, _, err := s.people.Session(t.Context(), signedOut.cookie())
	must(t, err)
	must(t, s.people.SignOut(t.Context(), tester, current))
	for _, row := range pages {
		for who, b := range map[string]*browser{"a stranger": s.stranger(), "somebody who signed out": signedOut} {
			if a := b.do(row.method, row.path, url.Values{}); a.status != http.StatusSeeOther || a.location != "/login?next="+row.next {
				t.Errorf("%s at %s %s: status %d to %q, want the sign-in page", who, row.method, row.path, a.status, a.location)
			}
		}
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	s := open(t)
	b := s.signIn(s.user("user@example.com"))
	for _, row := range pages {
		if row.method != http.MethodPost {
			continue
		}
		r, err := http.NewRequestWithContext(t.Context(), row.method, b.url(row.path).String(), nil)
		must(t, err)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		resp, err := b.http.Do(r)
		must(t, err)
		resp.Body.Close()
		if resp.StatusCode != http.StatusForbidden {
			t.Errorf("%s from another site: status %d", row.path, resp.StatusCode)
		}
	}
}

func TestProfileKeepsTheName(t *testing.T) {
	t.Parallel()
	s := open(t)
	u := s.user("user@example.com")
	b := s.signIn(u)
	wantText(t, b.get("/account"), http.StatusOK, `value="User"`, "user@example.com", "Default", "member")
	b.act("/account/profile", url.Values{"name": {"  Example   User "}}, "/account", "Your name is saved.")
	if u, err := s.people.User(t.Context(), u.ID); err != nil || u.Name != "Example User" {
		t.Errorf("the name is %q, %v", u.Name, err)
	}
	for what, name := range map[string]string{"empty": "", "blank": "  ", "too long": strings.Repeat("a", 101), "invisible": "\u202eamU"} {
		a := b.post("/account/profile", url.Values{"name": {name}})
		wantText(t, a, http.StatusUnprocessableEntity, "A name has 1 to 100 visible characters.", `role="alert"`)
		if !strings.Contains(a.text, `value="`+name+`"`) {
			t.Errorf("a name that is %s is lost", what)
		}
	}
	wantText(t, b.post("/account/profile", url.Values{"name": {"a\x00b"}}), http.StatusBadRequest)
	if u, err := s.people.User(t.Context(), u.ID); err != nil || u.Name != "Example User" {
		t.Errorf("a refused name was kept: %q, %v", u.Name, err)
	}
}

func TestProfileDoesNotChangeTheAddress(t *testing.T) {
	t.Parallel()
	s := open(t)
	u := s.user("user@example.com")
	s.signIn(u).act("/account/profile", url.Values{"name": {"User"}, "email": {"other@example.com"}, "is_admin": {"1"}}, "/account", "saved")
	if u, err := s.people.User(t.Context(), u.ID); err != nil || u.Email != "user@example.com" || u.IsAdmin {
		t.Errorf("address %q, administrator %t, %v", u.Email, u.IsAdmin, err)
	}
}

func TestPasswordChangeEndsOtherSessionsAndRenewsThisOne(t *testing.T) {
	t.Parallel()
	s := open(t)
	u := s.user("user@example.com")
	b, other := s.signIn(u), s.signIn(u)
	wantText(t, b.get("/account/password"), http.StatusOK, "At least 8 characters")
	before := b.cookie()
	const fresh = "staple of the stable"
	b.act("/account/password", url.Values{"current": {password}, "password": {fresh}, "password_again": {fresh}},
		"/account/password", "Your password is changed")
	if b.cookie() == before || b.cookie() == "" {
		t.Error("the cookie did not change")
	}
	for what, cookie := range map[string]string{"the old cookie": before, "the other browser": other.cookie()} {
		if _, _, err := s.people.Session(t.Context(), cookie); !errors.Is(err, identity.ErrNoSession) {
			t.Errorf("%s is still signed in: %v", what, err)
		}
	}
	if live, err := s.people.Sessions(t.Context(), u.ID); err != nil || len(live) != 1 {
		t.Errorf("%d sessions, %v", len(live), err)
	}
	_, err := s.people.SignIn(t.Context(), identity.Attempt{Email: u.Email, Password: fresh, Address: netip.MustParseAddr("192.0.2.7")})
	must(t, err)
}

func TestPasswordIsRefused(t *testing.T) {
	t.Parallel()
	s := open(t)
	u := s.user("user@example.com")
	b := s.signIn(u)
	before := b.cookie()
	for _, row := range []struct{ name, current, fresh, again, want string }{
		{"the current one is wrong", "wrong horse", "staple of the stable", "staple of the stable", "This is not your present password."},
		{"the current one is missing", "", "staple of the stable", "staple of the stable", "Enter your present password."},
		{"the two differ", password, "staple of the stable", "staple of the table", "The two passwords differ."},
		{"it is too short", password, "short", "short", "Use at least 8 characters."},
		{"an attacker tries it first", password, "password123", "password123", "first that an attacker tries"},
		{"it is the person's address", password, "user@example.com", "user@example.com", "must not be your name or address"},
	} {
		a := b.post("/account/password", url.Values{"current": {row.current}, "password": {row.fresh}, "password_again": {row.again}})
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.text, row.want) {
			t.Errorf("%s: status %d, does not say %q", row.name, a.status, row.want)
		}
		if row.fresh != u.Email && strings.Contains(a.text, `value="`+row.fresh) {
			t.Errorf("IL-03 %s: the password is in the page", row.name)
		}
	}
	if b.cookie() != before || b.get("/account").status != http.StatusOK {
		t.Error("a refused change touched the session")
	}
}

// A stolen session is no way around the limit on guesses: attempts here count as sign-ins do.
func TestPasswordGuessesAreSlowedDown(t *testing.T) {
	t.Parallel()
	s := open(t)
	b := s.signIn(s.user("user@example.com"))
	for range 50 {
		a := b.post("/account/password", url.Values{"current": {"a guess"}, "password": {"staple of the stable"}, "password_again": {"staple of the stable"}})
		if a.status == http.StatusTooManyRequests {
			wantText(t, a, http.StatusTooManyRequests, "Too many attempts.")
			return
		}
	}
	t.Error("50 guesses were looked at")
}

func TestSessionsAreListed(t *testing.T) {
	t.Parallel()
	s := open(t)
	u := s.user("user@example.com")
	s.signIn(s.user("other@example.com"))
	s.signIn(u)
	s.pass(3 * time.Hour)
	b := s.signIn(u)
	a := b.get("/account/sessions")
	wantText(t, a, http.StatusOK, "Firefox on Linux", "192.0.2.7", "3 hours ago", "Sign out everywhere else")
	if n := strings.Count(a.text, "Firefox on Linux</bdi>"); n != 2 {
		t.Errorf("%d sessions are listed, want 2", n)
	}
	if n := strings.Count(a.text, "This device"); n != 1 || strings.Index(a.text, "This device") > strings.Index(a.text, "/account/sessions/end\"") {
		t.Errorf("this device is marked %d times, or not listed first", n)
	}
}

func TestOneSessionEnds(t *testing.T) {
	t.Parallel()
	s := open(t)
	u := s.user("user@example.com")
	b, other, third := s.signIn(u), s.signIn(u), s.signIn(u)
	row, _, err := s.people.Session(t.Context(), other.cookie())
	must(t, err)
	b.act("/account/sessions/end", url.Values{"id": {row.ID.String()}}, "/account/sessions", "That browser is signed out.")
	if a := other.get("/account"); a.status != http.StatusSeeOther {
		t.Errorf("the browser that was signed out gets status %d", a.status)
	}
	if a := third.get("/account"); a.status != http.StatusOK {
		t.Errorf("another browser gets status %d", a.status)
	}
}

func TestThisSessionEndsByTheLogOutQuestion(t *testing.T) {
	t.Parallel()
	s := open(t)
	b := s.signIn(s.user("user@example.com"))
	row, _, err := s.people.Session(t.Context(), b.cookie())
	must(t, err)
	if a := b.post("/account/sessions/end", url.Values{"id": {row.ID.String()}}); a.location != "/logout" {
		t.Errorf("status %d to %q", a.status, a.location)
	}
}

func TestAllOtherSessionsEnd(t *testing.T) {
	t.Parallel()
	s := open(t)
	u := s.user("user@example.com")
	b, other, stranger := s.signIn(u), s.signIn(u), s.signIn(s.user("other@example.com"))
	b.act("/account/sessions/end-others", url.Values{}, "/account/sessions", "You are signed out everywhere else.")
	if a := other.get("/account"); a.status != http.StatusSeeOther {
		t.Errorf("the other browser gets status %d", a.status)
	}
	if a := stranger.get("/account"); a.status != http.StatusOK {
		t.Errorf("somebody else gets status %d", a.status)
	}
}

func TestTI11ForeignIDsAnswerLikeMissingOnes(t *testing.T) {
	t.Parallel()
	s := open(t)
	stranger := s.user("other@example.com")
	hers := s.signIn(stranger)
	session, _, err := s.people.Session(t.Context(), hers.cookie())
	must(t, err)
	consent := s.app(stranger, appNamed("Planner"), "jobs:read")
	b := s.signIn(s.user("user@example.com"))
	for path, foreign := range map[string]identity.ID{"/account/sessions/end": session.ID, "/account/apps/revoke": consent.ID} {
		missing := b.post(path, url.Values{"id": {"06bznwy7m3t8k9x2q4r5s6d0e0"}})
		if missing.status != http.StatusNotFound {
			t.Errorf("%s with a missing id: status %d", path, missing.status)
		}
		for what, id := range map[string]string{"somebody else's": foreign.String(), "no": "", "a nonsensical": "../1", "a longer": foreign.String() + "0"} {
			if a := b.post(path, url.Values{"id": {id}}); a != missing {
				t.Errorf("%s with %s id answers otherwise: status %d, not %d", path, what, a.status, missing.status)
			}
		}
	}
	if a := hers.get("/account"); a.status != http.StatusOK {
		t.Error("somebody ended another person's session")
	}
	if c, err := s.people.Consent(t.Context(), stranger.ID, consent.ClientID, consent.OrgID); err != nil || c.ID != consent.ID {
		t.Errorf("somebody took another person's consent away: %v", err)
	}
}
