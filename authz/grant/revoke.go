package grant

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"postern/authz/client"
	"postern/authz/event"
	"postern/storage"
)

// maxRevokedTokens bounds the single access tokens of one client that are revoked at a time: every node holds each of
// them in memory.
const maxRevokedTokens = 10_000

// Revoke ends a token (RFC 7009): a refresh token its grant with all access tokens, an access token itself alone. It
// returns nil also for tokens that are unknown, over, or another client's: those are left alone. When the database does
// not answer it fails, for a revocation that was not written did not happen.
func (s *Server) Revoke(ctx context.Context, call *Call) error {
	c, text, err := s.aboutToken(ctx, call)
	if err != nil {
		return err
	}
	if strings.HasPrefix(text, refreshPrefix) {
		err = s.revokeRefresh(ctx, call, c, text)
	} else {
		err = s.revokeAccess(ctx, c, text)
	}
	if err != nil {
		e := AsError(err)
		e.Client = c.ID
		s.note(call, e)
		return e
	}
	s.store.CountLater("client", c.ID, "revoked", s.now())
	return nil
}

func (s *Server) revokeRefresh(ctx context.Context, call *Call, c *client.Client, text string) error {
	r, err := s.mint.ParseRefresh(text)
	if s.unsure(err) {
		return storage.ErrUnavailable
	}
	if err != nil {
		return nil
	}
	g, err := s.store.Grant(ctx, r.Grant)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if g.ClientID != c.ID {
		return nil
	}
	return s.end(ctx, &exchange{client: c, call: call, now: s.now()}, g.ID, event.GrantRevoked, "revoked by the app")
}

func (s *Server) revokeAccess(ctx context.Context, c *client.Client, text string) error {
	a, err := accessOf(text, s.mint)
	if s.unsure(err) {
		return storage.ErrUnavailable
	}
	if err != nil || a.Client != c.ID || !s.now().Before(a.ExpiresAt) {
		return nil
	}
	if s.mirror.RevokedTokens(c.ID) >= maxRevokedTokens {
		return &Error{
			Code: TemporarilyUnavailable, Status: http.StatusServiceUnavailable, RetryAfter: time.Minute,
			Description: "This client has 10000 revoked access tokens that have not expired yet. Revoke refresh tokens, or the client's tokens as a whole.",
			Reason:      "too many revoked access tokens",
		}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return s.store.Tx(ctx, func(tx *storage.Tx) error {
		return tx.PutRevocation(ctx, storage.Revocation{
			Kind: storage.RevokedToken, ID: a.ID, Owner: storage.ClientKey(c.ID), ExpiresAt: a.ExpiresAt.Add(margin),
		})
	})
}
