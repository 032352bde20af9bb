package storage

import (
	"context"
)

func scanCount(r row) (Count, error) {
	var c Count
	err := r.Scan(&c.Object, &c.ObjectID, &c.Day, &c.Kind, &c.N, (*instant)(&c.LastAt))
	return c, err
}

// Counts lists what was counted since a day (days since 1970) by day and kind: of one object, or with an empty objectID
// summed over all of that sort.
func (r reads) Counts(ctx context.Context, object, objectID string, sinceDay int64) ([]Count, error) {
	if objectID == "" {
		return all(ctx, r, "sum counts", scanCount, `
			select object, '', day, kind, cast(sum(n) as bigint), max(last_at) from activity
			where object = $1 and day >= $2 group by object, day, kind order by day, kind`, object, sinceDay)
	}
	return all(ctx, r, "list counts", scanCount, `
		select object, object_id, day, kind, n, last_at from activity
		where object = $1 and object_id = $2 and day >= $3 order by day, kind`, object, objectID, sinceDay)
}

// addCount adds c.N to what is stored.
func (tx *Tx) addCount(ctx context.Context, c Count) error {
	_, err := tx.exec(ctx, "add count", `
		insert into activity (object, object_id, day, kind, n, last_at) values ($1, $2, $3, $4, $5, $6)
		on conflict (object, object_id, day, kind) do update set n = activity.n + excluded.n,
			last_at = case when excluded.last_at > activity.last_at then excluded.last_at else activity.last_at end`,
		c.Object, c.ObjectID, c.Day, c.Kind, c.N, micros(c.LastAt))
	return err
}
