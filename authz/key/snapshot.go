package key

import (
	"errors"
	"fmt"
	"time"

	"postern/storage"
)

// slot is a key with the times between which it verifies and from when on it is used.
type slot[K any] struct {
	id       ID
	key      *K
	activeAt time.Time
	endsAt   time.Time // zero: no end
}

func (s slot[K]) gone(now time.Time) bool { return !s.endsAt.IsZero() && !now.Before(s.endsAt) }

// shelf has the live keys of one use and algorithm, oldest first. There are few: a scan beats a map.
type shelf[K any] []slot[K]

// current is the newest key whose time has come. A clock that was set back before all of them gets the oldest.
func (s shelf[K]) current(now time.Time) *K {
	for i := len(s) - 1; i > 0; i-- {
		if !now.Before(s[i].activeAt) {
			return s[i].key
		}
	}
	if len(s) == 0 {
		return nil
	}
	return s[0].key
}

// find returns the key with that id unless it is gone: announced ones too, for another node's clock may be ahead.
func (s shelf[K]) find(id ID, now time.Time) *K {
	for i := range s {
		if s[i].id == id && !s[i].gone(now) {
			return s[i].key
		}
	}
	return nil
}

// snapshot is all keys as of one moment. It never changes.
type snapshot struct {
	rows     []storage.Key   // oldest first, revoked ones too
	opened   map[string]live // by kid, those that are not revoked
	sigs     map[string]shelf[sigKey]
	seals    shelf[sealKey]
	macs     shelf[macKey]
	jwks     []byte
	jwksEnds time.Time // when the next key leaves jwks; zero: none will
}

// build opens rows, with what was opened before. It leaves out those that do not open, and returns why.
func build(v *vault, rows []storage.Key, opened map[string]live, now time.Time) (*snapshot, error) {
	s := &snapshot{rows: rows, opened: make(map[string]live, len(rows)), sigs: map[string]shelf[sigKey]{}}
	var broken []error
	for _, k := range rows {
		if !k.RevokedAt.IsZero() {
			continue
		}
		l, known := opened[k.ID]
		if !known {
			var err error
			if l, err = v.openKey(k); err != nil {
				broken = append(broken, fmt.Errorf("open key %s: %w", k.ID, err))
				continue
			}
		}
		s.opened[k.ID] = l
		s.place(k, l)
	}
	s.publish(now)
	return s, errors.Join(broken...)
}

func (s *snapshot) place(k storage.Key, l live) {
	id, _ := parseKID(k.ID, k.Use)
	switch k.Use {
	case UseSig:
		s.sigs[k.Alg] = put(s.sigs[k.Alg], slot[sigKey]{id, l.sig, k.ActiveAt, k.ExpiresAt})
	case UseSeal:
		s.seals = put(s.seals, slot[sealKey]{id, l.seal, k.ActiveAt, k.ExpiresAt})
	case UseMAC:
		s.macs = put(s.macs, slot[macKey]{id, l.mac, k.ActiveAt, k.ExpiresAt})
	}
}

// put keeps the shelf sorted by the time of activation.
func put[K any](s shelf[K], k slot[K]) shelf[K] {
	i := len(s)
	for i > 0 && k.activeAt.Before(s[i-1].activeAt) {
		i--
	}
	s = append(s, k)
	copy(s[i+1:], s[i:])
	s[i] = k
	return s
}

// publish makes the key set: what verifies now, or will.
func (s *snapshot) publish(now time.Time) {
	var public []*sigKey
	s.jwksEnds = time.Time{}
	for _, k := range s.rows {
		l := s.opened[k.ID]
		if l.sig == nil || over(k, now) {
			continue
		}
		public = append(public, l.sig)
		if !k.ExpiresAt.IsZero() && (s.jwksEnds.IsZero() || k.ExpiresAt.Before(s.jwksEnds)) {
			s.jwksEnds = k.ExpiresAt
		}
	}
	s.jwks = keySet(public)
}

// complete tells whether there is a key for everything that must always work.
func (s *snapshot) complete() bool {
	return len(s.sigs[algSig]) > 0 && len(s.seals) > 0 && len(s.macs) > 0
}

// knows tells whether kid is the name of any key, dead or alive.
func (s *snapshot) knows(kid string) bool {
	return find(s.rows, kid) >= 0
}

// signerOf returns the live key that writes the header of compact, or nil.
func (s *snapshot) signerOf(t JWTType, compact string, now time.Time) *Signer {
	for _, sigs := range s.sigs {
		for i := range sigs {
			if signer := &sigs[i].key.types[t]; signer.Made(compact) && !sigs[i].gone(now) {
				return signer
			}
		}
	}
	return nil
}
