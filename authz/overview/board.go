package overview

import (
	"context"
	"fmt"
	"time"

	"postern/authz/key"
	"postern/storage"
)

// ErrNotFound: there is no such object.
var ErrNotFound = storage.ErrNotFound

// Board reads the figures. It is safe for concurrent use.
type Board struct {
	store *storage.Store
	keys  *key.Ring
	now   func() time.Time
}

// New returns the board over store and keys.
func New(store *storage.Store, keys *key.Ring, now func() time.Time) *Board {
	return &Board{store: store, keys: keys, now: now}
}

// Totals is how much there is.
type Totals struct{ Clients, Users, Organizations, Grants int64 }

// Totals counts clients, users, organizations and live grants.
func (b *Board) Totals(ctx context.Context) (Totals, error) {
	var t Totals
	var err error
	t.Clients, t.Users, t.Organizations, t.Grants, err = b.store.Totals(ctx)
	if err != nil {
		return Totals{}, fmt.Errorf("count everything: %w", err)
	}
	return t, nil
}

// LoneAdmin tells whether exactly one live user is an administrator: if they lose their password, only the command line
// helps.
func (b *Board) LoneAdmin(ctx context.Context) (bool, error) {
	admins, next, err := b.store.Users(ctx, storage.UserFilter{State: "admin"}, storage.Page{Limit: 200})
	if err != nil {
		return false, fmt.Errorf("count administrators: %w", err)
	}
	live := 0
	for _, u := range admins {
		if u.DisabledAt.IsZero() {
			live++
		}
	}
	return live == 1 && next == "", nil
}
