package storage

import (
	"fmt"
	"testing"
	"time"
)

// TestPutOffIsBounded has no database to write to: what is put off waits, and its memory has an end.
func TestPutOffIsBounded(t *testing.T) {
	t.Parallel()
	s := &Store{}
	l := &later{store: s, counts: map[countKey]Count{}, failures: map[objectKey][]Failure{}, seen: map[seenKey]time.Time{}}
	s.later = l
	now := time.Now()
	for i := range maxPending + 1000 {
		id := fmt.Sprint(i)
		s.CountLater("client", id, "issued", now)
		s.FailLater(Failure{Object: "client", ObjectID: id})
		s.SeenLater("session", NewID(now), now)
	}
	for range 100 {
		s.FailLater(Failure{Object: "client", ObjectID: "0"})
		s.CountLater("client", "0", "issued", now)
	}
	if len(l.counts) != maxPending || len(l.seen) != maxPending || len(l.failures) != maxFailures {
		t.Errorf("%d counts, %d last-seen times and %d failures are kept", len(l.counts), len(l.seen), len(l.failures))
	}
	if n := l.counts[countKey{objectKey{"client", "0"}, "issued", now.Unix() / 86400}].N; n != 101 {
		t.Errorf("what is known goes on being counted: got %d, want 101", n)
	}
	l.putBack(nil, map[objectKey][]Failure{{"client", "1"}: make([]Failure, 15), {"client", "new"}: {{}}})
	if l.failed > maxFailures || len(l.failures) > maxFailures {
		t.Errorf("%d failures are kept after some were put back", l.failed)
	}
}
