package browser_test

import (
	"fmt"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// watch listens to a tab for what must not happen in it.
type watch struct {
	home string // whose pages may load something, and only from there

	mu    sync.Mutex
	heard []string
}

// hear takes the tab's events.
func (w *watch) hear(event any) {
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			w.add("console %s: %s", e.Type, arguments(e.Args))
		}
	case *runtime.EventExceptionThrown:
		w.add("exception: %s %s", e.ExceptionDetails.Text, e.ExceptionDetails.URL)
	case *log.EventEntryAdded:
		w.entry(e.Entry)
	case *network.EventRequestWillBeSent:
		w.request(e)
	}
}

// entry takes the browser's own messages, such as breaches of the Content-Security-Policy. That a page came with an error's
// status is told by the page.
func (w *watch) entry(e *log.Entry) {
	if e.Level != "error" && e.Level != "warning" {
		return
	}
	if e.Source == "network" && strings.HasPrefix(e.Text, "Failed to load resource: the server responded with") {
		return
	}
	w.add("%s %s: %s (%s)", e.Source, e.Level, e.Text, e.URL)
}

// request takes what our pages load. Where a link or a form leads to is another page.
func (w *watch) request(e *network.EventRequestWillBeSent) {
	ours := strings.HasPrefix(e.DocumentURL, w.home+"/")
	fine := strings.HasPrefix(e.Request.URL, w.home+"/") || strings.HasPrefix(e.Request.URL, "data:") || strings.HasPrefix(e.Request.URL, "blob:")
	if e.Type != "Document" && ours && !fine {
		w.add("%s loads %s", e.DocumentURL, e.Request.URL)
	}
}

func (w *watch) add(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard = append(w.heard, fmt.Sprintf(format, args...))
}

// take returns what was heard since it was asked last.
func (w *watch) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	heard := w.heard
	w.heard = nil
	return heard
}

func arguments(args []*runtime.RemoteObject) string {
	var all []string
	for _, a := range args {
		all = append(all, string(a.Value)+a.Description)
	}
	return strings.Join(all, " ")
}
