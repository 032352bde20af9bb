package key

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/storage"
)

// longest is how long anything lives that a sig or seal key made: an access token, 24 h, and 5 min for clocks.
const longest = 24*time.Hour + 5*time.Minute

// change runs f over all rows, in a transaction that no other change of keys runs beside on any node, and then reloads.
func (r *Ring) change(ctx context.Context, f func(tx *storage.Tx, rows []storage.Key) error) error {
	attempt := func() error {
		return r.store.Tx(ctx, func(tx *storage.Tx) error {
			rows, err := r.vault.claim(ctx, tx, r.instant())
			if err != nil {
				return err
			}
			return f(tx, rows)
		})
	}
	err := attempt()
	if errors.Is(err, storage.ErrConflict) { // two first starts: the second finds the keys of the first
		err = attempt()
	}
	if err != nil {
		return err
	}
	return r.Reload(ctx)
}

// claim takes the turn to change keys, checks that the secret still is the one they are sealed under, and reads them.
func (v *vault) claim(ctx context.Context, tx *storage.Tx, now time.Time) ([]storage.Key, error) {
	if err := tx.PutSetting(ctx, turnSetting, []byte{version}, now); err != nil {
		return nil, fmt.Errorf("take turn: %w", err)
	}
	value, err := v.checkValue()
	if err != nil {
		return nil, err
	}
	if err := tx.InsertSettingOnce(ctx, checkSetting, value, now); err != nil {
		return nil, fmt.Errorf("write secret check: %w", err)
	}
	if err := v.check(ctx, tx.Setting); err != nil {
		return nil, err
	}
	rows, err := tx.Keys(ctx)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	return rows, nil
}

// insert makes the row of f, to be used from at on.
func (r *Ring) insert(ctx context.Context, tx *storage.Tx, f fresh, ordinal int64, at time.Time, hook Hook) (storage.Key, error) {
	k, err := f.row(r.vault)
	if err != nil {
		return k, err
	}
	k.Ordinal, k.CreatedAt, k.ActiveAt = ordinal, r.instant(), at
	if err := tx.InsertKey(ctx, k); err != nil {
		return k, fmt.Errorf("insert key: %w", err)
	}
	return k, call(hook, tx, k)
}

func call(hook Hook, tx *storage.Tx, k storage.Key) error {
	if hook == nil {
		return nil
	}
	return hook(tx, k)
}

// succeed makes f the successor of the newest key of its use and algorithm, to be used from at on. If that one is only
// announced yet, it is the successor, moved to at if that is earlier.
func (r *Ring) succeed(ctx context.Context, tx *storage.Tx, rows []storage.Key, f fresh, at time.Time, hook Hook) (storage.Key, error) {
	next := newest(rows, f.use, f.alg)
	switch {
	case next.ID == current(rows, f.use, f.alg, r.now()).ID:
		k, err := r.insert(ctx, tx, f, next.Ordinal+1, at, hook)
		if err != nil {
			return k, err
		}
		next = k
	case at.Before(next.ActiveAt):
		next.ActiveAt = at
		if err := r.update(ctx, tx, next, hook); err != nil {
			return next, err
		}
	}
	return next, r.retire(ctx, tx, rows, next)
}

// retire dates the end of the keys that next takes over from.
func (r *Ring) retire(ctx context.Context, tx *storage.Tx, rows []storage.Key, next storage.Key) error {
	for _, k := range rows {
		before := k.Use == next.Use && k.Alg == next.Alg && k.Ordinal < next.Ordinal && k.RevokedAt.IsZero()
		if !before || (!k.RetiredAt.IsZero() && !k.RetiredAt.After(r.now())) {
			continue
		}
		k.RetiredAt = next.ActiveAt
		if k.Use != UseMAC {
			k.ExpiresAt = next.ActiveAt.Add(longest)
		}
		if err := r.update(ctx, tx, k, nil); err != nil {
			return err
		}
	}
	return nil
}

func (r *Ring) update(ctx context.Context, tx *storage.Tx, k storage.Key, hook Hook) error {
	if err := tx.UpdateKey(ctx, k); err != nil {
		return fmt.Errorf("update key: %w", err)
	}
	return call(hook, tx, k)
}

// newest is the last key made for use and alg; the zero Key if there is none. It never is a revoked one.
func newest(rows []storage.Key, use, alg string) (k storage.Key) {
	for _, row := range rows {
		if row.Use == use && row.Alg == alg && row.Ordinal > k.Ordinal {
			k = row
		}
	}
	return k
}

// current is the key in use at now, chosen as shelf.current does.
func current(rows []storage.Key, use, alg string, now time.Time) (k storage.Key) {
	for _, row := range rows {
		if row.Use != use || row.Alg != alg || !row.RevokedAt.IsZero() {
			continue
		}
		if k.ID == "" || (!now.Before(row.ActiveAt) && !row.ActiveAt.Before(k.ActiveAt)) {
			k = row
		}
	}
	return k
}

// over tells whether all that k made has expired.
func over(k storage.Key, now time.Time) bool {
	return !k.ExpiresAt.IsZero() && !now.Before(k.ExpiresAt)
}
