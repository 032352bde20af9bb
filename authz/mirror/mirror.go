package mirror

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/authz/client"
	"postern/authz/scope"
	"postern/storage"
)

// Config says what a Mirror copies and how much.
type Config struct {
	Store    *storage.Store
	Defaults client.Defaults
	Keys     interface{ Reload(context.Context) error } // told when a key changes; nil: nobody
	Now      func() time.Time
	Clients  int // most clients kept; 0: 10,000
}

// Mirror is the in-memory copy. It is safe for concurrent use.
type Mirror struct {
	store    *storage.Store
	defaults client.Defaults
	keys     interface{ Reload(context.Context) error }
	now      func() time.Time
	clients  *cache[*client.Client]
	scopes   *cache[*scope.Catalogue]
	revoked  *revoked
	misses   chan struct{} // one place for each database read of a client that may run at once
	newKeys  chan struct{} // holds one: a key has changed
}

// New makes a Mirror. It is empty until Start.
func New(c Config) *Mirror {
	if c.Clients == 0 {
		c.Clients = 10_000
	}
	return &Mirror{
		store:    c.Store,
		defaults: c.Defaults,
		keys:     c.Keys,
		now:      c.Now,
		clients:  newCache[*client.Client](c.Clients, c.Now),
		scopes:   newCache[*scope.Catalogue](1, c.Now),
		revoked:  newRevoked(),
		misses:   make(chan struct{}, maxMisses),
		newKeys:  make(chan struct{}, 1),
	}
}

// maxMisses bounds the reads of unknown clients that run at once: a quarter of the default pool, so that strangers never
// take the connections that refreshes need.
const maxMisses = 4

// missWait bounds the wait for one of those places: when reads hang because the database has just gone away, those who
// queue behind them are answered from memory, or refused, and not one after the other when each read has timed out.
const missWait = time.Second

// Start begins to follow the change feed until ctx ends. It returns when the first snapshot is in.
func (m *Mirror) Start(ctx context.Context) error {
	if err := m.store.Follow(ctx, m); err != nil {
		return fmt.Errorf("follow changes: %w", err)
	}
	go m.tendKeys(ctx)
	return nil
}

// Snapshot reads anew what is kept whole and forgets the rest. The change feed calls it when it (re)connects.
func (m *Mirror) Snapshot(ctx context.Context) error {
	rows, err := m.store.Revocations(ctx, m.now())
	if err != nil {
		return fmt.Errorf("read revocations: %w", err)
	}
	m.revoked.replace(rows, m.now())
	m.clients.clear()
	m.scopes.clear()
	return m.reloadKeys(ctx)
}

// Apply takes one change in. The change feed calls it in commit order.
func (m *Mirror) Apply(c storage.Change) {
	switch c.Kind {
	case storage.ChangeClient:
		m.clients.drop(c.ID)
	case storage.ChangeScope:
		m.scopes.clear()
	case storage.ChangeRevocation:
		m.revoked.add(c.Revocation, m.now())
	case storage.ChangeKey:
		select {
		case m.newKeys <- struct{}{}: // tendKeys reads them: Apply must not block
		default:
		}
	}
}

// Client returns the client with that id, disabled ones too.
//
//   - storage.ErrNotFound: there is none
//   - storage.ErrUnavailable: memory cannot be believed and the database does not answer
func (m *Mirror) Client(ctx context.Context, id string) (*client.Client, error) {
	return read(ctx, m, m.clients, id, m.loadClient)
}

func (m *Mirror) loadClient(ctx context.Context, id string) (*client.Client, error) {
	turn, cancel := context.WithTimeout(ctx, missWait)
	defer cancel()
	select {
	case m.misses <- struct{}{}:
		defer func() { <-m.misses }()
	case <-turn.Done():
		return nil, errors.Join(storage.ErrUnavailable, turn.Err())
	}
	row, err := m.store.Client(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read client: %w", err)
	}
	secrets, err := m.store.ClientSecrets(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read client secrets: %w", err)
	}
	return client.Parse(row, secrets, m.defaults)
}

// Known tells whether a look-up of that client would be answered from memory. It lets callers limit the others.
func (m *Mirror) Known(id string) bool { return m.clients.has(id) }

// Stale tells whether the change feed is behind, so that nothing is kept and each question goes to the database.
func (m *Mirror) Stale() bool { return m.store.Trust() == storage.TrustStale }

// Scopes returns the whole catalogue. Errors as for Client, but never storage.ErrNotFound.
func (m *Mirror) Scopes(ctx context.Context) (*scope.Catalogue, error) {
	return read(ctx, m, m.scopes, "", m.loadScopes)
}

func (m *Mirror) loadScopes(ctx context.Context, _ string) (*scope.Catalogue, error) {
	rows, err := m.store.Scopes(ctx)
	if err != nil {
		return nil, fmt.Errorf("read scopes: %w", err)
	}
	return scope.NewCatalogue(rows), nil
}

// read answers from c as far as trust goes, and else from load.
func read[T any](ctx context.Context, m *Mirror, c *cache[T], key string, load func(context.Context, string) (T, error)) (T, error) {
	trust := m.store.Trust()
	if trust == storage.TrustFresh || trust == storage.TrustOutage {
		if v, err, ok := c.get(key, trust == storage.TrustOutage); ok {
			return v, err
		}
	}
	switch trust {
	case storage.TrustFresh:
		return c.load(ctx, key, load)
	case storage.TrustStale:
		v, err := load(ctx, key)
		if errors.Is(err, storage.ErrUnavailable) && m.store.Trust() != storage.TrustNone { // an outage just begun
			if kept, keptErr, ok := c.get(key, true); ok {
				return kept, keptErr
			}
		}
		return v, err
	}
	var none T
	return none, storage.ErrUnavailable
}
