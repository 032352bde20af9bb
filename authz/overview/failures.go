package overview

import (
	"context"
	"encoding/json"
	"fmt"

	"postern/authz/event"
	"postern/authz/redirect"
	"postern/storage"
)

// Failure is one refusal, as an administrator sees it.
type Failure struct {
	storage.Failure
	Redirect *redirect.Explanation // of a redirect URI that did not match; nil otherwise
}

// ClientFailures returns the last refusals of a client, newest first, at most 20.
func (b *Board) ClientFailures(ctx context.Context, id string) ([]Failure, error) {
	rows, err := b.store.Failures(ctx, event.ObjectClient, id)
	if err != nil {
		return nil, fmt.Errorf("read failures of client: %w", err)
	}
	return explained(rows), nil
}

// Failures returns the last refusals of all clients and users, newest first, at most limit.
func (b *Board) Failures(ctx context.Context, limit int) ([]Failure, error) {
	rows, err := b.store.RecentFailures(ctx, limit)
	if err != nil {
		return nil, fmt.Errorf("read failures: %w", err)
	}
	return explained(rows), nil
}

// explained reads the details that authz/grant kept. What it cannot read it leaves out.
func explained(rows []storage.Failure) []Failure {
	list := make([]Failure, len(rows))
	for i, row := range rows {
		list[i].Failure = row
		var e redirect.Explanation
		if row.Detail != "" && json.Unmarshal([]byte(row.Detail), &e) == nil && e.Received != "" {
			list[i].Redirect = &e
		}
	}
	return list
}
