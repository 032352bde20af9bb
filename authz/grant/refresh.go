package grant

import (
	"bytes"
	"context"
	"errors"

	"postern/authz/event"
	"postern/authz/mirror"
	"postern/authz/scope"
	"postern/authz/token"
	"postern/storage"
)

const refreshWhat = "refresh token"

// step takes a grant one generation on (RFC 6749 6, RFC 9700 4.14.2). The tag is checked first, so a stranger's guess
// costs no SQL; then one UPDATE does it or tells that something is not as presented. It returns the grant with the
// scopes that the new access token gets.
func (s *Server) step(ctx context.Context, text string, x *exchange) (storage.Grant, error) {
	if text == "" {
		return storage.Grant{}, refuse(InvalidRequest, "The parameter refresh_token is missing.")
	}
	r, err := s.mint.ParseRefresh(text)
	if s.unsure(err) {
		return storage.Grant{}, storage.ErrUnavailable
	}
	if err != nil {
		return storage.Grant{}, invalidGrant(refreshWhat, "not a refresh token of this server").from(err)
	}
	x.refresh = &r
	wanted, err := s.wantedScopes(ctx, x)
	if err != nil {
		return storage.Grant{}, err
	}
	catalogue, err := s.mirror.Scopes(ctx)
	if err != nil {
		return storage.Grant{}, err
	}
	g, err := s.rotate(ctx, text, x)
	if err != nil {
		return storage.Grant{}, err
	}
	x.grant, x.user, x.org = g.ID, g.UserID, g.OrgID
	x.audience, x.authTime = g.Audience, g.AuthTime
	x.userEpoch, x.appEpoch = g.UserEpoch, g.ClientEpoch
	return narrow(g, scope.Permitted(catalogue, x.client.Allowance, g.Scopes), wanted)
}

// wantedScopes reads the scope parameter. It is checked against the grant before the UPDATE, so that a refusal burns
// nothing.
func (s *Server) wantedScopes(ctx context.Context, x *exchange) ([]string, error) {
	wanted, err := scope.Parse(x.call.Form.Get("scope"))
	if err != nil {
		return nil, refuse(InvalidScope, "scope: "+legalText(err.Error())+".")
	}
	if len(wanted) == 0 {
		return nil, nil
	}
	g, err := s.store.Grant(ctx, x.refresh.Grant)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return nil, invalidGrant(refreshWhat, "its grant is gone")
	case err != nil:
		return nil, err
	case g.ClientID != x.client.ID:
		return nil, invalidGrant(refreshWhat, "refresh token belongs to another client")
	}
	if _, refusal := scope.Narrow(g.Scopes, wanted); refusal != nil {
		return nil, refuse(InvalidScope, legalText(refusal.Error()))
	}
	return wanted, nil
}

func (s *Server) rotate(ctx context.Context, text string, x *exchange) (storage.Grant, error) {
	rotation := storage.Rotation{
		Grant: x.refresh.Grant, ClientID: x.client.ID, Generation: x.refresh.Generation, TokenHash: x.refresh.Hash(), At: x.now,
		Keep: !x.client.Rotate, AccessTTL: x.client.AccessTTL,
	}
	next := text
	if !rotation.Keep {
		var err error
		rotation.Salt, rotation.Key = s.mint.NewSalt()
		next, rotation.NewHash, err = s.mint.Successor(*x.refresh, rotation.Salt, rotation.Key)
		if err != nil {
			return storage.Grant{}, err
		}
	}
	g, err := s.store.RotateGrant(ctx, rotation)
	if errors.Is(err, storage.ErrSpent) {
		return s.explain(ctx, x)
	}
	x.next = next
	return g, err
}

