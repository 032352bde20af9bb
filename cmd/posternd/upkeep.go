package main

import (
	"context"
	"time"
)

const upkeepInterval = time.Minute

// keepUp does what is due, once a minute until ctx ends: keys that are old get successors, rows that are over go. Every
// node does it; they do not get into each other's way.
func (o *office) keepUp(ctx context.Context) {
	tick := time.NewTicker(upkeepInterval)
	defer tick.Stop()
	for {
		if err := o.ring.Tend(ctx); err != nil && ctx.Err() == nil {
			o.log.Warn("keys could not be looked after", "error", err)
		}
		if done, err := o.store.Clean(ctx, o.config.GrantsPerConsent); err != nil && ctx.Err() == nil {
			o.log.Warn("old rows could not be removed", "error", err)
		} else {
			o.log.Debug("old rows removed", "grants", done.Grants, "grants_ended", done.GrantsEnded, "sessions", done.Sessions)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
