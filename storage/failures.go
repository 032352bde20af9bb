package storage

import (
	"context"
)

// ringSize is how many failures are kept of each client and user.
const ringSize = 20

const failureColumns = "object, object_id, at, code, reason, detail, address, request_id"

func scanFailure(r row) (Failure, error) {
	var f Failure
	err := r.Scan(&f.Object, &f.ObjectID, (*instant)(&f.At), &f.Code, &f.Reason, &f.Detail, &f.Address, &f.RequestID)
	return f, err
}

// Failures lists the last failures of an object, newest first, at most 20.
func (r reads) Failures(ctx context.Context, object, objectID string) ([]Failure, error) {
	return all(ctx, r, "list failures", scanFailure,
		"select "+failureColumns+" from failures where object = $1 and object_id = $2 order by seq desc limit $3",
		object, objectID, ringSize)
}

// RecentFailures lists the last failures over all objects, newest first.
func (r reads) RecentFailures(ctx context.Context, limit int) ([]Failure, error) {
	return all(ctx, r, "list recent failures", scanFailure,
		"select "+failureColumns+" from failures order by at desc, object, object_id, seq desc limit $1", min(max(limit, 1), maxPage))
}

// insertFailures adds to the ring of one object, oldest first, and drops what falls out of it.
func (tx *Tx) insertFailures(ctx context.Context, object, objectID string, ring []Failure) error {
	last, err := one(ctx, tx.reads, "read the last failure", scanOf[int64],
		"select coalesce(max(seq), 0) from failures where object = $1 and object_id = $2", object, objectID)
	if err != nil {
		return err
	}
	for _, f := range ring {
		last++
		// Another node may have taken this place in the ring just now; one failure less is no harm.
		_, err := tx.exec(ctx, "insert failure", `
			insert into failures (object, object_id, seq, at, code, reason, detail, address, request_id)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
			object, objectID, last, micros(f.At), f.Code, f.Reason, f.Detail, f.Address, f.RequestID)
		if err != nil {
			return err
		}
	}
	_, err = tx.exec(ctx, "drop old failures",
		"delete from failures where object = $1 and object_id = $2 and seq <= $3", object, objectID, last-ringSize)
	return err
}

func (tx *Tx) deleteFailures(ctx context.Context, object, objectID string) error {
	_, err := tx.exec(ctx, "delete failures", "delete from failures where object = $1 and object_id = $2", object, objectID)
	return err
}
