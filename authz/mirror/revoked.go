package mirror

import (
	"context"
	"errors"
	"sync"
	"time"

	"postern/storage"
)

// revoked holds every revocation in force. An entry is 24 bytes for a token or a grant, 32 for a user or a client; a
// map's spare room makes that at most 48 for those that come in thousands.
type revoked struct {
	mu     sync.RWMutex
	tokens map[storage.ID]tokenEntry
	grants map[storage.ID]uint32 // until when, seconds since 1970
	users  map[storage.ID]epochEntry
	apps   map[storage.ID]epochEntry
	owned  map[storage.ID]*owner // who has how many tokens revoked
	owners []*owner              // by tokenEntry.owner
	swept  time.Time
}

type tokenEntry struct{ until, owner uint32 }

type owner struct{ index, tokens uint32 }

type epochEntry struct{ least, until int64 }

func newRevoked() *revoked {
	r := &revoked{}
	r.reset()
	return r
}

func (r *revoked) reset() {
	r.tokens, r.grants = map[storage.ID]tokenEntry{}, map[storage.ID]uint32{}
	r.users, r.apps = map[storage.ID]epochEntry{}, map[storage.ID]epochEntry{}
	r.owned, r.owners = map[storage.ID]*owner{}, nil
}

func (r *revoked) replace(rows []storage.Revocation, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reset()
	r.swept = now
	for _, row := range rows {
		r.put(row)
	}
}

func (r *revoked) add(row storage.Revocation, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.put(row)
	if now.Sub(r.swept) > 5*time.Minute {
		r.sweep(now)
	}
}

func (r *revoked) put(row storage.Revocation) {
	until := row.ExpiresAt.Unix() + 1
	switch row.Kind {
	case storage.RevokedToken:
		r.putToken(row, uint32(until))
	case storage.RevokedGrant:
		r.grants[row.ID] = max(uint32(until), r.grants[row.ID])
	case storage.RevokedUser:
		r.users[row.ID] = raise(r.users[row.ID], row.Epoch, until)
	case storage.RevokedClient:
		r.apps[row.ID] = raise(r.apps[row.ID], row.Epoch, until)
	}
}

func (r *revoked) putToken(row storage.Revocation, until uint32) {
	if e, known := r.tokens[row.ID]; known {
		r.tokens[row.ID] = tokenEntry{until: max(until, e.until), owner: e.owner}
		return
	}
	o := r.owned[row.Owner]
	if o == nil {
		o = &owner{index: uint32(len(r.owners))}
		r.owned[row.Owner], r.owners = o, append(r.owners, o)
	}
	o.tokens++
	r.tokens[row.ID] = tokenEntry{until: until, owner: o.index}
}

func raise(e epochEntry, least, until int64) epochEntry {
	return epochEntry{least: max(e.least, least), until: max(e.until, until)}
}

// sweep forgets what has expired. The caller holds the lock.
func (r *revoked) sweep(now time.Time) {
	r.swept = now
	at := now.Unix()
	for id, e := range r.tokens {
		if int64(e.until) < at {
			r.owners[e.owner].tokens--
			delete(r.tokens, id)
		}
	}
	sweepAll(r.grants, at, func(until uint32) int64 { return int64(until) })
	sweepAll(r.users, at, func(e epochEntry) int64 { return e.until })
	sweepAll(r.apps, at, func(e epochEntry) int64 { return e.until })
}

func sweepAll[V any](m map[storage.ID]V, at int64, until func(V) int64) {
	for id, v := range m {
		if until(v) < at {
			delete(m, id)
		}
	}
}

// Carrier is what a code or token says of itself: all by which it can be dead before its time. Zero members are not
// looked at.
type Carrier struct {
	Token       storage.ID
	Grant       storage.ID
	User        storage.ID
	UserEpoch   int64
	Client      string
	ClientEpoch int64
}

// dead tells whether something kept, and not over at now, ends c.
func (r *revoked) dead(c *Carrier, app storage.ID, now time.Time) bool {
	at := now.Unix()
	r.mu.RLock()
	defer r.mu.RUnlock()
	if e, ok := r.tokens[c.Token]; ok && at <= int64(e.until) {
		return true
	}
	if until, ok := r.grants[c.Grant]; ok && at <= int64(until) && !c.Grant.IsZero() {
		return true
	}
	if e, ok := r.users[c.User]; ok && at <= e.until && c.UserEpoch < e.least {
		return true
	}
	e, ok := r.apps[app]
	return ok && at <= e.until && c.ClientEpoch < e.least
}

// Revoked tells whether something has ended c before its time. Errors: storage.ErrUnavailable.
func (m *Mirror) Revoked(ctx context.Context, c Carrier) (bool, error) {
	app := storage.ClientKey(c.Client)
	switch m.store.Trust() {
	case storage.TrustFresh, storage.TrustOutage:
		return m.revoked.dead(&c, app, m.now()), nil
	case storage.TrustNone:
		return false, storage.ErrUnavailable
	}
	rows, err := m.store.RevocationsOf(ctx, c.references(app))
	if errors.Is(err, storage.ErrUnavailable) && m.store.Trust() != storage.TrustNone {
		return m.revoked.dead(&c, app, m.now()), nil // no beat and no answer either: an outage just begun
	}
	if err != nil {
		return false, err
	}
	asked := newRevoked()
	asked.replace(rows, m.now())
	return asked.dead(&c, app, m.now()), nil
}

func (c *Carrier) references(app storage.ID) []storage.Revocation {
	refs := make([]storage.Revocation, 0, 4)
	add := func(kind storage.RevocationKind, id storage.ID) {
		if !id.IsZero() {
			refs = append(refs, storage.Revocation{Kind: kind, ID: id})
		}
	}
	add(storage.RevokedToken, c.Token)
	add(storage.RevokedGrant, c.Grant)
	add(storage.RevokedUser, c.User)
	add(storage.RevokedClient, app)
	return refs
}

// RevokedTokens is how many single access tokens of a client are revoked at the moment.
func (m *Mirror) RevokedTokens(clientID string) int {
	m.revoked.mu.RLock()
	defer m.revoked.mu.RUnlock()
	if o := m.revoked.owned[storage.ClientKey(clientID)]; o != nil {
		return int(o.tokens)
	}
	return 0
}
