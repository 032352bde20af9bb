package catalogue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/authz/event"
	"postern/storage"
)

// MaxScopes is how many scopes there can be: every node holds all of them in memory.
const MaxScopes = 1000

// Which error it was. Test with errors.Is. An entry that cannot be taken is reported as Problems.
var (
	// ErrNotFound: there is no scope of that name.
	ErrNotFound = storage.ErrNotFound
	// ErrExists: there is a scope of that name.
	ErrExists = errors.New("a scope of this name exists already")
	// ErrTooMany: there are MaxScopes.
	ErrTooMany = fmt.Errorf("there are %d scopes, and cannot be more", MaxScopes)
)

// Registry makes the changes. It is safe for concurrent use.
type Registry struct {
	store *storage.Store
	now   func() time.Time
}

// New returns the registry over store.
func New(store *storage.Store, now func() time.Time) *Registry { return &Registry{store, now} }

// Add makes an entry of s and returns it as stored. Without a kind it is Read. Errors: Problems, ErrExists, ErrTooMany.
func (r *Registry) Add(ctx context.Context, actor event.Actor, s Scope) (Scope, error) {
	s, err := complete(s)
	if err != nil {
		return Scope{}, err
	}
	s.CreatedAt = r.now().UTC()
	s.UpdatedAt = s.CreatedAt
	err = r.store.Tx(ctx, func(tx *storage.Tx) error {
		all, err := tx.Scopes(ctx)
		if err != nil {
			return err
		}
		if len(all) >= MaxScopes {
			return ErrTooMany
		}
		if err := tx.InsertScope(ctx, s); errors.Is(err, storage.ErrConflict) {
			return ErrExists
		} else if err != nil {
			return err
		}
		return r.record(ctx, tx, actor, event.ScopeCreated, s.Name, nil, viewOf(s))
	})
	if err != nil {
		return Scope{}, fmt.Errorf("add scope: %w", err)
	}
	return s, nil
}

// Update replaces all of the entry s.Name but its name. Doing it twice changes nothing. Errors: Problems, ErrNotFound.
func (r *Registry) Update(ctx context.Context, actor event.Actor, s Scope) (Scope, error) {
	s, err := complete(s)
	if err != nil {
		return Scope{}, err
	}
	err = r.store.Tx(ctx, func(tx *storage.Tx) error {
		before, err := tx.Scope(ctx, s.Name)
		if err != nil {
			return err
		}
		s.CreatedAt, s.UpdatedAt = before.CreatedAt, before.UpdatedAt
		if viewOf(s) == viewOf(before) {
			return nil
		}
		s.UpdatedAt = r.now().UTC()
		if err := tx.UpdateScope(ctx, s); err != nil {
			return err
		}
		return r.record(ctx, tx, actor, event.ScopeUpdated, s.Name, viewOf(before), viewOf(s))
	})
	if err != nil {
		return Scope{}, fmt.Errorf("update scope: %w", err)
	}
	return s, nil
}

// Delete removes the entry name. Errors: ErrNotFound.
func (r *Registry) Delete(ctx context.Context, actor event.Actor, name string) error {
	err := r.store.Tx(ctx, func(tx *storage.Tx) error {
		before, err := tx.Scope(ctx, name)
		if err != nil {
			return err
		}
		if err := tx.DeleteScope(ctx, name); err != nil {
			return err
		}
		return r.record(ctx, tx, actor, event.ScopeDeleted, name, viewOf(before), nil)
	})
	if err != nil {
		return fmt.Errorf("delete scope: %w", err)
	}
	return nil
}

// List returns every entry, by group and then by name.
func (r *Registry) List(ctx context.Context) ([]Scope, error) {
	all, err := r.store.Scopes(ctx)
	if err != nil {
		return nil, fmt.Errorf("list scopes: %w", err)
	}
	return all, nil
}

// Show returns the entry name. Errors: ErrNotFound.
func (r *Registry) Show(ctx context.Context, name string) (Scope, error) {
	s, err := r.store.Scope(ctx, name)
	if err != nil {
		return Scope{}, fmt.Errorf("show scope: %w", err)
	}
	return s, nil
}

// view is what the trail keeps of an entry.
type view struct {
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	Group       string `json:"group,omitempty"`
	Kind        string `json:"kind"`
	Sensitive   bool   `json:"sensitive"`
	Default     bool   `json:"default"`
	Optional    bool   `json:"optional"`
	Reserved    bool   `json:"reserved"`
}

func viewOf(s Scope) view {
	return view{s.Title, s.Description, s.Group, s.Kind, s.Sensitive, s.Default, s.Optional, s.Reserved}
}

func (r *Registry) record(ctx context.Context, tx *storage.Tx, actor event.Actor, name event.Name, scope string, before, after any) error {
	return event.Record(ctx, tx, r.now().UTC(), actor, event.Entry{
		Name: name, Object: event.ObjectScope, ObjectID: scope, Before: before, After: after,
	})
}
