package mirror

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/storage"
)

func testCache(max int) *cache[string] {
	return newCache[string](max, func() time.Time { return noon })
}

func TestWhatWasReadIsNotReadAgain(t *testing.T) {
	t.Parallel()
	c := testCache(10)
	var reads atomic.Int64
	read := func(context.Context, string) (string, error) {
		reads.Add(1)
		return "value", nil
	}
	for range 3 {
		v, err, ok := c.get("key", false)
		if !ok {
			v, err = c.load(t.Context(), "key", read)
		}
		if err != nil || v != "value" {
			t.Fatalf("%q, %v", v, err)
		}
	}
	if n := reads.Load(); n != 1 {
		t.Fatalf("%d reads, want 1", n)
	}
}

// A value read while a change passes may be the old one: it is used, but not kept.
func TestAValueReadAcrossAChangeIsNotKept(t *testing.T) {
	t.Parallel()
	c := testCache(10)
	v, err := c.load(t.Context(), "key", func(context.Context, string) (string, error) {
		c.drop("key")
		return "old", nil
	})
	if err != nil || v != "old" {
		t.Fatalf("%q, %v", v, err)
	}
	if c.has("key") {
		t.Fatal("the old value was kept")
	}
}

// Whoever asks after a change must not be given the answer of a read that began before it.
func TestNobodyJoinsAReadThatBeganBeforeAChange(t *testing.T) {
	t.Parallel()
	c := testCache(10)
	started, finish := make(chan struct{}), make(chan struct{})
	go c.load(context.Background(), "key", func(context.Context, string) (string, error) {
		close(started)
		<-finish
		return "old", nil
	})
	<-started
	c.drop("key")
	v, err := c.load(t.Context(), "key", func(context.Context, string) (string, error) { return "new", nil })
	close(finish)
	if err != nil || v != "new" {
		t.Fatalf("%q, %v", v, err)
	}
}

func TestMissingKeysAreRememberedApartAndNotForLong(t *testing.T) {
	t.Parallel()
	now := noon
	c := newCache[string](2, func() time.Time { return now })
	missing := func(context.Context, string) (string, error) { return "", storage.ErrNotFound }
	c.load(t.Context(), "here", func(context.Context, string) (string, error) { return "value", nil })
	for n := range 3 * maxMissing {
		c.load(t.Context(), "nobody"+strconv.Itoa(n), missing)
	}
	if !c.has("here") {
		t.Fatal("a flood of made-up ids pushed a real one out")
	}
	if len(c.missing) > maxMissing {
		t.Fatalf("%d missing keys are kept", len(c.missing))
	}
	c.load(t.Context(), "late", missing)
	if _, err, ok := c.get("late", false); !ok || !errors.Is(err, storage.ErrNotFound) {
		t.Fatal("a missing key is not remembered")
	}
	now = now.Add(missingFor)
	if c.has("late") {
		t.Fatal("a missing key is remembered for longer than 5 s")
	}
}

func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	c := testCache(100)
	for n := range 1000 {
		c.load(t.Context(), strconv.Itoa(n), func(context.Context, string) (string, error) { return "value", nil })
	}
	if len(c.values) != 100 {
		t.Fatalf("%d values are kept, want 100", len(c.values))
	}
}

// One caller's going away is not another's error.
func TestACallerWhoGoesTakesNobodyAlong(t *testing.T) {
	t.Parallel()
	c := testCache(10)
	ctx, cancel := context.WithCancel(t.Context())
	started, finish := make(chan struct{}), make(chan struct{})
	var once sync.Once
	read := func(ctx context.Context, _ string) (string, error) {
		once.Do(func() { close(started) })
		<-finish
		return "value", ctx.Err()
	}
	gone := make(chan error)
	go func() {
		_, err := c.load(ctx, "key", read)
		gone <- err
	}()
	<-started
	second := make(chan error)
	go func() {
		v, err := c.load(context.Background(), "key", read)
		if v != "value" {
			t.Errorf("the second caller got %q", v)
		}
		second <- err
	}()
	cancel()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("the first caller got %v", err)
	}
	close(finish)
	if err := <-second; err != nil {
		t.Errorf("the second caller got %v", err)
	}
}
