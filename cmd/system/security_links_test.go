package system_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"postern/cmd/system/systemtest"
)

// The rows of one-time links: a new password, and the first administrator.

// LG-32, LG-33 (Zitadel CVE-2025-64101, CWE-640, Keycloak CVE-2026-37982): the reset link that an administrator makes.
// It names the configured host; it works once, for an hour, and not after the password changed otherwise; it cannot be
// guessed; everything that its user had open ends with it.
func TestResetLinks(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		x := signedIn(t, e, webApp)
		s, user := x.s, userID(t, x.s, "user@example.com")
		s.AddUser("admin@example.com", true)
		live := x.tokens(t)
		admin := s.NewBrowser()
		admin.Get("/login")
		admin.SignIn("admin@example.com")
		p := admin.Send(s.Request("POST", "/admin/users/"+user.String()+"/reset-link", url.Values{}, "Origin", s.URL,
			"X-Forwarded-Host", "evil.example", "Forwarded", "host=evil.example", "X-Host", "evil.example", "X-Forwarded-Server", "evil.example"))
		if p.Status != http.StatusOK || strings.Contains(p.Body, "evil.example") || !strings.Contains(p.Body, s.URL+"/reset?token=") {
			t.Errorf("LG-32: status %d; the link names another host than %s", p.Status, s.URL)
		}

		link := func() string {
			token, _, err := s.People.ResetLink(t.Context(), systemtest.Actor, user)
			check(t, err)
			return token
		}
		set := func(token, password string) int {
			b := s.NewBrowser()
			return b.Post("/reset", url.Values{"token": {token}, "password": {password}, "password_again": {password}}).Status
		}
		first, second := link(), link()
		if len(first) < 60 || first == second {
			t.Error("LG-33: links can be guessed")
		}
		for name, text := range manglings(first) {
			if text != first && set(text, "an entirely new password") < 400 {
				t.Errorf("LG-33 %s: taken", name)
			}
		}
		if set(first, "an entirely new password") >= 400 {
			t.Fatal("control: the link does not work")
		}
		for name, token := range map[string]string{"used": first, "made before the password changed": second} {
			if set(token, "yet another password") != http.StatusGone {
				t.Errorf("LG-33: a link %s works", name)
			}
		}
		if p := x.b.Get("/account"); !p.Has("login-page") {
			t.Error("LG-33: the session lives on after the reset")
		}
		if a := refresh(t, s, x.app, live.Refresh); a.Error != "invalid_grant" {
			t.Error("LG-33: the grant lives on after the reset")
		}
		late := link()
		s.Clock.Advance(61 * time.Minute)
		if set(late, "yet another password") != http.StatusGone {
			t.Error("LG-33: a link works after an hour")
		}
	})
}

// LG-33 at its neighbour's: the set-up link makes one administrator, however many post it at once, and none once there
// is one.
func TestTheSetUpLinkMakesOneAdministrator(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := start(t, e)
		token, err := s.People.SetupToken()
		check(t, err)
		done := make(chan int, 8)
		for i := range 8 {
			go func() {
				done <- send(t, s.Request("POST", "/setup", url.Values{
					"token": {token}, "name": {"Somebody"}, "email": {string(rune('a'+i)) + "@example.com"}, "organization": {"Acme"},
					"password": {"an entirely new password"}, "password_again": {"an entirely new password"},
				})).Status
			}()
		}
		made := 0
		for range 8 {
			switch status := <-done; {
			case status == http.StatusSeeOther:
				made++
			case status != http.StatusGone:
				t.Errorf("a loser got %d", status)
			}
		}
		if made != 1 {
			t.Errorf("%d administrators were made", made)
		}
		for name, text := range map[string]string{"again": token, "none": "", "another": "pst_AAAA"} {
			if p := s.NewBrowser().Get("/setup?token=" + text); p.Status != http.StatusGone {
				t.Errorf("the set-up link, %s: status %d", name, p.Status)
			}
		}
	})
}
