package storage

import (
	"context"
	"time"
)

// EventFilter narrows Events. Empty members match all.
type EventFilter struct {
	Name, ActorID, Object, ObjectID string
	From, To                        time.Time // From is within, To is not
}

func scanEvent(r row) (Event, error) {
	var e Event
	err := r.Scan(&e.ID, (*instant)(&e.At), &e.Name, &e.ActorKind, &e.ActorID, &e.ActorName, &e.OrgID, &e.Object, &e.ObjectID,
		&e.Address, &e.RequestID, &e.Before, &e.After)
	return e, err
}

// Events lists the audit trail, newest first, and the cursor of the next page, empty at the end.
func (r reads) Events(ctx context.Context, f EventFilter, p Page) ([]Event, string, error) {
	var where filter
	where.match("event", f.Name)
	where.match("actor_id", f.ActorID)
	where.match("object", f.Object)
	where.match("object_id", f.ObjectID)
	if !f.From.IsZero() {
		where.add("at >= ?", micros(f.From))
	}
	if !f.To.IsZero() {
		where.add("at < ?", micros(f.To))
	}
	if after, err := ParseID(p.After); err == nil {
		where.add("id < ?", after.key())
	}
	query := `select id, at, event, actor_kind, actor_id, actor_name, org_id, object, object_id, address, request_id,
		before, after from audit` + where.where() + " order by id desc" + where.limit(p)
	rows, err := all(ctx, r, "list events", scanEvent, query, where.args...)
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(rows, p, func(e Event) string { return e.ID.String() })
	return rows, next, nil
}

// InsertEvent adds to the audit trail.
func (tx *Tx) InsertEvent(ctx context.Context, e Event) error {
	_, err := tx.exec(ctx, "insert event", `
		insert into audit (id, at, event, actor_kind, actor_id, actor_name, org_id, object, object_id, address, request_id,
			before, after)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		e.ID.key(), micros(e.At), e.Name, e.ActorKind, e.ActorID, e.ActorName, e.OrgID.ref(), e.Object, e.ObjectID,
		e.Address, e.RequestID, e.Before, e.After)
	return err
}
