package storage

import (
	"context"
	"errors"
	"time"
)

const grantColumns = `id, client_id, user_id, org_id, consent_id, session_id, scopes, audience, client_epoch, user_epoch,
	auth_time, generation, token_hash, salt, rotation_key, rotated_at, idle_ttl, access_ttl, expires_at, revoked_at,
	revoked_reason, created_at`

func scanGrant(r row) (Grant, error) {
	var g Grant
	err := r.Scan(&g.ID, &g.ClientID, &g.UserID, &g.OrgID, &g.ConsentID, &g.SessionID, (*words)(&g.Scopes),
		(*list)(&g.Audience), &g.ClientEpoch, &g.UserEpoch, (*instant)(&g.AuthTime), &g.Generation, &g.TokenHash, &g.Salt,
		&g.RotationKey, (*instant)(&g.RotatedAt), (*span)(&g.IdleTTL), (*span)(&g.AccessTTL), (*instant)(&g.ExpiresAt),
		(*instant)(&g.RevokedAt), &g.RevokedReason, (*instant)(&g.CreatedAt))
	return g, err
}

// Grant returns a grant, revoked and expired ones too. Error: ErrNotFound.
func (r reads) Grant(ctx context.Context, id ID) (Grant, error) {
	return one(ctx, r, "read grant", scanGrant, "select "+grantColumns+" from grants where id = $1", id.key())
}

// LiveGrants counts a client's grants that are neither revoked nor past their absolute expiry.
func (r reads) LiveGrants(ctx context.Context, clientID string, now time.Time) (int64, error) {
	return one(ctx, r, "count live grants", scanOf[int64],
		"select count(*) from grants where client_id = $1 and revoked_at is null and expires_at > $2", clientID, micros(now))
}

const (
	// revokedFor is how long a revocation of a grant is kept: an access token lives at most 24 h.
	revokedFor = 24*time.Hour + tokenMargin
	// tokenMargin is what a revocation or a grant outlives the last token by, for clocks that differ.
	tokenMargin = 5 * time.Minute
)

// ended is a grant that was just revoked.
type ended struct {
	id        ID
	rotatedAt time.Time
	accessTTL time.Duration
}

func scanEnded(r row) (e ended, err error) {
	var ttl int64
	err = r.Scan(&e.id, (*instant)(&e.rotatedAt), &ttl)
	e.accessTTL = time.Duration(ttl) * time.Microsecond
	return e, err
}

// revocation ends e's access tokens. It lasts until the last of them has expired: every node holds it in memory.
func (e ended) revocation(at time.Time) Revocation {
	until := e.rotatedAt.Add(e.accessTTL + lastToken)
	if most := at.Add(revokedFor); until.After(most) {
		until = most
	}
	return Revocation{Kind: RevokedGrant, ID: e.id, ExpiresAt: until}
}

// RevokeGrant ends a grant and announces its revocation, which lasts as long as an access token of it can live. It returns
// false if the grant was revoked already or is not there.
func (tx *Tx) RevokeGrant(ctx context.Context, id ID, at time.Time, reason string) (bool, error) {
	e, err := one(ctx, tx.reads, "revoke grant", scanEnded, `update grants set revoked_at = $2, revoked_reason = $3
		where id = $1 and revoked_at is null returning id, rotated_at, access_ttl`, id.key(), micros(at), reason)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, tx.PutRevocation(ctx, e.revocation(at))
}

// RevokedSince tells how many grants of a user were revoked after since.
func (r reads) RevokedSince(ctx context.Context, user ID, since time.Time) (int64, error) {
	return one(ctx, r, "count revoked grants", scanOf[int64],
		"select count(1) from grants where user_id = $1 and revoked_at > $2", user.key(), micros(since))
}

// RevokeGrantsOf ends all live grants of a user, client and organization (zero members match all), announces each, and
// returns how many. Grants whose access tokens have all expired are left to the cleaner.
func (tx *Tx) RevokeGrantsOf(ctx context.Context, user ID, clientID string, org ID, at time.Time, reason string) (int64, error) {
	f := filter{args: []any{micros(at), reason}}
	if !user.IsZero() {
		f.add("user_id = ?", user.key())
	}
	f.match("client_id", clientID)
	if !org.IsZero() {
		f.add("org_id = ?", org.key())
	}
	f.add("revoked_at is null and expires_at + access_ttl > ?", micros(at.Add(-tokenMargin)))
	list, err := all(ctx, tx.reads, "revoke grants", scanEnded,
		"update grants set revoked_at = $1, revoked_reason = $2"+f.where()+" returning id, rotated_at, access_ttl", f.args...)
	if err != nil {
		return 0, err
	}
	revoked := make([]Revocation, len(list))
	for i, e := range list {
		revoked[i] = e.revocation(at)
	}
	return int64(len(list)), tx.putRevocations(ctx, revoked)
}
