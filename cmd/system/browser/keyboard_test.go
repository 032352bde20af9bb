package browser_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"postern/cmd/system/systemtest"
)

// tabTo presses Tab until the element has the focus. On the way the focus is always seen.
func (w *tab) tabTo(selector string) {
	w.t.Helper()
	for range 60 {
		if eval[bool](w, `document.activeElement.matches("`+selector+`")`) {
			return
		}
		w.do(chromedp.KeyEvent(kb.Tab))
		if unseen := eval[string](w, `(() => {`+focusSeen+`; return focusSeen(document.activeElement)})()`); unseen != "" {
			w.t.Errorf("%s: %s", w.at().Path, unseen)
		}
	}
	w.t.Fatalf("%s: Tab never reaches %s", w.at().Path, selector)
}

// arrive comes to the consent page without a mouse.
func arrive(t *testing.T, c *chromium, javascript bool) (*app, *tab) {
	t.Helper()
	s := startWith(t, systemtest.Options{})
	a := planner(t, s)
	w := c.open(t, s.URL, javascript)
	w.open(a.url + "/start")
	w.tabTo("#username")
	w.do(chromedp.KeyEvent(user))
	w.tabTo("#password")
	w.do(chromedp.KeyEvent(systemtest.Password))
	w.tabTo("#login")
	w.key(kb.Enter)
	w.wants("#consent-page")
	return a, w
}

func allowByKeyboard(t *testing.T, c *chromium, javascript bool) {
	a, w := arrive(t, c, javascript)
	w.tabTo("#allow")
	w.key(kb.Enter)
	if got := w.text("#app-page"); got != "Connected" || !a.active() {
		t.Errorf("the app says %q, at %s", got, w.at())
	}
}

func refuseByKeyboard(t *testing.T, c *chromium, javascript bool) {
	_, w := arrive(t, c, javascript)
	w.tabTo("#deny")
	w.key(kb.Enter)
	if got := w.text("#app-page"); got != "Failed: access_denied" {
		t.Errorf("the app says %q, at %s", got, w.at())
	}
}
