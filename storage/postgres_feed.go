package storage

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// On PostgreSQL a transaction that changes something cached also notifies the channel postern_feed. PostgreSQL delivers
// in the order of commits, so a node that hears its own beat has heard all that was committed before it.

func (e *postgres) announce(ctx context.Context, tx *Tx, notices []string) error {
	for _, text := range notices {
		if _, err := tx.exec(ctx, "announce changes", "select pg_notify('postern_feed', $1)", text); err != nil {
			return err
		}
	}
	return nil
}

func (e *postgres) follow(ctx context.Context, f *feed, ready chan<- error) {
	node := NewID(time.Now()).String()
	ctx, cancel := context.WithCancel(ctx)
	var beating sync.WaitGroup
	defer beating.Wait()
	defer cancel()
	log := f.store.config.Logger
	started, down := false, false
	begin := func() { // a snapshot is in
		switch {
		case !started:
			started = true
			ready <- nil
			beating.Go(func() { every(ctx, beatEvery, func() { e.beat(ctx, f, node) }) })
		case down:
			log.InfoContext(ctx, "change feed is back")
		}
		down = false
	}
	for {
		err := e.listen(ctx, f, node, begin)
		if !started {
			ready <- err
			return
		}
		if ctx.Err() != nil {
			return
		}
		if !down {
			down = true
			log.WarnContext(ctx, "change feed lost; connecting anew until it is back", "error", err)
		}
		pause(ctx, beatEvery)
	}
}

// beat sends what this node hopes to hear on the other connection, and measures the clocks on the way.
func (e *postgres) beat(ctx context.Context, f *feed, node string) {
	ctx, cancel := context.WithTimeout(ctx, beatTime)
	defer cancel()
	sent, before := f.seen.elapsed(), f.store.now()
	text, _ := json.Marshal(notice{Node: node, Beat: sent}) // a text and a number marshal
	var nothing any
	var theirs float64
	err := e.pool.QueryRow(ctx, "select pg_notify('postern_feed', $1), extract(epoch from clock_timestamp())::float8",
		string(text)).Scan(&nothing, &theirs)
	switch {
	case err == nil:
		f.seen.note()
		took := f.store.now().Sub(before)
		middle := before.Add(took / 2)
		f.skew.Store(int64(middle.Sub(time.UnixMicro(int64(theirs * 1e6)))))
	case f.seen.last.Load() < sent && !errors.Is(ctx.Err(), context.Canceled):
		f.failed.Store(f.seen.elapsed()) // nor did anything else get an answer meanwhile
	}
}

// listen connects, has everything read, and then applies what it hears until it hears no beat for deafTime.
func (e *postgres) listen(ctx context.Context, f *feed, node string, begun func()) error {
	conn, err := e.dial(ctx)
	if err != nil {
		return err
	}
	defer hangUp(conn)
	if err := f.snapshot(ctx); err != nil {
		return err
	}
	begun()
	heard := time.Now()
	for {
		n, err := waitUntil(ctx, conn, heard.Add(deafTime))
		if err != nil {
			return err
		}
		notice, changes, err := parseNotice(n)
		if err != nil {
			f.store.config.Logger.WarnContext(ctx, "a change could not be read", "error", err)
			continue
		}
		f.deliver(changes)
		if notice.Node == node {
			heard = time.Now()
			f.returned(notice.Beat)
		}
	}
}

// dial opens a connection of the feed's own, outside the pool.
func (e *postgres) dial(ctx context.Context) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, e.pool.Config().ConnConfig)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, "listen postern_feed"); err != nil {
		hangUp(conn)
		return nil, err
	}
	return conn, nil
}

func hangUp(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), beatTime)
	defer cancel()
	conn.Close(ctx)
}

func waitUntil(ctx context.Context, conn *pgx.Conn, until time.Time) (string, error) {
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	n, err := conn.WaitForNotification(ctx)
	if err != nil {
		return "", err
	}
	return n.Payload, nil
}
