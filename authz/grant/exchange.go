package grant

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/ory/fosite"

	"postern/authz/client"
	"postern/authz/token"
	"postern/storage"
)

// exchange is what one request gathers on its way through fosite: its Session.
type exchange struct {
	client *client.Client
	call   *Call
	now    time.Time

	grant     storage.ID // zero: client credentials
	user, org storage.ID
	audience  []string
	authTime  time.Time
	userEpoch int64
	appEpoch  int64

	code    *token.Code    // when a code is made or redeemed
	refresh *token.Refresh // when a refresh token is used
	next    string         // the refresh token to answer with
	hash    [32]byte       // its secret's
	reused  bool           // the answer repeats one that was given before
}

// SetExpiresAt is not needed: times are ours.
func (x *exchange) SetExpiresAt(fosite.TokenType, time.Time) {}

// GetExpiresAt returns zero, so that fosite takes the client's lifespan.
func (x *exchange) GetExpiresAt(fosite.TokenType) time.Time { return time.Time{} }

// GetUsername is for grants that we do not have.
func (x *exchange) GetUsername() string { return "" }

// GetSubject names the user, or the client itself.
func (x *exchange) GetSubject() string {
	if x.user.IsZero() {
		return x.client.ID
	}
	return x.user.String()
}

// Clone returns x: it belongs to one request.
func (x *exchange) Clone() fosite.Session { return x }

// seamClient shows fosite a client. redirects is what it may compare with: for an authorization request just the URI
// that authz/redirect has matched.
type seamClient struct {
	*client.Client
	redirects []string
}

func (c *seamClient) GetID() string                       { return c.ID }
func (c *seamClient) GetHashedSecret() []byte             { return nil }
func (c *seamClient) GetRedirectURIs() []string           { return c.redirects }
func (c *seamClient) GetGrantTypes() fosite.Arguments     { return c.Metadata.GrantTypes }
func (c *seamClient) GetResponseTypes() fosite.Arguments  { return responseTypes }
func (c *seamClient) GetScopes() fosite.Arguments         { return c.Allowance }
func (c *seamClient) IsPublic() bool                      { return c.Public() }
func (c *seamClient) GetAudience() fosite.Arguments       { return nil }
func (c *seamClient) GetResponseModes() []responseModeArg { return responseModes }

// GetEffectiveLifespan answers with the client's own lifetimes.
func (c *seamClient) GetEffectiveLifespan(_ fosite.GrantType, kind fosite.TokenType, _ time.Duration) time.Duration {
	if kind == fosite.AccessToken {
		return c.AccessTTL
	}
	return -1
}

type responseModeArg = fosite.ResponseModeType

var (
	responseTypes = fosite.Arguments{"code"}
	responseModes = []responseModeArg{fosite.ResponseModeQuery, fosite.ResponseModeFormPost}
)

type exchangeKey struct{}

// authenticated hands fosite the client that Server.authenticate has found already.
func authenticated(ctx context.Context, _ *http.Request, _ url.Values) (fosite.Client, error) {
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		return &seamClient{Client: x.client}, nil
	}
	return nil, refuse(InvalidClient, "Client authentication failed.")
}

// noHasher stands where fosite would hash client secrets. Ours are hashed elsewhere; this one knows none.
type noHasher struct{}

func (noHasher) Compare(context.Context, []byte, []byte) error { return errNoHasher }
func (noHasher) Hash(context.Context, []byte) ([]byte, error)  { return nil, errNoHasher }

var errNoHasher = errors.New("client secrets are not fosite's to check")

func exchangeOf(ctx context.Context) *exchange {
	if r, ok := ctx.Value(fosite.AccessRequestContextKey).(fosite.AccessRequester); ok {
		if x, ok := r.GetSession().(*exchange); ok {
			return x
		}
	}
	return nil
}
