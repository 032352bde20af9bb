package event

import (
	"context"
	"fmt"

	"postern/storage"
)

// The rows of the trail, and how they are asked for.
type (
	Event  = storage.Event
	Filter = storage.EventFilter
	Page   = storage.Page
)

// List returns the entries that f lets through, newest first, and the cursor of the next page, empty at the end. A limit
// outside 1 to 200 counts as 50.
func List(ctx context.Context, store *storage.Store, f Filter, p Page) ([]Event, string, error) {
	if p.Limit < 1 || p.Limit > 200 {
		p.Limit = 50
	}
	events, next, err := store.Events(ctx, f, p)
	if err != nil {
		return nil, "", fmt.Errorf("list events: %w", err)
	}
	return events, next, nil
}
