package identity

import (
	"slices"
	"time"
)

// Need says whether a person has to be asked before an app gets what it requests.
type Need struct {
	Ask     bool
	New     []string // scopes that were not allowed yet
	Already []string // scopes that were
	Left    []string // scopes that were shown and left out: not asked for again by themselves
}

// NeedFor compares a request with what was allowed before (the zero Consent: nothing). A person is asked when a scope is
// new and was not left out before, when the answer goes to another host, and, as if nothing had been allowed, when
// another organization publishes the app or the consent has expired (UX C21).
func NeedFor(c Consent, requested []string, redirectHost string, publisher ID, now time.Time) Need {
	var n Need
	valid := holds(c, publisher, now)
	for _, s := range requested {
		switch {
		case valid && slices.Contains(c.Scopes, s):
			n.Already = append(n.Already, s)
		case valid && slices.Contains(c.Declined, s):
			n.Left = append(n.Left, s)
		default:
			n.New = append(n.New, s)
		}
	}
	n.Ask = !valid || len(n.New) > 0 || !slices.Contains(c.RedirectHosts, redirectHost)
	return n
}

// holds tells whether anything of c is still to be believed.
func holds(c Consent, publisher ID, now time.Time) bool {
	return !c.ID.IsZero() && c.PublisherID == publisher && (c.ExpiresAt.IsZero() || now.Before(c.ExpiresAt))
}
