package storage

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"
)

// The batched writer: what is worth no write of its own is gathered in memory and written together. Counts and failures
// go every second, last-seen times every minute, all by Flush and Close. What a crash loses is that much.

const (
	countsEvery = time.Second
	seenEvery   = time.Minute
	maxPending  = 100_000 // counts, and last-seen times; the newest beyond are dropped
	maxFailures = 10_000  // failures, which are larger
	laterBatch  = 200     // rows in one transaction, so that it does not hold up SQLite's other writers
)

type later struct {
	store *Store

	mu       sync.Mutex
	counts   map[countKey]Count
	failures map[objectKey][]Failure
	failed   int // how many failures there are
	seen     map[seenKey]time.Time

	writing sync.Mutex // one flush at a time
	cancel  context.CancelFunc
	ended   chan struct{}
}

type objectKey struct{ object, id string }

type countKey struct {
	objectKey
	kind string
	day  int64
}

type seenKey struct {
	kind string
	id   ID
}

func startLater(s *Store) *later {
	ctx, cancel := context.WithCancel(context.Background())
	l := &later{store: s, cancel: cancel, ended: make(chan struct{})}
	l.counts, l.failures, l.seen = map[countKey]Count{}, map[objectKey][]Failure{}, map[seenKey]time.Time{}
	go l.work(ctx)
	return l
}

func (l *later) work(ctx context.Context) {
	defer close(l.ended)
	sinceSeen := time.Duration(0)
	told := false // once for each outage
	for pause(ctx, countsEvery) {
		sinceSeen += countsEvery
		err := l.flushCounts(ctx)
		if sinceSeen >= seenEvery {
			sinceSeen = 0
			err = errors.Join(err, l.flushSeen(ctx))
		}
		if err != nil && ctx.Err() == nil && !told {
			l.store.config.Logger.WarnContext(ctx, "counts and last-seen times could not be written", "error", err)
		}
		told = err != nil
	}
}

// stop writes what is left.
func (l *later) stop(ctx context.Context) error {
	l.cancel()
	<-l.ended
	return l.flush(ctx)
}

// CountLater adds one to a counter of the day of at. It does not block on the database.
func (s *Store) CountLater(object, objectID, kind string, at time.Time) {
	l := s.later
	k := countKey{objectKey{object, objectID}, kind, at.Unix() / (24 * 60 * 60)}
	l.mu.Lock()
	defer l.mu.Unlock()
	c, known := l.counts[k]
	if !known && len(l.counts) >= maxPending {
		return
	}
	c.N++
	if at.After(c.LastAt) {
		c.LastAt = at
	}
	l.counts[k] = c
}

// FailLater adds to the ring of the last 20 failures of f's object. It does not block on the database.
func (s *Store) FailLater(f Failure) {
	l := s.later
	k := objectKey{f.Object, f.ObjectID}
	l.mu.Lock()
	defer l.mu.Unlock()
	ring := l.failures[k]
	if len(ring) < ringSize {
		if l.failed >= maxFailures {
			return
		}
		l.failed++
	} else {
		ring = ring[1:]
	}
	l.failures[k] = append(ring, f)
}

// SeenLater notes a last use. kind is session, consent, client_secret or grant (unrotated refresh tokens). It does not
// block on the database.
func (s *Store) SeenLater(kind string, id ID, at time.Time) {
	l := s.later
	k := seenKey{kind, id}
	l.mu.Lock()
	defer l.mu.Unlock()
	if before, known := l.seen[k]; known && !at.After(before) || !known && len(l.seen) >= maxPending {
		return
	}
	l.seen[k] = at
}

// Flush writes all that was put off. What cannot be written stays put off.
func (s *Store) Flush(ctx context.Context) error { return s.later.flush(ctx) }

func (l *later) flush(ctx context.Context) error {
	return errors.Join(l.flushCounts(ctx), l.flushSeen(ctx))
}

