package systemtest

import (
	"testing"
	"time"
)

// What tests of servers in other processes need, and tests of what comes true by and by.

// NewBrowserAt opens a browser for the server at a URL without a trailing slash.
func NewBrowserAt(tb testing.TB, url string) *Browser {
	tb.Helper()
	return (&Server{URL: url, tb: tb}).NewBrowser()
}

// Poll calls done until it returns true, and fails the test if that takes longer than within.
func Poll(tb testing.TB, what string, within time.Duration, done func() bool) {
	tb.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(within); !done(); <-tick.C {
		if time.Now().After(deadline) {
			tb.Fatalf("%s: not within %v", what, within)
		}
	}
}

// InForce fails the test if a check that begins later than allowed after changed still sees what was before. How long a
// check takes on a busy machine does not count, and neither does slack: what such a machine keeps the server itself waiting.
func InForce(tb testing.TB, what string, changed time.Time, allowed time.Duration, seen func() bool) {
	tb.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		begun := time.Now()
		if seen() {
			return
		}
		if late := begun.Sub(changed); late > allowed+slack {
			tb.Errorf("%s: not in force %v after it", what, late.Round(time.Millisecond))
			return
		}
		<-tick.C
	}
}

// slack is far more than an idle machine takes, and far less than "never".
const slack = 2 * time.Second
