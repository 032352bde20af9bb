package storage

import (
	"context"
	"database/sql"
	"errors"
)

// On SQLite a transaction that changes something cached also adds a row to the table feed. `pragma data_version` tells
// a connection cheaply whether another one has committed anything, and only then is the table read.

func (e *sqlite) announce(ctx context.Context, tx *Tx, notices []string) error {
	for _, text := range notices {
		_, err := tx.exec(ctx, "announce changes",
			"insert into feed (seq, at, payload) select coalesce(max(seq), 0) + 1, $1, $2 from feed", micros(tx.now()), text)
		if err != nil {
			return err
		}
	}
	return nil
}

// sqliteFeed is where one follower stands.
type sqliteFeed struct {
	engine  *sqlite
	feed    *feed
	conn    *sql.Conn
	version int64 // of the data, as this connection counts
	seq     int64 // of the last change that was applied
}

func (e *sqlite) follow(ctx context.Context, f *feed, ready chan<- error) {
	w := &sqliteFeed{engine: e, feed: f}
	defer w.hangUp()
	err := w.start(ctx)
	ready <- err
	if err != nil {
		return
	}
	every(ctx, beatEvery, func() { w.beat(ctx) })
}

// start takes its place in the feed, and then has everything read.
func (w *sqliteFeed) start(ctx context.Context) error {
	if err := w.connect(ctx); err != nil {
		return err
	}
	newest, err := one(ctx, w.reads(), "read the newest change", scanOf[int64], "select coalesce(max(seq), 0) from feed")
	if err != nil {
		return err
	}
	w.seq = newest
	return w.feed.snapshot(ctx)
}

// connect opens a connection of its own. Its count of the data's versions starts anew: -1 is none of them.
func (w *sqliteFeed) connect(ctx context.Context) (err error) {
	w.version = -1
	w.conn, err = w.engine.read.db.Conn(ctx)
	return err
}

func (w *sqliteFeed) hangUp() {
	if w.conn != nil {
		w.conn.Close()
		w.conn = nil
	}
}

func (w *sqliteFeed) reads() reads {
	return reads{run: w.conn, now: w.feed.store.now, seen: w.feed.seen}
}

// beat looks for changes. One that succeeds proves that all that was committed before it began has been applied.
func (w *sqliteFeed) beat(ctx context.Context) {
	sent := w.feed.seen.elapsed()
	ctx, cancel := context.WithTimeout(ctx, beatTime)
	defer cancel()
	if err := w.look(ctx); err != nil {
		if !errors.Is(ctx.Err(), context.Canceled) {
			w.feed.failed.Store(w.feed.seen.elapsed())
		}
		w.hangUp()
		return
	}
	w.feed.returned(sent)
}

func (w *sqliteFeed) look(ctx context.Context) error {
	if w.conn == nil {
		if err := w.connect(ctx); err != nil {
			return err
		}
	}
	version, err := one(ctx, w.reads(), "read data version", scanOf[int64], "pragma data_version")
	if err != nil || version == w.version {
		return err
	}
	if err := w.catchUp(ctx); err != nil {
		return err
	}
	w.version = version
	return nil
}

// catchUp applies the changes after the last one. Where some are missing, since the cleaner was faster, all is read anew.
func (w *sqliteFeed) catchUp(ctx context.Context) error {
	type entry struct {
		seq     int64
		payload string
	}
	entries, err := all(ctx, w.reads(), "read changes", func(r row) (entry, error) {
		var e entry
		err := r.Scan(&e.seq, &e.payload)
		return e, err
	}, "select seq, payload from feed where seq > $1 order by seq", w.seq)
	if err != nil || len(entries) == 0 {
		return err
	}
	last := entries[len(entries)-1].seq
	if entries[0].seq != w.seq+1 {
		if err := w.feed.snapshot(ctx); err != nil {
			return err
		}
		w.seq = last
		return nil
	}
	for _, e := range entries {
		_, changes, err := parseNotice(e.payload)
		if err != nil {
			w.feed.store.config.Logger.WarnContext(ctx, "a change could not be read", "seq", e.seq, "error", err)
		}
		w.feed.deliver(changes)
	}
	w.seq = last
	return nil
}
