package browser_test

import (
	"strings"
	"testing"
)

// stop is a page to look at. do is what is done on it before it is looked at; a stop without a path is where do leads.
type stop struct {
	name, path string
	do         func(w *tab)
}

// walk is the way of one person over pages.
type walk struct {
	name  string
	who   string // nobody: empty
	stops func(*world) []stop
}

var walks = []walk{
	{"the administrator's pages of clients", admin, clientStops},
	{"the administrator's other pages", admin, directoryStops},
	{"a person's pages", user, personStops},
	{"a visitor's pages", "", visitorStops},
}

// walkAll looks at every page of a server that is in use.
func walkAll(t *testing.T, c *chromium) {
	for _, way := range walks {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			world := newWorld(t)
			w := c.open(t, world.s.URL, true)
			if way.who != "" {
				w.enter("/login", way.who)
			}
			for _, s := range way.stops(world) {
				w.stop(s)
			}
		})
	}
}

// stop comes to a page and looks at it.
func (w *tab) stop(s stop) {
	w.t.Helper()
	if s.path != "" {
		w.open(s.path)
	}
	if s.do != nil {
		s.do(w)
	}
	if strings.Contains(w.text("h1"), "went wrong") {
		w.t.Errorf("%s: %s", s.name, w.text("main"))
		return
	}
	w.look(s.name)
}

// showing wants an element to be on the page.
func showing(selector string) func(*tab) { return func(w *tab) { w.wants(selector) } }

// pressing presses the button with this text.
func pressing(text string) func(*tab) { return func(w *tab) { w.button(text) } }

// typing fills in fields, name and text in turn, and presses the button.
func typing(button string, fields ...string) func(*tab) {
	return func(w *tab) {
		for i := 0; i+1 < len(fields); i += 2 {
			w.fill(fields[i], fields[i+1])
		}
		w.lax()
		w.button(button)
	}
}

// lax lets forms go as they are, without the browser's own checks: it is the server's answer that is looked at.
func (w *tab) lax() {
	eval[bool](w, `(() => { for (const f of document.forms) f.noValidate = true; return true })()`)
}
