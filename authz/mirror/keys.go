package mirror

import (
	"context"
	"fmt"
	"time"

	"postern/storage"
)

const (
	keysLook  = 100 * time.Millisecond // how often it is looked whether the feed vouches for the keys
	keysEvery = 250 * time.Millisecond // how often they are read while it does not
)

// tendKeys reads the keys anew until ctx ends: when one has changed, and again and again while the feed is stale. Keys are
// used without asking anybody, so that a node which hears of no change would go on believing what a revoked key made. A
// read that fails is tried again.
func (m *Mirror) tendKeys(ctx context.Context) {
	if m.keys == nil {
		return
	}
	tick := time.NewTicker(keysLook)
	defer tick.Stop()
	var read time.Time
	missed := false // the last read failed
	for {
		select {
		case <-ctx.Done():
			return
		case <-m.newKeys:
		case <-tick.C:
			if !missed && m.store.Trust() != storage.TrustStale || time.Since(read) < keysEvery {
				continue
			}
		}
		missed = m.reloadKeys(ctx) != nil
		read = time.Now()
	}
}

func (m *Mirror) reloadKeys(ctx context.Context) error {
	if m.keys == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := m.keys.Reload(ctx); err != nil {
		return fmt.Errorf("reload keys: %w", err)
	}
	return nil
}
