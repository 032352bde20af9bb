package browser_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"postern/cmd/system/systemtest"
)

// tab is a window, and what a person does in it. Whatever does not work ends the test.
type tab struct {
	t     *testing.T
	ctx   context.Context
	home  string // the server's origin
	axe   string
	watch *watch

	javascript bool
}

// screen is what a tab is seen on.
type screen struct {
	name          string
	width, height int64
	phone         bool // touched, not clicked
	scheme        string
}

var desktop = screen{"desktop", 1280, 800, false, "light"}

// patience is how long anything that a person does may take.
const patience = 30 * time.Second

// within does something in the tab, and ends the test if it fails or takes too long.
func within[T any](w *tab, f func(context.Context) (T, error)) T {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	value, err := f(ctx)
	w.must(err)
	return value
}

// call sends a command to Chromium.
func call[P, R any](w *tab, command cdp.Command[P, R], params P) R {
	w.t.Helper()
	return within(w, func(ctx context.Context) (R, error) { return chromedp.Call(ctx, command, params) })
}

// eval asks the page. It works where the page itself may run no script.
func eval[T any](w *tab, expression string) T {
	w.t.Helper()
	return within(w, func(ctx context.Context) (T, error) {
		return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	})
}

// do takes steps that lead to no other page.
func (w *tab) do(step chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	within(w, func(ctx context.Context) (chromedp.Void, error) { return chromedp.Run(ctx, step) })
}

// scripts switches the page's own scripts on or off, from the next page on.
func (w *tab) scripts(on bool) {
	w.t.Helper()
	call(w, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}

// must ends the test with what the person saw.
func (w *tab) must(err error) {
	w.t.Helper()
	if err == nil {
		return
	}
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	location, _ := chromedp.Run(ctx, chromedp.Location())
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`))
	w.t.Fatalf("%v\nat %s\n%s\n%s", err, location, text, strings.Join(w.watch.take(), "\n"))
}

// complain reports what happened in the tab and must not have.
func (w *tab) complain() {
	for _, text := range w.watch.take() {
		w.t.Errorf("in the browser: %s", text)
	}
}

// size puts the tab on a screen.
func (w *tab) size(s screen) {
	w.t.Helper()
	call(w, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: s.width, Height: s.height, DeviceScaleFactor: 1, Mobile: s.phone,
	})
	call(w, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: s.phone})
	call(w, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: s.scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// open goes to an address: a path of the server, or a whole URL.
func (w *tab) open(address string) {
	w.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = w.home + address
	}
	w.do(chromedp.Navigate(address))
}

// press clicks what selector names, and waits for the page that it leads to.
func (w *tab) press(selector string) {
	w.t.Helper()
	w.leave(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// button is the one with this text, or the link that looks like one.
func (w *tab) button(text string) {
	w.t.Helper()
	found := eval[bool](w, `(() => {
		const named = [...document.querySelectorAll("main button, main a, header button")]
			.filter(e => (e.getAttribute("aria-label") || e.innerText).trim() === `+quote(text)+` && e.checkVisibility());
		named[0]?.setAttribute("data-test", "here");
		return named.length > 0;
	})()`)
	if !found {
		w.must(fmt.Errorf("no button %q", text))
	}
	w.press(`[data-test="here"]`)
}

// key presses a key and waits for the page that it leads to.
func (w *tab) key(key string) {
	w.t.Helper()
	w.leave(chromedp.KeyEvent(key))
}

// leave does what leads to another page, and waits for it.
func (w *tab) leave(step chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	within(w, func(ctx context.Context) (*network.Response, error) { return chromedp.RunResponse(ctx, step) })
}

// fill types into a field, in place of what is in it.
func (w *tab) fill(name, text string) {
	w.t.Helper()
	eval[bool](w, fmt.Sprintf(`(() => { const f = document.querySelector('main [name=%q]'); f.focus(); f.select(); return true })()`, name))
	if text == "" {
		w.do(chromedp.KeyEvent(kb.Delete))
		return
	}
	call(w, input.InsertText, input.InsertTextParams{Text: text})
}

// tick clicks a check box or radio button.
func (w *tab) tick(name, value string) {
	w.t.Helper()
	w.do(chromedp.Click(chromedp.CSS(fmt.Sprintf(`input[name=%q][value=%q]`, name, value))))
}

// text is what is read in the element, folded or not.
func (w *tab) text(selector string) string {
	w.t.Helper()
	return eval[string](w, fmt.Sprintf(`document.querySelector(%q)?.textContent.trim() ?? ""`, selector))
}

// value is what is in a field.
func (w *tab) value(name string) string {
	w.t.Helper()
	return eval[string](w, fmt.Sprintf(`document.querySelector('main [name=%q]').value`, name))
}

// has tells whether there is such an element.
func (w *tab) has(selector string) bool {
	w.t.Helper()
	return eval[bool](w, fmt.Sprintf(`document.querySelector(%q) !== null`, selector))
}

// reads wants the page to say all of this, in what is seen of it.
func (w *tab) reads(texts ...string) {
	w.t.Helper()
	page := eval[string](w, `document.body.innerText`)
	for _, text := range texts {
		if !strings.Contains(page, text) {
			w.t.Errorf("%q is not on the page %s:\n%s", text, w.at(), page)
		}
	}
}

// wants the element to be there, or ends the test.
func (w *tab) wants(selector string) {
	w.t.Helper()
	if !w.has(selector) {
		w.must(fmt.Errorf("the page has no %s", selector))
	}
}

// at is where the tab is.
func (w *tab) at() *url.URL {
	w.t.Helper()
	location := within(w, func(ctx context.Context) (string, error) { return chromedp.Run(ctx, chromedp.Location()) })
	u, err := url.Parse(location)
	w.must(err)
	return u
}

// signIn fills in the sign-in page that the tab shows.
func (w *tab) signIn(email, password string) {
	w.t.Helper()
	w.wants("#login-page")
	w.fill("username", email)
	w.fill("password", password)
	w.press("#login")
}

// enter opens a page of somebody who signs in first.
func (w *tab) enter(path, email string) {
	w.t.Helper()
	w.open(path)
	w.signIn(email, systemtest.Password)
}

// until waits for an element that comes by itself.
func (w *tab) until(selector string) {
	w.t.Helper()
	w.do(chromedp.WaitVisible(chromedp.CSS(selector)))
}
