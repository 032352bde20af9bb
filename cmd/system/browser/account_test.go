package browser_test

import (
	"fmt"
	"testing"

	"postern/cmd/system/systemtest"
)

// planner registers the app as the web pages would.
func planner(t *testing.T, s *systemtest.Server) *app {
	t.Helper()
	a := newApp(t, s, "jobs:read", "jobs:write")
	a.client = s.AddClient(fmt.Sprintf(`{"client_name":"Planner","redirect_uris":[%q],"scope":"jobs:*"}`, a.redirect()))
	return a
}

func removeApp(t *testing.T, c *chromium, javascript bool) {
	s := startWith(t, systemtest.Options{})
	a := planner(t, s)
	w := connect(t, c, a, javascript)

	// Allowed once, the app is not asked for again.
	w.open(a.url + "/start")
	if got := w.text("#app-page"); got != "Connected" {
		t.Fatalf("the second time the app says %q, at %s", got, w.at())
	}
	w.open("/account/apps")
	w.reads("Planner", "Title of jobs:read")
	w.button("Remove access of Planner")
	w.reads("No app has access to your account.")
	if a.active() {
		t.Error("the token is still active")
	}

	w.button("Sign out")
	w.wants("#logged-out-page")
	w.open("/account")
	w.wants("#login-page")
}

func refuse(t *testing.T, c *chromium, javascript bool) {
	s := startWith(t, systemtest.Options{})
	a := planner(t, s)
	w := c.open(t, s.URL, javascript)
	w.open(a.url + "/start")
	w.signIn(user, systemtest.Password)
	w.wants("#consent-page")
	w.press("#deny")
	if got := w.text("#app-page"); got != "Failed: access_denied" {
		t.Errorf("the app says %q, at %s", got, w.at())
	}
}

func formPost(t *testing.T, c *chromium, javascript bool) {
	s := startWith(t, systemtest.Options{})
	a := planner(t, s)
	w := c.open(t, s.URL, javascript)
	w.open(a.url + "/start?response_mode=form_post")
	w.signIn(user, systemtest.Password)
	w.wants("#consent-page")
	w.press("#allow")
	if !javascript {
		w.look("form post")
		w.press("#form-post button")
	}
	w.until("#app-page")
	if got := w.text("#app-page"); got != "Connected" {
		t.Errorf("the app says %q, at %s", got, w.at())
	}
}
