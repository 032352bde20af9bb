package catalogue_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"postern/authz/catalogue"
	"postern/authz/event"
	"postern/storage"
	"postern/storage/storagetest"
)

var clock = func() time.Time { return time.Date(2026, 11, 22, 14, 5, 0, 0, time.UTC) }

func fields(err error) string {
	problems, _ := errors.AsType[catalogue.Problems](err)
	var names []string
	for _, p := range problems {
		names = append(names, p.Field)
	}
	return strings.Join(names, " ")
}

func TestEntriesThatAreRefused(t *testing.T) {
	t.Parallel()
	r := catalogue.New(storagetest.SQLite(t, clock), clock)
	for _, row := range []struct{ name, scope, title, kind, want string }{
		{"no title", "jobs:read", "", "", "title"},
		{"a comma separates scopes in some requests", "a,b", "x", "", "name"},
		{"a wildcard belongs into an allowance", "jobs:*", "x", "", "name"},
		{"a space separates scopes (RFC 6749 section 3.3)", "a b", "x", "", "name"},
		{"a kind that is none", "jobs:read", "x", "admin", "kind"},
		{"a title that turns text around", "jobs:read", "x\u202ey", "", "title"},
		{"a title of 101 characters", "jobs:read", strings.Repeat("x", 101), "", "title"},
		{"all at once", "*", "", "z", "name title kind"},
	} {
		_, err := r.Add(t.Context(), event.System, catalogue.Scope{Name: row.scope, Title: row.title, Kind: row.kind})
		if got := fields(err); got != row.want {
			t.Errorf("%s: problems with %q, want %q (%v)", row.name, got, row.want, err)
		}
	}
	_, err := r.Add(t.Context(), event.System, catalogue.Scope{Name: "postern.admin", Title: "x", Default: true})
	if fields(err) != "default" {
		t.Errorf("a reserved scope as default: %v", err)
	}
}

func TestALifeOfAScope(t *testing.T) {
	t.Parallel()
	storagetest.Engines(t, func(t *testing.T, open func(...storagetest.Option) *storage.Store) {
		store := open()
		r, who := catalogue.New(store, clock), event.Command("scope add")
		s, err := r.Add(t.Context(), who, catalogue.Scope{Name: "jobs:read", Title: "See  your jobs", Group: "Jobs"})
		if err != nil || s.Title != "See your jobs" || s.Kind != catalogue.Read {
			t.Fatalf("added %+v, %v", s, err)
		}
		if _, err := r.Add(t.Context(), who, s); !errors.Is(err, catalogue.ErrExists) {
			t.Errorf("added twice: %v", err)
		}
		s.Sensitive = true
		for range 2 {
			if _, err := r.Update(t.Context(), who, s); err != nil {
				t.Errorf("update: %v", err)
			}
		}
		if err := r.Delete(t.Context(), who, s.Name); err != nil {
			t.Errorf("delete: %v", err)
		}
		if err := r.Delete(t.Context(), who, s.Name); !errors.Is(err, catalogue.ErrNotFound) {
			t.Errorf("deleted twice: %v", err)
		}
		events, _, err := event.List(t.Context(), store, event.Filter{Object: event.ObjectScope, ObjectID: s.Name}, event.Page{})
		var names []string
		for _, e := range events {
			names = append(names, e.Name)
		}
		if got := strings.Join(names, " "); err != nil || len(names) != 3 {
			t.Errorf("trail has %s, want created, updated and deleted once each (%v)", got, err)
		}
	})
}

func TestPosternsOwnScopesAreReserved(t *testing.T) {
	t.Parallel()
	r := catalogue.New(storagetest.SQLite(t, clock), clock)
	s, err := r.Add(t.Context(), event.System, catalogue.Scope{Name: "postern.clients", Title: "Manage apps"})
	if err != nil || !s.Reserved {
		t.Errorf("postern.clients is added as %+v, %v", s, err)
	}
}
