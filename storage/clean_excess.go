package storage

import (
	"bytes"
	"context"
	"errors"
	"time"
)

// Ids sort by the time of their making, so that those who got something since the last Clean are found by the primary
// key. How far it came is a setting, for all nodes and over restarts.

const (
	grantsCleaned   = "clean.grants"
	sessionsCleaned = "clean.sessions"
	// lateArrival is how long after its id was made a row may still come: a grant's id is made with its code.
	lateArrival = 5 * time.Minute
	// rememberedHolders bounds what one run remembers of whom it has looked at.
	rememberedHolders = 10_000
)

// holder is whose rows are limited in number. For sessions only the user counts.
type holder struct {
	user, org ID
	client    string
}

// newcomers finds who got rows of a table.
type newcomers struct {
	setting string // how far the last run came
	query   string // after an id, at most so many
	scan    func(row) (ID, holder, error)
}

// excess calls end once for each holder of a row that is new since the last run.
func (c *cleaning) excess(ctx context.Context, n newcomers, end func(context.Context, holder) error) error {
	last, err := c.Setting(ctx, n.setting)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	var came ID
	copy(came[:], last)
	after, full := came, true
	done := map[holder]bool{}
	for full {
		var holders []holder
		if holders, after, full, err = c.page(ctx, n, after); err != nil {
			return err
		}
		for _, h := range holders {
			if done[h] {
				continue
			}
			if err := end(ctx, h); err != nil {
				return err
			}
			if len(done) == rememberedHolders {
				clear(done)
			}
			done[h] = true
		}
	}
	if after == came {
		return nil
	}
	if late := firstID(c.now.Add(-lateArrival)); bytes.Compare(after[:], late[:]) > 0 {
		after = late
	}
	return c.Tx(ctx, func(tx *Tx) error { return tx.PutSetting(ctx, n.setting, after[:], c.now) })
}

// page returns the holders of the next rows, the last row's id, and whether there may be more.
func (c *cleaning) page(ctx context.Context, n newcomers, after ID) (holders []holder, last ID, full bool, err error) {
	last = after
	err = c.each(ctx, "list who has new rows", func(r row) error {
		id, h, err := n.scan(r)
		last, holders = id, append(holders, h)
		return err
	}, n.query, after.key(), cleanBatch)
	return holders, last, len(holders) == cleanBatch, err
}

func (c *cleaning) endExcessGrants(ctx context.Context) error {
	return c.excess(ctx, newcomers{
		setting: grantsCleaned,
		query:   "select id, user_id, client_id, org_id from grants where id > $1 order by id limit $2",
		scan: func(r row) (id ID, h holder, err error) {
			err = r.Scan(&id, &h.user, &h.client, &h.org)
			return id, h, err
		},
	}, c.endGrantsOf)
}

// endGrantsOf ends the live grants of a holder beyond the newest c.keep.
func (c *cleaning) endGrantsOf(ctx context.Context, h holder) error {
	for {
		ids, err := all(ctx, c.reads, "list live grants", scanOf[ID], `
			select id from grants where user_id = $1 and client_id = $2 and org_id = $3 and revoked_at is null
				and expires_at > $4 order by id desc limit $5`,
			h.user.key(), h.client, h.org.key(), micros(c.now), c.keep+cleanBatch)
		if err != nil || len(ids) <= c.keep {
			return err
		}
		err = c.Tx(ctx, func(tx *Tx) error {
			for i := len(ids) - 1; i >= c.keep; i-- { // in the order of their ids, as refreshes take them
				if err := tx.supersede(ctx, ids[i], c.now); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		c.stats.GrantsEnded += int64(len(ids) - c.keep)
		if len(ids) < c.keep+cleanBatch {
			return nil
		}
	}
}

// supersede ends a grant that newer ones took the place of. Only if its access tokens may still live is there something
// for the nodes to remember, and only as long.
func (tx *Tx) supersede(ctx context.Context, id ID, now time.Time) error {
	ends, err := all(ctx, tx.reads, "supersede grant", scanOf[int64], `
		update grants set revoked_at = $2, revoked_reason = 'superseded' where id = $1 and revoked_at is null
		returning rotated_at + access_ttl`, id.key(), micros(now))
	if err != nil || len(ends) == 0 {
		return err
	}
	until := time.UnixMicro(ends[0]).Add(lastToken)
	if !until.After(now) {
		return nil
	}
	return tx.PutRevocation(ctx, Revocation{Kind: RevokedGrant, ID: id, ExpiresAt: until})
}

func (c *cleaning) dropExcessSessions(ctx context.Context) error {
	return c.excess(ctx, newcomers{
		setting: sessionsCleaned,
		query:   "select id, user_id from sessions where id > $1 order by id limit $2",
		scan: func(r row) (id ID, h holder, err error) {
			err = r.Scan(&id, &h.user)
			return id, h, err
		},
	}, c.dropSessionsOf)
}

// dropSessionsOf drops a user's sessions beyond the 100 last seen.
func (c *cleaning) dropSessionsOf(ctx context.Context, h holder) error {
	for {
		ids, err := all(ctx, c.reads, "list sessions", scanOf[ID],
			"select id from sessions where user_id = $1 order by last_seen_at desc, id desc limit $2",
			h.user.key(), maxSessions+cleanBatch)
		if err != nil || len(ids) <= maxSessions {
			return err
		}
		var n int64
		err = c.Tx(ctx, func(tx *Tx) error {
			n = 0
			for _, id := range ids[maxSessions:] {
				dropped, err := tx.exec(ctx, "drop session", "delete from sessions where id = $1", id.key())
				if err != nil {
					return err
				}
				n += dropped
			}
			return nil
		})
		c.stats.Sessions += n
		if err != nil || len(ids) < maxSessions+cleanBatch {
			return err
		}
	}
}
