package browser_test

import (
	"testing"

	"postern/cmd/system/systemtest"
)

func setUp(t *testing.T, c *chromium, javascript bool) {
	s := start(t, systemtest.Options{})
	token, err := s.People.SetupToken()
	if err != nil {
		t.Fatal(err)
	}
	w := c.open(t, s.URL, javascript)
	w.open("/setup?token=" + token)
	w.wants("#setup-page")
	w.look("setup")

	// Two different passwords: everything but they is kept.
	w.fill("name", "Example Admin")
	w.fill("email", admin)
	w.fill("organization", "Example Org")
	w.fill("password", systemtest.Password)
	w.fill("password_again", systemtest.Password+"?")
	w.press("main button")
	w.wants(".errors")
	w.look("setup errors")
	if w.value("name") != "Example Admin" || w.value("organization") != "Example Org" || w.value("password") != "" {
		t.Errorf("name %q, organization %q, password %q", w.value("name"), w.value("organization"), w.value("password"))
	}

	w.fill("password", systemtest.Password)
	w.fill("password_again", systemtest.Password)
	w.press("main button")
	w.reads("The administrator is set up")
	w.signIn(admin, systemtest.Password)
	if w.at().Path != "/admin" {
		t.Errorf("after signing in: %s", w.at())
	}

	w.open("/setup?token=" + token)
	w.wants("#error-page")
	w.reads("there is an administrator already")
}

func resetPassword(t *testing.T, c *chromium, javascript bool) {
	s := startWith(t, systemtest.Options{})
	person, err := s.People.UserByEmail(t.Context(), user)
	if err != nil {
		t.Fatal(err)
	}
	w := c.open(t, s.URL, javascript)
	w.enter("/admin/users/"+person.ID.String(), admin)
	w.button("Make a password link")
	link := w.text("#reset-link")
	if link == "" {
		t.Fatal("no link is shown")
	}

	const fresh = "a fresh long passphrase"
	other := c.open(t, s.URL, javascript)
	other.open(link)
	other.wants("#reset-page")
	other.fill("password", fresh)
	other.fill("password_again", fresh)
	other.press("main button")
	other.reads("The password is set")
	other.signIn(user, systemtest.Password)
	other.wants(".errors")
	other.signIn(user, fresh)
	if other.at().Path != "/account" {
		t.Errorf("after signing in: %s", other.at())
	}

	other.open(link)
	other.wants("#error-page")
	other.reads("This link does not work")
}
