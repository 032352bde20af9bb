package browser_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"postern/cmd/system/systemtest"
)

// wrongRedirects are redirect URIs that must not be registered, and what each line's error has to say (UX R6, R7).
var wrongRedirects = []struct{ uri, says string }{
	{"/callback", "Line 1: must be absolute"},
	{"http://planner.example/callback", "Line 2: must use https"},
	{"https://planner.example/callback#part", "Line 3: fragment not allowed"},
	{"https://*.planner.example/callback", "Line 4: wildcards not allowed"},
	{"javascript:alert(1)", "Line 5: "},
	{"https://planner.example/callback?code=1", "Line 6: must not contain"},
}

func registerClient(t *testing.T, c *chromium, javascript bool) {
	s := startWith(t, systemtest.Options{})
	a := newApp(t, s, "jobs:read", "jobs:write")
	w := c.open(t, s.URL, javascript)
	w.enter("/admin/clients", admin)
	w.button("Register app")
	w.button("Web app")
	fillIn(w, a)
	w.button("Register app")
	w.reads("is registered")
	a.client = systemtest.Client{ID: w.text("#client-id"), Secret: w.text("#secret")}
	if javascript {
		copies(w, a.client.Secret)
	}
	person := connect(t, c, a, javascript)

	// The secret is shown once.
	w.button("Go to the app")
	if w.has("#secret") || strings.Contains(w.text("body"), a.client.Secret) {
		t.Error("the secret is shown again")
	}
	a.refresh()
	if !a.active() {
		t.Error("the refreshed token is not active")
	}
	if person.at().String() != a.url+"/" {
		t.Errorf("the person is at %s", person.at())
	}
}

// fillIn fills in the form, first with everything wrong.
func fillIn(w *tab, a *app) {
	w.t.Helper()
	var wrong []string
	for _, line := range wrongRedirects {
		wrong = append(wrong, line.uri)
	}
	w.fill("client_name", "Planner")
	w.fill("redirect_uris", strings.Join(wrong, "\n"))
	w.tick("scope", "jobs:read")
	w.button("Register app")
	w.wants(".errors")
	for _, line := range wrongRedirects {
		w.reads(line.says)
	}
	if w.value("client_name") != "Planner" || w.value("redirect_uris") != strings.Join(wrong, "\n") || !w.has(`[value="jobs:read"]:checked`) {
		w.t.Error("what was typed is lost")
	}
	if !eval[bool](w, `document.activeElement.matches(".errors")`) {
		w.t.Error("the summary of errors has not received the focus")
	}
	w.fill("redirect_uris", a.redirect())
	w.tick("scope", "jobs:write")
}

// copies presses the copy button beside the secret.
func copies(w *tab, secret string) {
	w.t.Helper()
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		_, err := chromedp.CallBrowser(w.ctx, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: name}, Setting: "granted",
			BrowserContextID: chromedp.FromContext(w.ctx).BrowserContextID,
		})
		w.must(err)
	}
	w.do(chromedp.Click(chromedp.CSS(`[data-copy="secret"]`), chromedp.NodeVisible))
	eval[bool](w, `new Promise(done => {
		const look = () => document.querySelector('[data-copy="secret"]').textContent === "Copied" ? done(true) : requestAnimationFrame(look);
		look();
	})`)
	if got := eval[string](w, `navigator.clipboard.readText()`); got != secret {
		w.t.Errorf("the clipboard has %d characters, and not the secret", len(got))
	}
}

// connect has a user allow the app, in a browser of their own.
func connect(t *testing.T, c *chromium, a *app, javascript bool) *tab {
	t.Helper()
	w := c.open(t, a.server.URL, javascript)
	w.open(a.url + "/start")
	w.reads("to continue to Planner")
	w.signIn(user, systemtest.Password)
	w.wants("#consent-page")
	w.press("#allow")
	if got := w.text("#app-page"); got != "Connected" {
		t.Fatalf("the app says %q, at %s", got, w.at())
	}
	if !a.active() {
		t.Fatal("the token is not active")
	}
	return w
}

func keepOut(t *testing.T, c *chromium, javascript bool) {
	s := startWith(t, systemtest.Options{})
	w := c.open(t, s.URL, javascript)
	w.enter("/admin/clients", user)
	w.wants("#error-page")
}
