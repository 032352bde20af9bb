package storage

import (
	"context"
	"strings"
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
	return tx.putRevocations(ctx, []Revocation{r})
}

// writtenAtOnce is how many rows one statement writes when there are many.
const writtenAtOnce = 50

// putRevocations is PutRevocation of many, no two of one kind and id. Only two sizes of statement occur, so that both
// stay prepared.
func (tx *Tx) putRevocations(ctx context.Context, all []Revocation) error {
	for len(all) > 0 {
		n := 1
		if len(all) >= writtenAtOnce {
			n = writtenAtOnce
		}
		if err := tx.putSome(ctx, all[:n]); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

func (tx *Tx) putSome(ctx context.Context, some []Revocation) error {
	var rows filter
	for _, r := range some {
		rows.add("(?, ?, ?, ?, ?)", int64(r.Kind), r.ID.key(), r.Epoch, r.Owner.key(), micros(r.ExpiresAt))
		tx.changed(Change{Kind: ChangeRevocation, Revocation: r})
	}
	_, err := tx.exec(ctx, "put revocations", "insert into revocations (kind, id, epoch, owner, expires_at) values "+
		strings.Join(rows.conditions, ", ")+`
		on conflict (kind, id) do update set
			epoch = case when excluded.epoch > revocations.epoch then excluded.epoch else revocations.epoch end,
			expires_at = case when excluded.expires_at > revocations.expires_at then excluded.expires_at else revocations.expires_at end`,
		rows.args...)
	return err
}
