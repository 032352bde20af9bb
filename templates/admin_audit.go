package templates

import "time"

// Change is one field before and after.
type Change struct {
	Field  string
	Before string
	After  string
}

// AuditEntry is one recorded decision.
type AuditEntry struct {
	ID        string
	At        time.Time
	Event     string // client.updated
	Summary   string // in words: "Changed the settings of an app"
	Actor     string
	ActorURL  string // may be empty
	Object    string
	ObjectURL string // may be empty
	ObjectID  string // to look for its history
	Address   string
	RequestID string
	Changes   []Change
}

// AuditTrail is GET /admin/audit, filtered by event, actor, object, from and to (dates, 2006-01-02) and paged by after.
type AuditTrail struct {
	Layout
	Errors  Errors
	Events  []Choice
	Event   string
	Actor   string
	Object  string
	From    string
	To      string
	After   string // cursor of this page; empty on the first
	Next    string // cursor of the next page; empty on the last
	Entries []AuditEntry
}

func (AuditTrail) page() string { return "admin_audit" }

// Filtered says whether any filter is set.
func (p AuditTrail) Filtered() bool { return p.Event+p.Actor+p.Object+p.From+p.To != "" }

// entryList is entries with the time that their age is counted from.
type entryList struct {
	Now     time.Time
	Entries []AuditEntry
}

func logged(now time.Time, entries []AuditEntry) entryList { return entryList{now, entries} }
