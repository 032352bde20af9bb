package grant

import (
	"context"
	"errors"

	"github.com/ory/fosite"

	"postern/authz/token"
)

// seamStrategy makes and reads the texts of tokens and codes for fosite. A "signature" is the whole text: nothing is
// looked up by it.
type seamStrategy struct{ *Server }

var errNoExchange = errors.New("the request did not come through Token or Respond")

// AccessTokenSignature returns text.
func (s seamStrategy) AccessTokenSignature(_ context.Context, text string) string { return text }

// GenerateAccessToken makes a sealed token, or a JWT for clients that ask for one.
func (s seamStrategy) GenerateAccessToken(_ context.Context, r fosite.Requester) (string, string, error) {
	x, ok := r.GetSession().(*exchange)
	if !ok {
		return "", "", errNoExchange
	}
	a := token.Access{
		Grant:       x.grant,
		Client:      x.client.ID,
		Subject:     x.user,
		Org:         x.org,
		Scopes:      r.GetGrantedScopes(),
		Audience:    x.audience,
		IssuedAt:    x.now,
		ExpiresAt:   x.now.Add(x.client.AccessTTL),
		AuthTime:    x.authTime,
		ClientEpoch: x.appEpoch,
		UserEpoch:   x.userEpoch,
	}
	var text string
	var err error
	if x.client.JWT {
		text, err = s.mint.SignAccess(&a, "ES256")
	} else {
		text, err = s.mint.SealAccess(&a)
	}
	return text, text, err
}

// ValidateAccessToken is for fosite's introspection, which is not wired.
func (s seamStrategy) ValidateAccessToken(context.Context, fosite.Requester, string) error {
	return fosite.ErrInactiveToken
}

// RefreshTokenSignature returns text.
func (s seamStrategy) RefreshTokenSignature(_ context.Context, text string) string { return text }

// GenerateRefreshToken makes the first refresh token of a grant, or hands out the one that the UPDATE has derived.
func (s seamStrategy) GenerateRefreshToken(_ context.Context, r fosite.Requester) (string, string, error) {
	x, ok := r.GetSession().(*exchange)
	if !ok {
		return "", "", errNoExchange
	}
	if x.code != nil && x.code.Refresh {
		text, hash, err := s.mint.NewRefresh(x.grant)
		if err != nil {
			return "", "", err
		}
		x.next, x.hash = text, hash
	}
	return x.next, x.next, nil
}

// ValidateRefreshToken accepts: the UPDATE has checked all there is.
func (s seamStrategy) ValidateRefreshToken(context.Context, fosite.Requester, string) error {
	return nil
}

// AuthorizeCodeSignature returns text.
func (s seamStrategy) AuthorizeCodeSignature(_ context.Context, text string) string { return text }

// GenerateAuthorizeCode seals the code that Respond has prepared.
func (s seamStrategy) GenerateAuthorizeCode(_ context.Context, r fosite.Requester) (string, string, error) {
	x, ok := r.GetSession().(*exchange)
	if !ok || x.code == nil {
		return "", "", errNoExchange
	}
	text, err := s.mint.SealCode(x.code)
	return text, text, err
}

// ValidateAuthorizeCode accepts: opening the code has checked its seal and time.
func (s seamStrategy) ValidateAuthorizeCode(context.Context, fosite.Requester, string) error {
	return nil
}
