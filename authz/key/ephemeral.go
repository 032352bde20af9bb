package key

import (
	"errors"

	"postern/storage"
)

var errEphemeral = errors.New("the keys are in memory only")

// Ephemeral makes a Ring whose keys end with the process: one for each use, and a signing key for each of algs beside
// ES256. It keeps nothing, so it cannot rotate, revoke or reload. It serves where no database is: benchmarks, fuzzing.
func Ephemeral(c Config, algs ...string) (*Ring, error) {
	r, err := newRing(c)
	if err != nil {
		return nil, err
	}
	wanted := firstKeys
	for _, alg := range algs {
		wanted = append(wanted[:len(wanted):len(wanted)], firstKey{UseSig, alg})
	}
	var rows []storage.Key
	for _, w := range wanted {
		f, err := newFresh(w.use, w.alg)
		if err != nil {
			return nil, err
		}
		k, err := f.row(r.vault)
		if err != nil {
			return nil, err
		}
		k.Ordinal, k.CreatedAt, k.ActiveAt = 1, r.instant(), r.instant()
		rows = append(rows, k)
	}
	broken, err := r.install(rows)
	return r, errors.Join(broken, err)
}
