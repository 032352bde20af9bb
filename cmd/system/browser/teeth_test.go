package browser_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"postern/cmd/system/systemtest"
)

// spoil breaks a good page in each way that looking at it has to find.
const spoil = `(() => {
	const add = (name, text, members) => document.querySelector("main").append(Object.assign(document.createElement(name), {textContent: text}, members));
	add("a", "x".repeat(400), {href: "#", id: "wide"});
	add("button", "flat", {id: "flat"});
	add("button", "unseen", {id: "unseen"});
	add("input", "", {id: "nameless"});
	const sheet = new CSSStyleSheet();
	sheet.replaceSync("#wide { overflow-wrap: normal } #flat { min-height: 20px; height: 20px } #unseen:focus-visible { outline: 0 } h1 { color: #ccc }");
	document.adoptedStyleSheets = [sheet];
	console.error("a message");
	const style = document.createElement("style");
	style.textContent = "h1 { color: red }";
	document.head.append(style);
	document.body.append(Object.assign(document.createElement("img"), {src: "http://localhost:9/elsewhere.png", alt: ""}));
	return true;
})()`

// lookHasTeeth makes sure that a broken page would be found.
func lookHasTeeth(t *testing.T, c *chromium) {
	w := c.open(t, start(t, systemtest.Options{}).URL, true)
	w.open("/login")
	w.do(chromedp.Evaluate[chromedp.Void](spoil))
	eval[bool](w, `(() => {`+w.axe+`; window.axe = axe; return true})()`)
	w.size(screens[2])
	found := strings.Join(append(append(eval[[]string](w, runAxe("light")), eval[[]string](w, sticksOut)...), eval[[]string](w, smallTargets)...), "\n")
	found += strings.Join(eval[[]string](w, `(() => {`+focusSeen+`;`+everyFocus+`; return everyFocus()})()`), "\n")
	for _, text := range []string{"color-contrast", "label", "scrolls sideways", "20 px high", `its focus is not seen: <button id="unseen">`} {
		if !strings.Contains(found, text) {
			t.Errorf("%q was not found in\n%s", text, found)
		}
	}
	heard := w.watch.take()
	for deadline := time.Now().Add(10 * time.Second); len(heard) < 4 && time.Now().Before(deadline); heard = append(heard, w.watch.take()...) {
		eval[bool](w, `new Promise(done => requestAnimationFrame(() => done(true)))`)
	}
	for _, text := range []string{"a message", "style-src 'self'", "img-src 'self' data:", "loads http://localhost:9/elsewhere.png"} {
		if !strings.Contains(strings.Join(heard, "\n"), text) {
			t.Errorf("%q was not heard in\n%s", text, strings.Join(heard, "\n"))
		}
	}
}
