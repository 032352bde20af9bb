package browser_test

import (
	"testing"

	"postern/cmd/system"
	"postern/cmd/system/systemtest"
	"postern/templates"
)

// operatorsBrand has an accent that is too pale to read on white: the page darkens it.
func operatorsBrand(t *testing.T, c *chromium, javascript bool) {
	s := startWith(t, systemtest.Options{Config: func(c *system.Config) {
		c.Site = templates.Site{Name: "Northwind ID", Accent: "#ffb000", Support: "help@northwind.example"}
		c.Logo = logo()
	}})
	a := planner(t, s)
	w := c.open(t, s.URL, javascript)
	w.open(a.url + "/start")
	w.reads("Northwind ID")
	if !eval[bool](w, `document.querySelector(".brand img").naturalWidth > 0`) {
		t.Error("the operator's logo is not shown")
	}
	w.look("brand login")
	w.signIn(user, systemtest.Password)
	w.reads("wants to use your Northwind ID account")
	if eval[bool](w, `document.documentElement.innerText.includes("Postern")`) {
		t.Error("the page names Postern, not the operator")
	}
	w.look("brand consent")
	w.press("#allow")
	if got := w.text("#app-page"); got != "Connected" {
		t.Errorf("the app says %q, at %s", got, w.at())
	}
}
