package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"time"
)

// statementTime bounds each statement, whoever waits for it.
const statementTime = 5 * time.Second

// runner runs statements: the pool, or one transaction.
type runner interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// reads has every read. Store's go to the pool, Tx's to the transaction.
type reads struct {
	run  runner
	now  func() time.Time
	seen *contact
}

// row is what a scan function reads: one row of a result.
type row interface{ Scan(into ...any) error }

// bounded returns a context that outlives ctx's cancellation but not its deadline, and lasts at most so long.
func bounded(ctx context.Context, most time.Duration) (context.Context, context.CancelFunc, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	until := time.Now().Add(most)
	if d, ok := ctx.Deadline(); ok && d.Before(until) {
		until = d
	}
	ctx, cancel := context.WithDeadline(context.WithoutCancel(ctx), until)
	return ctx, cancel, nil
}

// all returns every row of a query.
func all[T any](ctx context.Context, r reads, doing string, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	var got []T
	err := r.each(ctx, doing, func(row row) error {
		v, err := scan(row)
		if err == nil {
			got = append(got, v)
		}
		return err
	}, query, args...)
	return got, err
}

// one returns the first row of a query. Error: ErrNotFound.
func one[T any](ctx context.Context, r reads, doing string, scan func(row) (T, error), query string, args ...any) (T, error) {
	var got T
	found := false
	err := r.each(ctx, doing, func(row row) (err error) {
		if !found {
			got, err = scan(row)
			found = true
		}
		return err
	}, query, args...)
	if err == nil && !found {
		err = fail(doing, ErrNotFound)
	}
	return got, err
}

// each runs a query and calls f for each row.
func (r reads) each(ctx context.Context, doing string, f func(row) error, query string, args ...any) error {
	ctx, cancel, err := bounded(ctx, statementTime)
	if err != nil {
		return r.failed(doing, err)
	}
	defer cancel()
	rows, err := r.run.QueryContext(ctx, query, args...)
	if err != nil {
		return r.failed(doing, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return r.failed(doing, err)
		}
	}
	if err := rows.Err(); err != nil {
		return r.failed(doing, err)
	}
	r.seen.note()
	return nil
}

// exec runs a statement and returns how many rows it touched.
func (r reads) exec(ctx context.Context, doing, query string, args ...any) (int64, error) {
	ctx, cancel, err := bounded(ctx, statementTime)
	if err != nil {
		return 0, r.failed(doing, err)
	}
	defer cancel()
	result, err := r.run.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, r.failed(doing, err)
	}
	r.seen.note()
	n, err := result.RowsAffected()
	return n, r.failed(doing, err)
}

// failed is fail, which also knows that a closed pool does not answer: the drivers have no error for that to test for.
func (r reads) failed(doing string, err error) error {
	if err != nil && r.seen.closed.Load() && kindOf(err) == nil {
		err = errors.Join(ErrUnavailable, err)
	}
	return fail(doing, err)
}

// must is exec for a statement that has to touch a row. Error: ErrNotFound.
func (r reads) must(ctx context.Context, doing, query string, args ...any) error {
	n, err := r.exec(ctx, doing, query, args...)
	if err == nil && n == 0 {
		err = fail(doing, ErrNotFound)
	}
	return err
}

// scanOf reads a row of one column.
func scanOf[T any](r row) (T, error) {
	var v T
	err := r.Scan(&v)
	return v, err
}

// commonKind knows the errors that are no engine's own.
func commonKind(err error) error {
	for _, kind := range []error{ErrNotFound, ErrConflict, ErrSpent, ErrGone, ErrUnavailable} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, sql.ErrConnDone), errors.Is(err, driver.ErrBadConn):
		return ErrUnavailable
	}
	return nil
}
