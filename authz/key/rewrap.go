package key

import (
	"context"
	"fmt"
	"time"

	"postern/storage"
)

// Rewrap seals all keys under newSecret for issuer, in one transaction. Keys, and all they made, stay what they are;
// nodes that run go on with what they hold in memory, and need the new secret at their next start. With a new issuer,
// what is sealed for the old one (access tokens, codes, pending requests) does not open any more; refresh tokens,
// sessions and client secrets live on. Both secrets may be the same, for a change of issuer alone.
//
//   - ErrShortSecret: one of the secrets has fewer than 32 bytes
//   - ErrWrongSecret: oldSecret is not the one in use
func Rewrap(ctx context.Context, store *storage.Store, oldSecret, newSecret []byte, issuer string) error {
	from, err := newVault(oldSecret, "")
	if err != nil {
		return err
	}
	to, err := newVault(newSecret, issuer)
	if err != nil {
		return err
	}
	err = store.Tx(ctx, func(tx *storage.Tx) error { return rewrap(ctx, tx, from, to) })
	if err != nil {
		return fmt.Errorf("rewrap keys: %w", err)
	}
	return nil
}

func rewrap(ctx context.Context, tx *storage.Tx, from, to *vault) error {
	issuer, err := from.checked(ctx, tx.Setting)
	if err != nil {
		return err
	}
	from = &vault{root: from.root, issuer: issuer}
	now := time.Now().UTC() // decides nothing: it is for people who look at the settings
	rows, err := from.claim(ctx, tx, now)
	if err != nil {
		return err
	}
	for _, k := range rows {
		if !k.RevokedAt.IsZero() {
			continue // nobody opens it any more
		}
		plain, err := from.open(rowPurpose(k), k.ID, k.Sealed)
		if err != nil {
			return fmt.Errorf("open key %s: %w", k.ID, err)
		}
		if k.Sealed, err = to.seal(rowPurpose(k), k.ID, plain); err != nil {
			return err
		}
		if err := tx.UpdateKey(ctx, k); err != nil {
			return fmt.Errorf("update key %s: %w", k.ID, err)
		}
	}
	value, err := to.checkValue()
	if err != nil {
		return err
	}
	if err := tx.PutSetting(ctx, checkSetting, value, now); err != nil {
		return fmt.Errorf("write secret check: %w", err)
	}
	return nil
}
