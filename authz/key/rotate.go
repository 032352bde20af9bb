package key

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/storage"
)

// Ensure sees to it that there is a signing key for alg (ES256, RS256, PS256 or EdDSA), for whoever registers a client
// that wants one. The key is made in the background and is used at once, since no older one could sign meanwhile;
// Ensure waits until it is there or ctx ends, and the making goes on then. ErrUnsupportedAlg: any other alg.
func (r *Ring) Ensure(ctx context.Context, alg string) error {
	if _, ok := makers[alg]; !ok || alg == algSeal || alg == algMAC {
		return fmt.Errorf("%w: %q", ErrUnsupportedAlg, alg)
	}
	if _, err := r.Signer(JWTAccess, alg); err == nil {
		return nil
	}
	making := r.making.DoChan(alg, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		return nil, r.makeSig(ctx, alg)
	})
	select {
	case done := <-making:
		return done.Err
	case <-ctx.Done():
		return fmt.Errorf("wait for signing key: %w", ctx.Err())
	}
}

func (r *Ring) makeSig(ctx context.Context, alg string) error {
	f, err := newFresh(UseSig, alg)
	if err != nil {
		return err
	}
	err = r.change(ctx, func(tx *storage.Tx, rows []storage.Key) error {
		_, err := r.begin(ctx, tx, rows, f)
		return err
	})
	if err != nil {
		return fmt.Errorf("make signing key: %w", err)
	}
	return nil
}

// Rotate makes the successors of the current keys of use (UseSig: of every algorithm) and returns them. They are
// announced first, for Config.JWKSMaxAge, or used at once if now is set; a successor that is announced already is not
// made again, only brought forward. The old keys then only verify, and go when the last thing they made has expired;
// mac keys stay.
func (r *Ring) Rotate(ctx context.Context, hook Hook, use string, now bool) ([]Status, error) {
	at := r.instant()
	if !now {
		at = at.Add(r.announce)
	}
	var made []Status
	for _, alg := range r.algs(use) {
		k, err := r.rotate(ctx, use, alg, at, hook, func(storage.Key) bool { return true })
		if err != nil {
			return made, fmt.Errorf("rotate %s key: %w", use, err)
		}
		made = append(made, status(r.keys.Load().rows, k, r.now()))
	}
	if made == nil {
		return nil, fmt.Errorf("rotate: %w: use is one of sig, seal and mac", ErrNoKey)
	}
	return made, nil
}

// rotate makes one successor if the newest key is due.
func (r *Ring) rotate(
	ctx context.Context, use, alg string, at time.Time, hook Hook, due func(newest storage.Key) bool,
) (next storage.Key, err error) {
	f, err := newFresh(use, alg) // outside of the transaction: RSA takes long
	if err != nil {
		return next, err
	}
	err = r.change(ctx, func(tx *storage.Tx, rows []storage.Key) (err error) {
		if next = newest(rows, use, alg); !due(next) {
			return nil // another node was faster
		}
		next, err = r.succeed(ctx, tx, rows, f, at, hook)
		return err
	})
	return next, err
}

// algs are the algorithms that use has keys of.
func (r *Ring) algs(use string) []string {
	var algs []string
	for _, k := range r.keys.Load().rows {
		if k.Use == use && k.Ordinal == newest(r.keys.Load().rows, k.Use, k.Alg).Ordinal {
			algs = append(algs, k.Alg)
		}
	}
	return algs
}

// Tend does what is due: a sig or seal key that has been in use for Config.RotateEvery gets a successor, and what is
// gone leaves memory (storage.Clean deletes the rows). Every node calls it, about once a minute; only one of them makes
// the key.
func (r *Ring) Tend(ctx context.Context) error {
	if err := r.Reload(ctx); err != nil {
		return fmt.Errorf("tend keys: %w", err)
	}
	due := func(k storage.Key) bool { return !r.now().Before(k.ActiveAt.Add(r.rotateEvery)) }
	var failed []error
	for _, use := range []string{UseSig, UseSeal} {
		for _, alg := range r.algs(use) {
			if !due(newest(r.keys.Load().rows, use, alg)) {
				continue
			}
			if _, err := r.rotate(ctx, use, alg, r.instant().Add(r.announce), r.made, due); err != nil {
				failed = append(failed, fmt.Errorf("rotate %s key by age: %w", use, err))
			}
		}
	}
	return errors.Join(failed...)
}
