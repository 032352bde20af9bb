package event_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"postern/authz/event"
	"postern/storage"
	"postern/storage/storagetest"
)

func TestRecordAndList(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	for name, open := range map[string]func(t *testing.T) *storage.Store{
		"sqlite":   func(t *testing.T) *storage.Store { return storagetest.SQLite(t, clock) },
		"postgres": func(t *testing.T) *storage.Store { return storagetest.Postgres(t, clock) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recordAndList(t, open(t), now)
		})
	}
}

func recordAndList(t *testing.T, store *storage.Store, now time.Time) {
	forger := event.Actor{Kind: event.KindUser, ID: "u1", Name: "Forged\r\n2026 user.deleted\x00", Address: "192.0.2.1", RequestID: "r\xff1"}
	put := func(at time.Time, e event.Entry) error {
		return store.Tx(t.Context(), func(tx *storage.Tx) error { return event.Record(t.Context(), tx, at, forger, e) })
	}
	if err := put(now, event.Entry{Name: event.ScopeUpdated, Object: event.ObjectScope, ObjectID: "jobs:read",
		Before: map[string]any{"title": "Old", "kind": "read"}, After: map[string]any{"title": "New\n\x00", "kind": "read"}}); err != nil {
		t.Fatal(err)
	}
	if err := put(now.Add(time.Second), event.Entry{Name: event.ScopeDeleted, Object: event.ObjectScope, ObjectID: "jobs:read"}); err != nil {
		t.Fatal(err)
	}
	if put(now, event.Entry{Name: "moon.landed", Object: "moon"}) == nil {
		t.Error("an event that is not in the table was written")
	}

	filter := event.Filter{Object: event.ObjectScope}
	first, next, err := event.List(t.Context(), store, filter, event.Page{Limit: 1})
	if err != nil || len(first) != 1 || first[0].Name != event.ScopeDeleted || next == "" {
		t.Fatalf("first page %+v, %q, %v", first, next, err)
	}
	rest, next, err := event.List(t.Context(), store, filter, event.Page{After: next})
	if err != nil || len(rest) != 1 || next != "" {
		t.Fatalf("second page %+v, %q, %v", rest, next, err)
	}
	e := rest[0]
	if e.Before != `{"title":"Old"}` || e.After != `{"title":"New\n\u0000"}` {
		t.Errorf("kept %s to %s", e.Before, e.After)
	}
	if strings.ContainsAny(e.ActorName+e.RequestID, "\r\n\x00") || !utf8.ValidString(e.RequestID) || !strings.HasPrefix(e.ActorName, "Forged") {
		t.Errorf("IL-08 a forged actor %q", e.ActorName)
	}
}