func (l *later) flushCounts(ctx context.Context) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	l.mu.Lock()
	counts, failures := l.counts, l.failures
	l.counts, l.failures, l.failed = map[countKey]Count{}, map[objectKey][]Failure{}, 0
	l.mu.Unlock()
	if err := inBatches(ctx, l.store, counts, compareCounts, writeCount); err != nil {
		l.putBack(counts, failures)
		return err
	}
	if err := inBatches(ctx, l.store, failures, compareObjects, writeFailures); err != nil {
		l.putBack(nil, failures)
		return err
	}
	return nil
}

// inBatches writes and removes the entries of m. They are sorted, so that nodes which write the same rows do not wait
// for each other in a circle.
func inBatches[K comparable, V any](ctx context.Context, s *Store, m map[K]V, order func(a, b K) int, write func(context.Context, *Tx, K, V) error) error {
	keys := slices.SortedFunc(maps.Keys(m), order)
	for batch := range slices.Chunk(keys, laterBatch) {
		err := s.Tx(ctx, func(tx *Tx) error {
			for _, k := range batch {
				if err := write(ctx, tx, k, m[k]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, k := range batch {
			delete(m, k)
		}
	}
	return nil
}

func writeCount(ctx context.Context, tx *Tx, k countKey, c Count) error {
	return tx.addCount(ctx, Count{Object: k.object, ObjectID: k.id, Day: k.day, Kind: k.kind, N: c.N, LastAt: c.LastAt})
}

func writeFailures(ctx context.Context, tx *Tx, k objectKey, ring []Failure) error {
	return tx.insertFailures(ctx, k.object, k.id, ring)
}

func compareObjects(a, b objectKey) int {
	return cmp.Or(cmp.Compare(a.object, b.object), cmp.Compare(a.id, b.id))
}

func compareCounts(a, b countKey) int {
	return cmp.Or(compareObjects(a.objectKey, b.objectKey), cmp.Compare(a.day, b.day), cmp.Compare(a.kind, b.kind))
}

// putBack adds what could not be written to what came meanwhile.
func (l *later) putBack(counts map[countKey]Count, failures map[objectKey][]Failure) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k, old := range counts {
		if c, known := l.counts[k]; known || len(l.counts) < maxPending {
			l.counts[k] = Count{N: c.N + old.N, LastAt: latest(c.LastAt, old.LastAt)}
		}
	}
	for k, old := range failures {
		ring := l.failures[k]
		kept := slices.Concat(old, ring)
		kept = kept[max(0, len(kept)-ringSize):]
		if grown := len(kept) - len(ring); l.failed+grown <= maxFailures {
			l.failed += grown
			l.failures[k] = kept
		}
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// seenStatements say where each kind's last use is kept. A grant's is its idle clock.
var seenStatements = map[string]string{
	"session":       "update sessions set last_seen_at = $2 where id = $1 and last_seen_at < $2",
	"consent":       "update consents set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $2)",
	"client_secret": "update client_secrets set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $2)",
	"grant":         "update grants set rotated_at = $2 where id = $1 and rotated_at < $2",
}

func (l *later) flushSeen(ctx context.Context) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	l.mu.Lock()
	seen := l.seen
	l.seen = map[seenKey]time.Time{}
	l.mu.Unlock()
	err := inBatches(ctx, l.store, seen, func(a, b seenKey) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), bytes.Compare(a.id[:], b.id[:]))
	}, writeSeen)
	if err != nil {
		for k, at := range seen {
			l.store.SeenLater(k.kind, k.id, at)
		}
	}
	return err
}

func writeSeen(ctx context.Context, tx *Tx, k seenKey, at time.Time) error {
	statement, known := seenStatements[k.kind]
	if !known {
		return nil
	}
	_, err := tx.exec(ctx, "note last use of "+k.kind, statement, k.id.key(), micros(at))
	return err
}