// explain finds out why the UPDATE found nothing to do. What is neither the direct predecessor in its grace nor
// harmless is theft.
func (s *Server) explain(ctx context.Context, x *exchange) (storage.Grant, error) {
	g, err := s.store.Grant(ctx, x.refresh.Grant)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return g, invalidGrant(refreshWhat, "its grant is gone")
	case err != nil:
		return g, err
	case g.ClientID != x.client.ID:
		return g, invalidGrant(refreshWhat, "refresh token belongs to another client")
	case !g.RevokedAt.IsZero():
		return g, invalidGrant(refreshWhat, "grant is revoked: "+g.RevokedReason)
	case !x.now.Before(g.ExpiresAt):
		return g, invalidGrant(refreshWhat, "grant has reached its absolute lifetime")
	case x.refresh.Generation > g.Generation:
		s.log.WarnContext(ctx, "refresh token is newer than its grant; was the database restored?",
			"grant_id", g.ID.String(), "token_generation", x.refresh.Generation, "row_generation", g.Generation)
		return g, invalidGrant(refreshWhat, "refresh token is newer than its grant")
	case x.refresh.Generation == g.Generation:
		return g, s.notLive(x, g)
	case s.repeats(x, g):
		return s.again(ctx, x, g)
	}
	if err := s.end(ctx, x, g.ID, event.GrantStolen, "an old refresh token was used"); err != nil {
		return g, err
	}
	return g, invalidGrant(refreshWhat, "an old refresh token was used: theft is assumed and the grant revoked")
}

// notLive says why a refresh token of the present generation was refused.
func (s *Server) notLive(x *exchange, g storage.Grant) *Error {
	hash := x.refresh.Hash()
	switch {
	case !bytes.Equal(hash[:], g.TokenHash):
		return invalidGrant(refreshWhat, "refresh token is of this generation but not the one issued; was the database restored?")
	case g.IdleTTL > 0 && !x.now.Before(g.RotatedAt.Add(g.IdleTTL)):
		return invalidGrant(refreshWhat, "grant was not used for longer than its idle lifetime")
	}
	return invalidGrant(refreshWhat, "user, client, membership or consent is not live any more")
}

// repeats tells whether the direct predecessor is presented within the grace: its successor by the row's salt must be
// the token that the row has now. The client lost the answer, or raced itself.
func (s *Server) repeats(x *exchange, g storage.Grant) bool {
	if !x.client.Rotate { // rotated_at then says when the token was last used, not when it was made
		return false
	}
	if x.refresh.Generation != g.Generation-1 || x.now.After(g.RotatedAt.Add(x.client.RefreshGrace)) || x.client.RefreshGrace == 0 {
		return false
	}
	next, hash, err := s.mint.Successor(*x.refresh, g.Salt, g.RotationKey)
	if err != nil || !bytes.Equal(hash[:], g.TokenHash) {
		return false
	}
	x.next, x.reused = next, true
	return true
}

// again answers a repetition: the same successor and a new access token, if all is still live.
func (s *Server) again(ctx context.Context, x *exchange, g storage.Grant) (storage.Grant, error) {
	dead, err := s.mirror.Revoked(ctx, mirror.Carrier{
		Grant: g.ID, User: g.UserID, UserEpoch: g.UserEpoch, Client: g.ClientID, ClientEpoch: g.ClientEpoch,
	})
	if err != nil {
		return g, err
	}
	if dead || g.ClientEpoch < x.client.Epoch {
		return g, invalidGrant(refreshWhat, "user or client is not live any more")
	}
	return g, nil
}

// narrow cuts the grant's scopes down to what the client may have today, and to what it asks for (RFC 6749 6).
func narrow(g storage.Grant, allowed, wanted []string) (storage.Grant, error) {
	kept, refusal := scope.Narrow(allowed, wanted)
	if refusal != nil || len(kept) == 0 && len(g.Scopes) > 0 {
		return g, refuse(InvalidScope, "The client may not have any scope of this grant any more.")
	}
	g.Scopes = kept
	return g, nil
}

func accessOf(text string, m *token.Mint) (token.Access, error) {
	if isJWT(text) {
		return m.VerifyAccess(text)
	}
	return m.OpenAccess(text)
}

// unsure tells whether err, that we made no such code or token, may be wrong: while the database is away, the key that
// made it can be one that this node has not heard of.
func (s *Server) unsure(err error) bool {
	return errors.Is(err, token.ErrInvalid) && (s.keys.Broken() || s.store.Trust() >= storage.TrustOutage)
}

// isJWT tells by the shape: three parts, where sealed tokens have no dot.
func isJWT(text string) bool { return bytes.Count([]byte(text), []byte(".")) == 2 }

// refreshPrefix begins every refresh token.
const refreshPrefix = "prt_"
