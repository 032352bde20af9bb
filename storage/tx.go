package storage

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Tx is one transaction: every read, and every write of a decision. A write that changes something that caches hold
// announces it when the transaction commits: to this process's listener at once, to others through the change feed.
type Tx struct {
	reads
	changes []Change
}

func (tx *Tx) changed(c Change) { tx.changes = append(tx.changes, c) }

const (
	// txTime bounds a transaction, begin to commit.
	txTime = 10 * time.Second
	// txTries is how often a transaction that lost to another one runs.
	txTries = 4
)

// Tx runs f in one transaction and commits if it returns nil. On SQLite it is the only writer meanwhile, so f must not
// use the Store itself to write. What lost to another transaction (a deadlock) is retried; f may therefore run more than
// once. f's error is returned as it is.
//
// A commit of which the answer is lost is ErrUnavailable, though it may have happened.
func (s *Store) Tx(ctx context.Context, f func(tx *Tx) error) error {
	ctx, cancel, err := bounded(ctx, txTime)
	if err != nil {
		return fail("begin", err)
	}
	defer cancel()
	for try := 1; ; try++ {
		changes, err := s.tryTx(ctx, f)
		if err == nil {
			s.feed.deliver(changes)
			return nil
		}
		if try == txTries || !lost(err) || ctx.Err() != nil {
			return err
		}
	}
}

func (s *Store) tryTx(ctx context.Context, f func(tx *Tx) error) ([]Change, error) {
	defer s.engine.afterTx(ctx)
	begun, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return nil, s.failed("begin", err)
	}
	defer begun.Rollback() // after a commit it does nothing
	tx := &Tx{reads: reads{run: s.engine.inTx(begun), now: s.now, seen: s.seen}}
	if err := f(tx); err != nil {
		return nil, err
	}
	if len(tx.changes) > 0 {
		if err := s.engine.announce(ctx, tx, noticesOf(tx.changes)); err != nil {
			return nil, err
		}
	}
	if err := begun.Commit(); err != nil {
		return nil, fail("commit", commitError(err))
	}
	return tx.changes, nil
}

// commitError keeps a transaction that its deadline ended from looking like a fault of the program.
func commitError(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return errors.Join(ErrUnavailable, err)
	}
	return err
}
