package grant

import (
	"context"
	"encoding/base64"
	"net/url"
	"time"

	"github.com/ory/fosite"
)

// seamStore is fosite's storage. Codes and access tokens are sealed, so most of what it is asked to store is nothing;
// InvalidateAuthorizeCodeSession is the INSERT of a grant, GetRefreshTokenSession the UPDATE.
type seamStore struct{ *Server }

// GetClient is asked for authorization requests only, whose client is proven before.
func (s seamStore) GetClient(ctx context.Context, id string) (fosite.Client, error) {
	if c, ok := ctx.Value(provenKey{}).(*seamClient); ok && c.ID == id {
		return c, nil
	}
	return nil, fosite.ErrNotFound
}

// ClientAssertionJWTValid is for assertions through fosite, which are not taken.
func (s seamStore) ClientAssertionJWTValid(context.Context, string) error { return fosite.ErrJTIKnown }

// SetClientAssertionJWT likewise.
func (s seamStore) SetClientAssertionJWT(context.Context, string, time.Time) error {
	return fosite.ErrJTIKnown
}

// CreateAuthorizeCodeSession stores nothing: the code carries all.
func (s seamStore) CreateAuthorizeCodeSession(context.Context, string, fosite.Requester) error {
	return nil
}

// GetAuthorizeCodeSession opens the code. fosite asks up to three times for each exchange: the first answer is kept.
func (s seamStore) GetAuthorizeCodeSession(ctx context.Context, code string, session fosite.Session) (fosite.Requester, error) {
	x := session.(*exchange)
	if x.code == nil {
		if err := s.openCode(code, x); err != nil {
			return nil, err
		}
	}
	r := s.codeRequest(x)
	return r, nil
}

// codeRequest shows fosite the authorization request behind a code.
func (s seamStore) codeRequest(x *exchange) *fosite.Request {
	return &fosite.Request{
		ID:             x.code.Grant.String(),
		RequestedAt:    x.now,
		Client:         &seamClient{Client: x.client},
		RequestedScope: x.code.Scopes,
		GrantedScope:   x.code.Scopes,
		Form:           url.Values{},
		Session:        x,
	}
}

// InvalidateAuthorizeCodeSession redeems the code.
func (s seamStore) InvalidateAuthorizeCodeSession(ctx context.Context, _ string) error {
	x := exchangeOf(ctx)
	if x == nil || x.code == nil {
		return errNoExchange
	}
	return s.redeem(ctx, x)
}

// CreateAccessTokenSession stores nothing: the token carries all.
func (s seamStore) CreateAccessTokenSession(context.Context, string, fosite.Requester) error {
	return nil
}

// GetAccessTokenSession is for fosite's introspection, which is not wired.
func (s seamStore) GetAccessTokenSession(context.Context, string, fosite.Session) (fosite.Requester, error) {
	return nil, fosite.ErrNotFound
}

// DeleteAccessTokenSession likewise.
func (s seamStore) DeleteAccessTokenSession(context.Context, string) error { return nil }

// CreateRefreshTokenSession stores nothing: the grant's row has the hash already. (It is handed a live access token.)
func (s seamStore) CreateRefreshTokenSession(context.Context, string, string, fosite.Requester) error {
	return nil
}

// GetRefreshTokenSession takes one step of the grant.
func (s seamStore) GetRefreshTokenSession(ctx context.Context, text string, session fosite.Session) (fosite.Requester, error) {
	x := session.(*exchange)
	g, err := s.step(ctx, text, x)
	if err != nil {
		return nil, err
	}
	return &fosite.Request{
		ID:             g.ID.String(),
		RequestedAt:    x.now,
		Client:         &seamClient{Client: x.client},
		RequestedScope: g.Scopes,
		GrantedScope:   g.Scopes,
		Form:           url.Values{},
		Session:        x,
	}, nil
}

// DeleteRefreshTokenSession, RotateRefreshToken, RevokeRefreshToken and RevokeAccessToken have nothing left to do: the
// UPDATE has done it, and refusals revoke by themselves.
func (s seamStore) DeleteRefreshTokenSession(context.Context, string) error { return nil }

// RotateRefreshToken: see DeleteRefreshTokenSession.
func (s seamStore) RotateRefreshToken(context.Context, string, string) error { return nil }

// RevokeRefreshToken: see DeleteRefreshTokenSession.
func (s seamStore) RevokeRefreshToken(context.Context, string) error { return nil }

// RevokeAccessToken: see DeleteRefreshTokenSession.
func (s seamStore) RevokeAccessToken(context.Context, string) error { return nil }

// CreatePKCERequestSession stores nothing: the code carries the challenge.
func (s seamStore) CreatePKCERequestSession(context.Context, string, fosite.Requester) error {
	return nil
}

// GetPKCERequestSession takes the challenge out of the code. It cannot be deleted, so it is compared each time: no
// second try without a verifier (the downgrade of fosite's own handler).
func (s seamStore) GetPKCERequestSession(ctx context.Context, code string, session fosite.Session) (fosite.Requester, error) {
	x := session.(*exchange)
	if x.code == nil {
		return nil, errNoExchange
	}
	if !x.code.HasChallenge {
		return nil, fosite.ErrNotFound
	}
	r := s.codeRequest(x)
	r.Form = url.Values{
		"code_challenge":        {base64.RawURLEncoding.EncodeToString(x.code.Challenge[:])},
		"code_challenge_method": {"S256"},
	}
	return r, nil
}

// DeletePKCERequestSession deletes nothing.
func (s seamStore) DeletePKCERequestSession(context.Context, string) error { return nil }
