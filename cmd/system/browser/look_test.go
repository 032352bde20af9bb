package browser_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
)

// screens are what every page is looked at on.
var screens = []screen{
	desktop,
	{"desktop dark", 1280, 800, false, "dark"},
	{"phone", 360, 740, true, "light"},
	{"phone dark", 360, 740, true, "dark"},
}

// narrow is the least width that a page has to fit (WCAG 2.2, 1.4.10).
var narrow = screen{"narrow", 320, 640, false, "light"}

// look looks at the page as it is on every screen: axe-core finds nothing, nothing sticks out at the side, the focus is
// seen wherever it goes, and on a phone everything is large enough for a thumb.
func (w *tab) look(name string) {
	w.t.Helper()
	w.scripts(true) // axe-core waits for timers; the page's own scripts stay unrun
	defer w.scripts(w.javascript)
	eval[bool](w, `typeof axe === "undefined" ? (() => {`+w.axe+`; window.axe = axe; return true})() : true`)
	for _, s := range screens {
		w.size(s)
		at := name + " on " + s.name
		if s.phone {
			eval[bool](w, unfold)
		}
		w.find(at, runAxe(s.scheme))
		w.find(at, sticksOut)
		if s.scheme == "light" {
			w.find(at, `everyFocus()`, focusSeen, everyFocus)
		}
		if s.phone && s.scheme == "light" {
			w.find(at, smallTargets)
			eval[bool](w, fold)
		}
		w.shoot(name, s)
		eval[bool](w, fold)
	}
	w.size(narrow)
	w.find(name+" at 320 px", sticksOut)
	w.size(desktop)
	w.complain()
}

// find reports what an expression, a list of texts, has found on the page.
func (w *tab) find(at, expression string, definitions ...string) {
	w.t.Helper()
	if len(definitions) > 0 {
		expression = "(() => {" + strings.Join(definitions, ";\n") + "; return " + expression + "})()"
	}
	for _, text := range eval[[]string](w, expression) {
		w.t.Errorf("%s: %s", at, text)
	}
}

// shoot writes a picture, if somebody wants to look at them.
func (w *tab) shoot(name string, s screen) {
	w.t.Helper()
	folder := os.Getenv("POSTERN_SCREENSHOTS")
	if folder == "" || s.phone && s.scheme == "dark" {
		return
	}
	eval[bool](w, `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`)
	picture := within(w, func(ctx context.Context) ([]byte, error) { return chromedp.Run(ctx, chromedp.FullScreenshot(100)) })
	w.must(os.MkdirAll(folder, 0o755))
	file := strings.ReplaceAll(name+" "+s.name, " ", "_") + ".png"
	w.must(os.WriteFile(filepath.Join(folder, file), picture, 0o644))
}

// unfold opens what is folded, and fold closes it again.
const (
	unfold = `(() => { for (const d of document.querySelectorAll("details:not([open])")) { d.removeAttribute("name"); d.open = true; d.dataset.test = "folded" } return true })()`
	fold   = `(() => { for (const d of document.querySelectorAll("details[data-test]")) d.open = false; window.scrollTo(0, 0); return true })()`
)

// runAxe is a run of axe-core: WCAG 2.2 AA and its best practices. A dark page is the light one in other colours, so there
// only what looks at colours is asked again.
func runAxe(scheme string) string {
	rules := `{type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}`
	if scheme == "dark" {
		rules = `{type: "rule", values: ["color-contrast", "link-in-text-block"]}`
	}
	return `axe.run(document, {runOnly: ` + rules + `, resultTypes: ["violations"], preload: false})
		.then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.html.slice(0, 200) + "\n" + n.failureSummary)))`
}

// sticksOut lists what makes the page scroll sideways.
const sticksOut = `(() => {
	const width = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth <= width) return [];
	return [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > width + 1)
		.slice(-3).map(e => "sticks out to " + e.getBoundingClientRect().right + " of " + width + ": " + e.outerHTML.slice(0, 160))
		.concat("the page scrolls sideways: " + document.documentElement.scrollWidth + " of " + width);
})()`

// focusSeen is a function that tells what is wrong with an element's focus (WCAG 2.2, 2.4.7 and 2.4.11).
const focusSeen = `const focusSeen = e => {
	const style = getComputedStyle(e), box = e.getClientRects()[0], name = e.outerHTML.slice(0, 160);
	if (e === document.body) return "";
	if (!e.matches(":focus-visible") || style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) return "its focus is not seen: " + name;
	if (!box || box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) return "it has the focus out of sight: " + name;
	const inside = (low, high, end) => (Math.max(low, 0) + Math.min(high, end)) / 2;
	const top = document.elementFromPoint(inside(box.left, box.right, innerWidth), inside(box.top, box.bottom, innerHeight));
	return top && (e.contains(top) || top.contains(e)) ? "" : "its focus is covered: " + name + " by " + top?.outerHTML.slice(0, 160);
}`

// everyFocus is a function that moves the focus over everything that can have it.
const everyFocus = `const everyFocus = () => {
	const found = [];
	for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")) {
		if (!e.checkVisibility({visibilityProperty: true}) || e.matches("[type=radio]:not(:checked)")) continue;
		e.focus({focusVisible: true});
		const wrong = document.activeElement === e ? focusSeen(e) : "it does not take the focus: " + e.outerHTML.slice(0, 160);
		if (wrong) found.push(wrong);
	}
	document.activeElement.blur();
	window.scrollTo(0, 0);
	return found;
}`

// smallTargets lists controls that are lower than 44 px.
const smallTargets = `[...document.querySelectorAll("button, .button, input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea, summary, .tick:is(label), nav li a")]
	.filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.9)
	.map(e => "only " + e.getBoundingClientRect().height + " px high: " + e.outerHTML.slice(0, 160))`

// quote makes a text a JavaScript string.
func quote(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always can be
	}
	return string(quoted)
}
