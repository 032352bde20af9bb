package storage

import (
	"context"
	"fmt"
	"time"
)

// CleanStats says what a Clean did, in rows.
type CleanStats struct {
	Grants      int64 // removed
	GrantsEnded int64 // revoked, being the oldest beyond keep
	Sessions    int64
	Revocations int64
	Consents    int64
	Activity    int64
	Feed        int64
	Events      int64
	Keys        int64
}

const (
	cleanBatch = 500 // rows in one transaction
	// lastToken is what passes, after a grant's access tokens would have expired by its row, until the last has: the
	// longest grace in which a refresh is answered again, the minute by which an unrotated use is noted late, and the
	// margin for clocks.
	lastToken = 10*time.Minute + time.Minute + tokenMargin
	// afterExpiry is what a grant stays on after its absolute expiry, so that people see why it ended.
	afterExpiry  = time.Hour
	keptActivity = 400 * 24 * time.Hour
	keptFeed     = time.Hour
	maxSessions  = 100 // of one user
)

// cleaning is one run of Clean.
type cleaning struct {
	*Store
	now   time.Time
	keep  int
	stats CleanStats
}

// Clean removes what is over, in small transactions, until nothing is left or ctx ends:
//
//   - of each user, client and organization, live grants beyond the newest keep are revoked (reason: superseded)
//   - grants go an hour after their absolute expiry, and revoked ones at once, but none before the last access token
//     that was made of them has expired
//   - sessions go past their absolute or idle limit, and beyond the 100 last seen of a user
//   - revocations, consents and keys go past their expiry, audit events past Config.KeepEvents, counts after 400 days,
//     the change feed's rows after 1 h
//
// Who has too many grants or sessions is looked for among those that got one since the last Clean, by any node.
func (s *Store) Clean(ctx context.Context, keep int) (CleanStats, error) {
	c := &cleaning{Store: s, now: s.now(), keep: max(keep, 1)}
	for _, step := range []func(context.Context) error{
		c.endExcessGrants, c.dropExcessSessions, c.dropExpired, c.dropOld,
	} {
		if err := step(ctx); err != nil {
			return c.stats, fmt.Errorf("clean: %w", err)
		}
	}
	return c.stats, nil
}

// drop runs a DELETE that takes its last parameter as the most rows to delete, until there are none.
func (c *cleaning) drop(ctx context.Context, count *int64, statement string, args ...any) error {
	for {
		var n int64
		err := c.Tx(ctx, func(tx *Tx) (err error) {
			n, err = tx.exec(ctx, "drop rows", statement, append(args[:len(args):len(args)], cleanBatch)...)
			return err
		})
		*count += n
		if err != nil || n < cleanBatch {
			return err
		}
	}
}

// dropExpired drops what has an end, by an index on it.
func (c *cleaning) dropExpired(ctx context.Context) error {
	now, tokens := micros(c.now), micros(c.now.Add(-lastToken))
	err := c.drop(ctx, &c.stats.Grants, `
		delete from grants where id in (select id from grants
			where expires_at < $1 and rotated_at + access_ttl < $2 order by expires_at limit $3)`,
		micros(c.now.Add(-afterExpiry)), tokens)
	if err != nil {
		return err
	}
	err = c.drop(ctx, &c.stats.Grants, `
		delete from grants where id in (select id from grants
			where revoked_at < $1 and rotated_at + access_ttl < $1 order by revoked_at limit $2)`, tokens)
	if err != nil {
		return err
	}
	err = c.drop(ctx, &c.stats.Sessions,
		"delete from sessions where id in (select id from sessions where expires_at < $1 order by expires_at limit $2)", now)
	if err != nil {
		return err
	}
	err = c.drop(ctx, &c.stats.Consents,
		"delete from consents where id in (select id from consents where expires_at < $1 order by expires_at limit $2)", now)
	if err != nil {
		return err
	}
	return c.drop(ctx, &c.stats.Revocations, `
		delete from revocations where (kind, id) in (select kind, id from revocations
			where expires_at < $1 order by expires_at limit $2)`, now)
}

// dropOld drops what is kept for a time.
func (c *cleaning) dropOld(ctx context.Context) error {
	if c.config.IdleSession > 0 {
		// Without an index, which each last-seen time would have to move: sessions are at most 100 for each user.
		err := c.drop(ctx, &c.stats.Sessions,
			"delete from sessions where id in (select id from sessions where last_seen_at < $1 limit $2)",
			micros(c.now.Add(-c.config.IdleSession)))
		if err != nil {
			return err
		}
	}
	if c.config.KeepEvents > 0 {
		err := c.drop(ctx, &c.stats.Events, "delete from audit where id in (select id from audit where id < $1 order by id limit $2)",
			firstID(c.now.Add(-c.config.KeepEvents)).key())
		if err != nil {
			return err
		}
	}
	err := c.drop(ctx, &c.stats.Activity, `
		delete from activity where (object, object_id, day, kind) in (select object, object_id, day, kind from activity
			where day < $1 order by day limit $2)`, c.now.Add(-keptActivity).Unix()/(24*60*60))
	if err != nil {
		return err
	}
	err = c.drop(ctx, &c.stats.Feed, `
		delete from feed where seq in (select seq from feed
			where at < $1 and seq < (select max(seq) from feed) order by seq limit $2)`, micros(c.now.Add(-keptFeed)))
	if err != nil {
		return err
	}
	return c.drop(ctx, &c.stats.Keys,
		"delete from keys where id in (select id from keys where expires_at < $1 order by id limit $2)", micros(c.now.Add(-afterExpiry)))
}
