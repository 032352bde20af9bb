package key

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/storage"
)

// The settings rows of the ring.
const (
	checkSetting = "secret_check" // the issuer, sealed under the secret: tells a wrong secret from a broken key
	turnSetting  = "keys_changed" // written first by whatever changes keys, so that changes wait for each other
)

// firstKeys are there from the first start on.
var firstKeys = []struct{ use, alg string }{
	{UseSig, algSig},
	{UseSeal, algSeal},
	{UseMAC, algMAC},
}

func (r *Ring) start(ctx context.Context) error {
	err := r.vault.check(ctx, r.store.Setting)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return r.makeFirst(ctx)
	case err != nil:
		return err
	}
	broken, err := r.read(ctx)
	if errors.Is(err, ErrNoKey) && broken == nil {
		return r.makeFirst(ctx)
	}
	return errors.Join(err, broken)
}

// makeFirst makes the keys of firstKeys that are not there.
func (r *Ring) makeFirst(ctx context.Context) error {
	made := make([]fresh, 0, len(firstKeys))
	for _, k := range firstKeys {
		f, err := newFresh(k.use, k.alg)
		if err != nil {
			return err
		}
		made = append(made, f)
	}
	return r.change(ctx, func(tx *storage.Tx, rows []storage.Key) error {
		for _, f := range made {
			if _, err := r.begin(ctx, tx, rows, f); err != nil {
				return err
			}
		}
		return nil
	})
}

// begin inserts the first key of its use and algorithm, unless there is one.
func (r *Ring) begin(ctx context.Context, tx *storage.Tx, rows []storage.Key, f fresh) (storage.Key, error) {
	if k := newest(rows, f.use, f.alg); k.ID != "" {
		return k, nil
	}
	return r.insert(ctx, tx, f, 1, r.instant(), r.made)
}

// check opens the sealed check value that setting reads.
//
//   - storage.ErrNotFound: there is none yet
//   - ErrWrongSecret, ErrOtherIssuer: it is another's
func (v *vault) check(ctx context.Context, setting func(context.Context, string) ([]byte, error)) error {
	issuer, err := v.checked(ctx, setting)
	if err != nil {
		return err
	}
	if issuer != v.issuer {
		return fmt.Errorf("%w: %s, not %s", ErrOtherIssuer, issuer, v.issuer)
	}
	return nil
}

// checked reads the issuer for which the keys are sealed.
func (v *vault) checked(ctx context.Context, setting func(context.Context, string) ([]byte, error)) (string, error) {
	sealed, err := setting(ctx, checkSetting)
	if err != nil {
		return "", fmt.Errorf("read secret check: %w", err)
	}
	issuer, err := v.anyIssuer().open(checkSetting, "", sealed)
	if err != nil {
		return "", ErrWrongSecret
	}
	return string(issuer), nil
}

// checkValue is what checked reads.
func (v *vault) checkValue() ([]byte, error) {
	return v.anyIssuer().seal(checkSetting, "", []byte(v.issuer))
}

func (v *vault) anyIssuer() *vault { return &vault{root: v.root} }

// instant is now as the database keeps it.
func (r *Ring) instant() time.Time { return r.now().UTC().Truncate(time.Microsecond) }
