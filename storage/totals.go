package storage

import (
	"context"
)

// Totals counts what there is. A grant is live if it is neither revoked nor past its absolute expiry.
func (r reads) Totals(ctx context.Context) (clients, users, organizations, liveGrants int64, err error) {
	err = r.each(ctx, "count totals", func(r row) error {
		return r.Scan(&clients, &users, &organizations, &liveGrants)
	}, `select (select count(*) from clients), (select count(*) from users), (select count(*) from organizations),
		(select count(*) from grants where revoked_at is null and expires_at > $1)`, micros(r.now()))
	return clients, users, organizations, liveGrants, err
}
