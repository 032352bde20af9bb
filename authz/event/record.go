package event

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"postern/storage"
)

// maxText is how many characters of a name or id that came from outside an entry keeps.
const maxText = 200

// Entry is what happened to what.
type Entry struct {
	Name     Name       // one of the names in the table
	OrgID    storage.ID // the organization it concerns; zero: none
	Object   string     // one of the objects
	ObjectID string
	Before   any // encoded as JSON, reduced to what differs from After; nil: there was nothing
	After    any // likewise; nil: there is nothing left
}

// Record writes e as done by a at now, in the transaction of the decision. Before and After keep only the members that
// differ, with strings cut at 1,000 characters and secrets replaced; see diff.go.
func Record(ctx context.Context, tx *storage.Tx, now time.Time, a Actor, e Entry) error {
	if !Known(e.Name) {
		return fmt.Errorf("record event %q: not in the table of events", e.Name)
	}
	before, after, err := diff(e.Before, e.After)
	if err != nil {
		return fmt.Errorf("record event %s: %w", e.Name, err)
	}
	err = tx.InsertEvent(ctx, storage.Event{
		ID: storage.NewID(now), At: now, Name: e.Name, OrgID: e.OrgID,
		ActorKind: a.Kind, ActorID: plain(a.ID), ActorName: plain(a.Name),
		Object: e.Object, ObjectID: plain(e.ObjectID),
		Address: plain(a.Address), RequestID: plain(a.RequestID),
		Before: before, After: after,
	})
	if err != nil {
		return fmt.Errorf("record event %s: %w", e.Name, err)
	}
	return nil
}

// plain makes s one line of valid UTF-8 of at most maxText characters: an entry cannot be made to look like two, nor to
// be read in another order than it is stored (CWE-117).
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, string(unicode.ReplacementChar)))
	return cut(s, maxText)
}
