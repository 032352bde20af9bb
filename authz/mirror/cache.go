package mirror

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"postern/storage"
)

// cache holds at most max values by key, and beside them the keys that do not exist. When it is full it forgets one at
// random, which costs nothing to keep track of and holds up against scans.
type cache[T any] struct {
	max int
	now func() time.Time

	mu      sync.RWMutex
	values  map[string]T
	missing map[string]time.Time // until when
	changes uint64               // how many changes passed: a value read across one is not kept

	flight singleflight.Group
}

const (
	missingFor = 5 * time.Second
	maxMissing = 4096
)

func newCache[T any](max int, now func() time.Time) *cache[T] {
	return &cache[T]{max: max, now: now, values: map[string]T{}, missing: map[string]time.Time{}}
}

// get returns what is kept for key: a value, or storage.ErrNotFound. old also accepts what was known to be missing
// longer ago.
func (c *cache[T]) get(key string, old bool) (T, error, bool) {
	c.mu.RLock()
	v, ok := c.values[key]
	if ok {
		c.mu.RUnlock()
		return v, nil, true
	}
	until, miss := c.missing[key]
	c.mu.RUnlock()
	if miss && (old || c.now().Before(until)) {
		return v, storage.ErrNotFound, true
	}
	return v, nil, false
}

func (c *cache[T]) has(key string) bool {
	_, _, ok := c.get(key, false)
	return ok
}

// load reads key once for all who ask for it at the same time. The read outlives the first who asked, so that one
// caller's cancellation is not another's error.
func (c *cache[T]) load(ctx context.Context, key string, read func(context.Context, string) (T, error)) (T, error) {
	c.mu.RLock()
	before := c.changes
	c.mu.RUnlock()
	// Those who ask after a change must not join a read that began before it.
	flight := c.flight.DoChan(key+"\x00"+strconv.FormatUint(before, 10), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		v, err := read(ctx, key)
		c.keep(key, v, err, before)
		return v, err
	})
	var none T
	select {
	case r := <-flight:
		if r.Err != nil {
			return none, r.Err
		}
		return r.Val.(T), nil
	case <-ctx.Done():
		return none, errors.Join(storage.ErrUnavailable, ctx.Err())
	}
}

func (c *cache[T]) keep(key string, v T, err error, before uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.changes != before:
	case err == nil:
		evict(c.values, c.max)
		c.values[key] = v
	case errors.Is(err, storage.ErrNotFound):
		evict(c.missing, maxMissing)
		c.missing[key] = c.now().Add(missingFor)
	}
}

// evict makes room for one more: Go's map order is random enough.
func evict[V any](m map[string]V, max int) {
	for key := range m {
		if len(m) < max {
			return
		}
		delete(m, key)
	}
}

func (c *cache[T]) drop(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	delete(c.values, key)
	delete(c.missing, key)
}

func (c *cache[T]) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changes++
	clear(c.values)
	clear(c.missing)
}
