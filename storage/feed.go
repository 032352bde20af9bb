package storage

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	beatEvery = 250 * time.Millisecond
	trustTime = time.Second            // after the send time of the last beat that came back
	beatTime  = 700 * time.Millisecond // how long a beat may take before the database counts as not answering
	deafTime  = 2 * time.Second        // without a beat, the feed connects anew
)

// Trust says how far in-memory copies can be believed.
type Trust int

// The levels of Trust.
const (
	TrustFresh  Trust = iota // a beat came back that is younger than a second: believe the copies
	TrustStale               // no beat: ask the database
	TrustOutage              // the database does not answer, for less than OutageGrace: the copies stay in force
	TrustNone                // the database does not answer for longer: refuse
)

// contact remembers when the database last answered, on this process's own monotonic clock: trust must not depend on a
// wall clock that somebody sets.
type contact struct {
	start  time.Time
	last   atomic.Int64 // nanoseconds after start
	closed atomic.Bool  // the Store is: it will not answer any more
}

func newContact() *contact {
	c := &contact{start: time.Now()}
	c.note()
	return c
}

func (c *contact) elapsed() int64 { return int64(time.Since(c.start)) }

func (c *contact) note() { c.last.Store(c.elapsed()) }

// feed brings changes to one listener and knows how far it is up to date.
type feed struct {
	store *Store
	seen  *contact

	mu       sync.Mutex // held while changes are applied: one at a time
	listener Listener
	reading  bool     // a snapshot is being read: changes wait
	waiting  []Change // for the snapshot to end

	cancel context.CancelFunc
	ended  chan struct{} // closed when the feed has stopped

	following atomic.Bool
	beat      atomic.Int64 // when the last beat that came back was sent; as contact.last
	failed    atomic.Int64 // when a beat last failed
	skew      atomic.Int64 // nanoseconds
}

func newFeed(s *Store) *feed { return &feed{store: s, seen: s.seen} }

// Follow starts the change feed for l and returns after its first Snapshot. It runs until ctx ends; one per Store.
func (s *Store) Follow(ctx context.Context, l Listener) error {
	f := s.feed
	if !f.following.CompareAndSwap(false, true) {
		return errors.New("follow changes: there is a listener already")
	}
	ctx, cancel := context.WithCancel(ctx)
	f.mu.Lock()
	f.listener, f.cancel, f.ended = l, cancel, make(chan struct{})
	f.mu.Unlock()
	ready := make(chan error, 1)
	go func() {
		defer close(f.ended)
		s.engine.follow(ctx, f, ready)
	}()
	if err := <-ready; err != nil {
		f.stop()
		return fail("follow changes", err)
	}
	return nil
}

// stop ends the feed and waits for it.
func (f *feed) stop() {
	f.mu.Lock()
	cancel, ended := f.cancel, f.ended
	f.mu.Unlock()
	if cancel == nil {
		return
	}
	cancel()
	<-ended
	f.mu.Lock()
	f.listener = nil
	f.mu.Unlock()
	f.beat.Store(0)
	f.following.Store(false)
}

// snapshot has the listener read everything anew. Changes that come meanwhile are applied after it.
func (f *feed) snapshot(ctx context.Context) error {
	f.mu.Lock()
	f.reading = true
	l := f.listener
	f.mu.Unlock()
	err := l.Snapshot(ctx)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reading = false
	for _, c := range f.waiting {
		l.Apply(c)
	}
	f.waiting = nil
	if err != nil {
		return fmt.Errorf("read snapshot: %w", err)
	}
	return nil
}

// deliver applies changes: those that this process committed, at once, and those that the feed brings.
func (f *feed) deliver(changes []Change) {
	if len(changes) == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.listener == nil:
	case f.reading:
		f.waiting = append(f.waiting, changes...)
	default:
		for _, c := range changes {
			f.listener.Apply(c)
		}
	}
}

// returned notes that a beat came back: all that was committed before it was sent has been applied.
func (f *feed) returned(sent int64) {
	if sent > f.beat.Load() { // only the feed's own goroutine writes
		f.beat.Store(sent)
	}
	f.seen.note()
}

// Trust tells how far what the listener was told can be believed now. It takes no lock.
func (s *Store) Trust() Trust {
	f := s.feed
	now, beat, last := f.seen.elapsed(), f.beat.Load(), f.seen.last.Load()
	switch {
	case beat > 0 && now-beat < int64(trustTime):
		return TrustFresh
	case f.failed.Load() <= last:
		return TrustStale
	case now-last < int64(s.config.OutageGrace):
		return TrustOutage
	}
	return TrustNone
}

// ClockSkew is how far Now is ahead of the database's clock, as last measured; 0 on SQLite.
func (s *Store) ClockSkew() time.Duration { return time.Duration(s.feed.skew.Load()) }

// every calls f at once and then each beatEvery until ctx ends.
func every(ctx context.Context, interval time.Duration, f func()) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		f()
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// pause waits, or returns false when ctx ends.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
