package storage

import (
	"context"
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

// RevokeGrant ends a grant and announces its revocation, which lasts 24 h and 5 min. It returns false if the grant was
// revoked already or is not there.
func (tx *Tx) RevokeGrant(ctx context.Context, id ID, at time.Time, reason string) (bool, error) {
	n, err := tx.exec(ctx, "revoke grant",
		"update grants set revoked_at = $2, revoked_reason = $3 where id = $1 and revoked_at is null", id.key(), micros(at), reason)
	if err != nil || n == 0 {
		return false, err
	}
	return true, tx.PutRevocation(ctx, Revocation{Kind: RevokedGrant, ID: id, ExpiresAt: at.Add(revokedFor)})
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
	ids, err := all(ctx, tx.reads, "revoke grants", scanOf[ID],
		"update grants set revoked_at = $1, revoked_reason = $2"+f.where()+" returning id", f.args...)
	if err != nil {
		return 0, err
	}
	revoked := make([]Revocation, len(ids))
	for i, id := range ids {
		revoked[i] = Revocation{Kind: RevokedGrant, ID: id, ExpiresAt: at.Add(revokedFor)}
	}
	return int64(len(ids)), tx.putRevocations(ctx, revoked)
}
