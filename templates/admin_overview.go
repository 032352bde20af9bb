package templates

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Hint is something that is worth setting up.
type Hint struct {
	Title  string
	Text   string
	URL    string
	Action string // words of the link: "Register an app"
}

// Failure is one refused request, with the precise reason that only administrators see.
type Failure struct {
	At         time.Time
	ClientID   string
	ClientName string // empty on the client's own pages
	Code       string // OAuth error code: invalid_grant
	Reason     string // what exactly was wrong
	RequestID  string
	Mismatch   *Mismatch // of a redirect URI; nil otherwise
}

// Mismatch is a redirect URI that is not registered, beside the registered one that is nearest to it.
type Mismatch struct {
	Received string
	Closest  string // empty when none is registered
}

// Same is how both begin, in whole characters. What was received may be any bytes.
func (m Mismatch) Same() string {
	n := 0
	for n < len(m.Received) {
		r, size := utf8.DecodeRuneInString(m.Received[n:])
		if r == utf8.RuneError || !strings.HasPrefix(m.Closest[n:], m.Received[n:n+size]) {
			break
		}
		n += size
	}
	return m.Received[:n]
}

// ReceivedRest is the received URI from the first difference on.
func (m Mismatch) ReceivedRest() string { return m.Received[len(m.Same()):] }

// ClosestRest is the registered URI from the first difference on.
func (m Mismatch) ClosestRest() string { return m.Closest[len(m.Same()):] }

// AdminOverview is GET /admin.
type AdminOverview struct {
	Layout
	Clients       int64
	Users         int64
	Organizations int64
	ActiveGrants  int64
	Tokens        Chart // issued per day
	Failures      []Failure
	Audit         []AuditEntry
	Hints         []Hint
}

func (AdminOverview) page() string { return "admin_overview" }
