package storage

import (
	"context"
	"time"
)

const revocationColumns = "kind, id, epoch, owner, expires_at"

func scanRevocation(r row) (Revocation, error) {
	var v Revocation
	err := r.Scan(&v.Kind, &v.ID, &v.Epoch, &v.Owner, (*instant)(&v.ExpiresAt))
	return v, err
}

// Revocations lists all that are in force at now, in no order.
func (r reads) Revocations(ctx context.Context, now time.Time) ([]Revocation, error) {
	return all(ctx, r, "list revocations", scanRevocation,
		"select "+revocationColumns+" from revocations where expires_at > $1", micros(now))
}

// askedAtOnce bounds the conditions of one query.
const askedAtOnce = 100

// RevocationsOf returns those of refs (by Kind and ID) that exist, in no order: one query for up to 100.
func (r reads) RevocationsOf(ctx context.Context, refs []Revocation) ([]Revocation, error) {
	var got []Revocation
	for len(refs) > 0 {
		some := refs[:min(len(refs), askedAtOnce)]
		refs = refs[len(some):]
		var either filter
		for _, ref := range some {
			either.add("(kind = ? and id = ?)", int64(ref.Kind), ref.ID.key())
		}
		rows, err := all(ctx, r, "read revocations", scanRevocation,
			"select "+revocationColumns+" from revocations where "+either.any(), either.args...)
		if err != nil {
			return nil, err
		}
		got = append(got, rows...)
	}
	return got, nil
}

// PutRevocation adds a revocation, or keeps the later expiry and the greater epoch of the two.
func (tx *Tx) PutRevocation(ctx context.Context, r Revocation) error {
	_, err := tx.exec(ctx, "put revocation", `
		insert into revocations (kind, id, epoch, owner, expires_at) values ($1, $2, $3, $4, $5)
		on conflict (kind, id) do update set
			epoch = case when excluded.epoch > revocations.epoch then excluded.epoch else revocations.epoch end,
			expires_at = case when excluded.expires_at > revocations.expires_at then excluded.expires_at else revocations.expires_at end`,
		int64(r.Kind), r.ID.key(), r.Epoch, r.Owner.key(), micros(r.ExpiresAt))
	if err == nil {
		tx.changed(Change{Kind: ChangeRevocation, Revocation: r})
	}
	return err
}
