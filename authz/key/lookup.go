package key

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Sealer returns the current sealing key for p.
func (r *Ring) Sealer(p SealPurpose) *Sealer {
	s, now := r.keys.Load(), r.now()
	if p == SealLasting {
		return &s.macs.current(now).lasting
	}
	return &s.seals.current(now)[p]
}

// Opener returns the sealing key with that id for p; ErrNoKey if it is gone, revoked or unknown.
func (r *Ring) Opener(p SealPurpose, id ID) (*Sealer, error) {
	if p == SealLasting {
		k, err := r.macKey(id)
		if err != nil {
			return nil, err
		}
		return &k.lasting, nil
	}
	k, err := lookUp(r, UseSeal, id, func(s *snapshot, now time.Time) *sealKey { return s.seals.find(id, now) })
	if err != nil {
		return nil, err
	}
	return &k[p], nil
}

// MAC returns the current MAC key for p.
func (r *Ring) MAC(p MACPurpose) *MAC { return &r.keys.Load().macs.current(r.now()).macs[p] }

// MACOf returns the MAC key with that id for p; ErrNoKey if it is revoked or unknown.
func (r *Ring) MACOf(p MACPurpose, id ID) (*MAC, error) {
	k, err := r.macKey(id)
	if err != nil {
		return nil, err
	}
	return &k.macs[p], nil
}

func (r *Ring) macKey(id ID) (*macKey, error) {
	return lookUp(r, UseMAC, id, func(s *snapshot, now time.Time) *macKey { return s.macs.find(id, now) })
}

// MACNamed is MACOf for a kid.
func (r *Ring) MACNamed(p MACPurpose, kid string) (*MAC, error) {
	id, ok := parseKID(kid, UseMAC)
	if !ok {
		return nil, ErrNoKey
	}
	return r.MACOf(p, id)
}

// Signer returns the current key that signs JWTs of type t with alg; ErrNoKey if there is none (see Ensure).
func (r *Ring) Signer(t JWTType, alg string) (*Signer, error) {
	k := r.keys.Load().sigs[alg].current(r.now())
	if k == nil {
		return nil, fmt.Errorf("%w: none signs with this algorithm", ErrNoKey)
	}
	return &k.types[t], nil
}

// Verify checks the signature of a JWT of type t that this ring made, and returns its payload.
//
//   - ErrNoKey: no live key of the ring writes such a header
//   - ErrNotOpened: the signature is wrong
func (r *Ring) Verify(t JWTType, compact string) ([]byte, error) {
	signer := r.keys.Load().signerOf(t, compact, r.now())
	if signer == nil {
		kid, ok := claimedKID(compact)
		if !ok || !r.findUnknown(kid) {
			return nil, ErrNoKey
		}
		if signer = r.keys.Load().signerOf(t, compact, r.now()); signer == nil {
			return nil, ErrNoKey
		}
	}
	return signer.Verify(compact)
}

// lookUp finds a key, and asks the database once if its id was never heard of.
func lookUp[K any](r *Ring, use string, id ID, find func(*snapshot, time.Time) *K) (*K, error) {
	if k := find(r.keys.Load(), r.now()); k != nil {
		return k, nil
	}
	if !r.findUnknown(id.kid(use)) {
		return nil, ErrNoKey
	}
	if k := find(r.keys.Load(), r.now()); k != nil {
		return k, nil
	}
	return nil, ErrNoKey
}

// findUnknown reloads at most once a second, for a key that another node made a moment ago and that was not announced.
// It tells whether kid is known afterwards, dead or alive. Callers that come while it reads wait for its result. It has
// a deadline of its own, as the reading serves all of them.
func (r *Ring) findUnknown(kid string) bool {
	if r.keys.Load().knows(kid) {
		return true
	}
	r.unknown.Lock()
	defer r.unknown.Unlock()
	now := r.now()
	if since := now.Sub(r.asked); since >= 0 && since < time.Second {
		return r.keys.Load().knows(kid)
	}
	r.asked = now
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := r.Reload(ctx); err != nil {
		r.log.WarnContext(ctx, "look for an unknown key", "error", err)
	}
	return r.keys.Load().knows(kid)
}

// maxHeader bounds the header of a JWT that is looked into, in characters. Ours have fewer than 100.
const maxHeader = 512

// claimedKID reads the kid of a JWT that no known key made. It is believed only as far as to ask whether there is such
// a key.
func claimedKID(compact string) (string, bool) {
	segment, _, ok := strings.Cut(compact, ".")
	if !ok || len(segment) > maxHeader {
		return "", false
	}
	b, err := base64.RawURLEncoding.DecodeString(segment)
	if err != nil {
		return "", false
	}
	var header struct {
		KID string `json:"kid"`
	}
	if json.Unmarshal(b, &header) != nil {
		return "", false
	}
	_, ok = parseKID(header.KID, UseSig)
	return header.KID, ok
}
