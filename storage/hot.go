package storage

import (
	"context"
	"errors"
	"strings"
	"time"
)

// hotJob is one hot statement that waits for its batch.
type hotJob struct {
	ctx   context.Context
	until time.Time // when it must not begin any more: whoever waits would be gone before it is committed
	late  bool      // it was left out for that
	id    ID        // the grant: batches are sorted by it
	query string
	args  []any
	scan  func(row) error // of the row returned; nil: only rows are counted
	rows  int64           // how many were written
	done  chan error
}

// insertGrant writes the row only if all that the grant stands on is live, and no row has its id yet. (`$5 is null` comes
// after the comparison that tells PostgreSQL its type.)
//
// On PostgreSQL, hold is `for share`: whoever deletes the consent or touches the membership meanwhile, to end what stands on
// it, waits for this row, and sees it; or this statement waits, and finds them gone. SQLite has one writer at a time.
func insertGrant(hold string) string {
	return strings.ReplaceAll(insertGrantText, "/*hold*/", hold)
}

const insertGrantText = `
	insert into grants (id, client_id, user_id, org_id, consent_id, session_id, scopes, audience, client_epoch, user_epoch,
		auth_time, generation, token_hash, salt, rotation_key, rotated_at, idle_ttl, access_ttl, expires_at, created_at)
	select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20
	where exists (select 1 from users where users.id = $3 and users.epoch = $10 and users.disabled_at is null)
		and exists (select 1 from clients where clients.id = $2 and clients.epoch = $9 and clients.disabled_at is null)
		and exists (select 1 from memberships where memberships.user_id = $3 and memberships.org_id = $4 /*hold*/)
		and (exists (select 1 from consents where consents.id = $5
			and (consents.expires_at is null or consents.expires_at > $20) /*hold*/) or $5 is null)
		and (exists (select 1 from sessions where sessions.id = $6 and sessions.user_epoch = $10
			and sessions.expires_at > $20) or $6 is null)
	on conflict do nothing`

// InsertGrant inserts g if its user, client (with their sealed epochs), membership in g.OrgID, consent (unless zero) and
// session (unless zero) are live. It is the single-use guard of authorization codes (RFC 6749 4.1.2).
//
//   - nil: inserted, and committed
//   - ErrSpent: a grant with this id exists: the code was used before
//   - ErrGone: one of what it stands on is not live any more
//   - ErrUnavailable: no answer; it may have been inserted
func (s *Store) InsertGrant(ctx context.Context, g Grant) error {
	job := &hotJob{id: g.ID, query: s.insertGrant, args: []any{
		g.ID.key(), g.ClientID, g.UserID.key(), g.OrgID.key(), g.ConsentID.ref(), g.SessionID.ref(),
		strings.Join(g.Scopes, " "), listText(g.Audience), g.ClientEpoch, g.UserEpoch, micros(g.AuthTime), g.Generation,
		bytesOrNull(g.TokenHash), bytesOrNull(g.Salt), g.RotationKey, micros(g.RotatedAt), g.IdleTTL.Microseconds(),
		g.AccessTTL.Microseconds(), micros(g.ExpiresAt), micros(g.CreatedAt),
	}}
	if err := s.hot(ctx, job); err != nil {
		return fail("insert grant", err)
	}
	if job.rows == 1 {
		return nil
	}
	switch _, err := s.Grant(ctx, g.ID); {
	case err == nil:
		return fail("insert grant", ErrSpent)
	case errors.Is(err, ErrNotFound):
		return fail("insert grant", ErrGone)
	default:
		return err
	}
}

func bytesOrNull(b []byte) any {
	if b == nil {
		return nil
	}
	return b
}

// Rotation asks for one step of a refresh token.
type Rotation struct {
	Grant      ID
	ClientID   string
	Generation int64    // the one presented
	TokenHash  [32]byte // of the secret presented
	NewHash    [32]byte
	Salt       []byte
	Key        string        // kid of the rotation key
	AccessTTL  time.Duration // of the access token that comes with it: the row keeps the longest, 0 leaves it
	Keep       bool          // rotation is off for this client: nothing changes but, in its time, rotated_at; see RotateGrant
	At         time.Time
}

// grantLive holds of a grant that may still be refreshed, at $1, with the token that was presented.
const grantLive = `
	where id = $2 and generation = $3 and token_hash = $4 and client_id = $5
		and revoked_at is null and expires_at > $1 and (idle_ttl = 0 or rotated_at + idle_ttl > $1)
		and exists (select 1 from users where users.id = grants.user_id and users.epoch = grants.user_epoch
			and users.disabled_at is null)
		and exists (select 1 from clients where clients.id = grants.client_id and clients.epoch = grants.client_epoch
			and clients.disabled_at is null)
		and exists (select 1 from memberships where memberships.user_id = grants.user_id
			and memberships.org_id = grants.org_id)
		and (consent_id is null or exists (select 1 from consents where consents.id = grants.consent_id
			and (consents.expires_at is null or consents.expires_at > $1)))`

