package storage

import (
	"context"
)

const sessionColumns = `sessions.id, token_hash, user_id, user_epoch, org_id, data, amr, auth_time, address, user_agent,
	sessions.created_at, last_seen_at, expires_at`

func sessionFields(s *Session) []any {
	return []any{&s.ID, (*sum)(&s.TokenHash), &s.UserID, &s.UserEpoch, &s.OrgID, &s.Data, &s.AMR, (*instant)(&s.AuthTime),
		&s.Address, &s.UserAgent, (*instant)(&s.CreatedAt), (*instant)(&s.LastSeenAt), (*instant)(&s.ExpiresAt)}
}

func scanSession(r row) (Session, error) {
	var s Session
	err := r.Scan(sessionFields(&s)...)
	return s, err
}

// Session returns a session, expired ones too. Error: ErrNotFound.
func (r reads) Session(ctx context.Context, id ID) (Session, error) {
	return one(ctx, r, "read session", scanSession, "select "+sessionColumns+" from sessions where id = $1", id.key())
}

// SessionByToken returns, in one query, the session whose cookie has this hash, and its user as it is now: the caller
// compares expiry, epochs and disabled_at. Error: ErrNotFound.
func (r reads) SessionByToken(ctx context.Context, hash [32]byte) (Session, User, error) {
	type signedIn struct {
		Session
		User
	}
	got, err := one(ctx, r, "read session by token", func(r row) (signedIn, error) {
		var v signedIn
		err := r.Scan(append(sessionFields(&v.Session), userFields(&v.User)...)...)
		return v, err
	}, "select "+sessionColumns+", "+userColumns+" from sessions join users on users.id = user_id where token_hash = $1", hash[:])
	return got.Session, got.User, err
}

// SessionsOfUser lists the sessions of a user, last seen first.
func (r reads) SessionsOfUser(ctx context.Context, user ID) ([]Session, error) {
	return all(ctx, r, "list sessions", scanSession,
		"select "+sessionColumns+" from sessions where user_id = $1 order by last_seen_at desc, id desc", user.key())
}

// InsertSession adds a session. Error: ErrGone, no such user.
func (tx *Tx) InsertSession(ctx context.Context, s Session) error {
	_, err := tx.exec(ctx, "insert session", `
		insert into sessions (id, token_hash, user_id, user_epoch, org_id, data, amr, auth_time, address, user_agent,
			created_at, last_seen_at, expires_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		s.ID.key(), s.TokenHash[:], s.UserID.key(), s.UserEpoch, s.OrgID.key(), s.Data, s.AMR, micros(s.AuthTime),
		s.Address, s.UserAgent, micros(s.CreatedAt), micros(s.LastSeenAt), micros(s.ExpiresAt))
	return err
}

// UpdateSession changes data, org_id and token_hash. Error: ErrNotFound.
func (tx *Tx) UpdateSession(ctx context.Context, s Session) error {
	return tx.must(ctx, "update session", "update sessions set data = $2, org_id = $3, token_hash = $4 where id = $1",
		s.ID.key(), s.Data, s.OrgID.key(), s.TokenHash[:])
}

// DeleteSession ends a session. Error: ErrNotFound.
func (tx *Tx) DeleteSession(ctx context.Context, id ID) error {
	return tx.must(ctx, "delete session", "delete from sessions where id = $1", id.key())
}

// DeleteSessionsOfUser ends all sessions of a user but one (zero: all), and returns how many.
func (tx *Tx) DeleteSessionsOfUser(ctx context.Context, user, except ID) (int64, error) {
	return tx.exec(ctx, "delete sessions of user", "delete from sessions where user_id = $1 and id <> $2",
		user.key(), except.key())
}