// rotateGrant sets no column that an index has, and so stays a HOT update on PostgreSQL.
const rotateGrant = `update grants set generation = generation + 1, token_hash = $6, salt = $7, rotation_key = $8,
	rotated_at = $1, access_ttl = case when $9 > access_ttl then $9 else access_ttl end` + grantLive + `
	returning user_id, org_id, consent_id, session_id, scopes, audience, client_epoch, user_epoch, auth_time, idle_ttl,
		access_ttl, expires_at, created_at`

// RotateGrant is the compare-and-swap of a refresh: one UPDATE that succeeds if the grant is live (not revoked, not past
// its absolute or idle limit), belongs to ClientID, is at Generation with TokenHash, and its user, client, membership
// and consent (unless null) are live with the epochs it carries. It returns the row as it is after. With Keep it reads
// under the same conditions, writes nothing (but a longer AccessTTL), and last use goes through the batched writer.
//
// The row knows from AccessTTL until when its last access token may live: it is not removed before.
//
//   - ErrSpent: some condition does not hold; read the grant to find out which
//   - ErrUnavailable: no answer; it may have been rotated
func (s *Store) RotateGrant(ctx context.Context, r Rotation) (Grant, error) {
	if r.Keep {
		return s.keepGrant(ctx, r)
	}
	g := Grant{
		ID: r.Grant, ClientID: r.ClientID, Generation: r.Generation + 1, TokenHash: r.NewHash[:], Salt: r.Salt,
		RotationKey: r.Key, RotatedAt: r.At.UTC().Truncate(time.Microsecond),
	}
	job := &hotJob{
		id: r.Grant, query: rotateGrant,
		args: []any{micros(r.At), r.Grant.key(), r.Generation, r.TokenHash[:], r.ClientID, r.NewHash[:], r.Salt, r.Key,
			r.AccessTTL.Microseconds()},
		scan: g.scanRotated,
	}
	if err := s.hot(ctx, job); err != nil {
		return Grant{}, fail("rotate grant", err)
	}
	if job.rows == 0 {
		return Grant{}, fail("rotate grant", ErrSpent)
	}
	return g, nil
}

// scanRotated reads what rotateGrant returns. It scans into the drivers' own types: pgx takes an sql.Scanner the long way.
func (g *Grant) scanRotated(r row) error {
	var user, org, consent, session []byte
	var scopes, audience string
	var authTime, idle, access, expires, created int64
	err := r.Scan(&user, &org, &consent, &session, &scopes, &audience, &g.ClientEpoch, &g.UserEpoch, &authTime, &idle,
		&access, &expires, &created)
	if err != nil {
		return err
	}
	copy(g.UserID[:], user)
	copy(g.OrgID[:], org)
	copy(g.ConsentID[:], consent)
	copy(g.SessionID[:], session)
	g.IdleTTL, g.AccessTTL = time.Duration(idle)*time.Microsecond, time.Duration(access)*time.Microsecond
	g.AuthTime, g.ExpiresAt, g.CreatedAt = time.UnixMicro(authTime).UTC(), time.UnixMicro(expires).UTC(), time.UnixMicro(created).UTC()
	return errors.Join((*words)(&g.Scopes).Scan(scopes), (*list)(&g.Audience).Scan(audience))
}

func (s *Store) keepGrant(ctx context.Context, r Rotation) (Grant, error) {
	g, err := one(ctx, s.reads, "read grant to refresh", scanGrant, "select "+grantColumns+" from grants"+grantLive,
		micros(r.At), r.Grant.key(), r.Generation, r.TokenHash[:], r.ClientID)
	if errors.Is(err, ErrNotFound) {
		return Grant{}, fail("refresh grant", ErrSpent)
	}
	if err != nil {
		return Grant{}, err
	}
	s.SeenLater("grant", g.ID, r.At)
	if r.AccessTTL <= g.AccessTTL {
		return g, nil
	}
	g.AccessTTL = r.AccessTTL
	err = s.hot(ctx, &hotJob{
		id: g.ID, query: lengthenAccess, args: []any{g.ID.key(), r.AccessTTL.Microseconds()},
	})
	return g, fail("refresh grant", err)
}

// lengthenAccess is for clients whose access tokens live longer than when the grant was made.
const lengthenAccess = "update grants set access_ttl = $2 where id = $1 and access_ttl < $2"
