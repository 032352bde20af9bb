package grant

import (
	"context"
	"errors"
	"strings"
	"time"

	"postern/authz/client"
	"postern/authz/mirror"
	"postern/authz/token"
	"postern/storage"
)

// Introspection is the answer of RFC 7662 2.2. Inactive ones carry nothing else.
type Introspection struct {
	Active    bool
	Scopes    []string
	Client    string
	TokenType string // Bearer, or refresh_token
	Subject   string // the user's id, or the client's
	Audience  []string
	Org       string
	ID        string // jti; empty for refresh tokens
	IssuedAt  time.Time
	ExpiresAt time.Time
	AuthTime  time.Time // zero: no user
}

// Introspect tells what a token is worth now (RFC 7662). The caller must be a confidential client. Tokens of others are
// inactive to it, unless it may introspect any. token_type_hint changes nothing.
func (s *Server) Introspect(ctx context.Context, call *Call) (Introspection, error) {
	c, text, err := s.aboutToken(ctx, call)
	if err != nil {
		return Introspection{}, err
	}
	if c.Public() {
		return Introspection{}, badClient("Introspection needs a confidential client (RFC 7662 2.1).")
	}
	found, err := s.inspect(ctx, text)
	if err != nil {
		e := AsError(err)
		s.note(call, e)
		return Introspection{}, e
	}
	if found.Client != c.ID && !c.IntrospectAny {
		return Introspection{}, nil
	}
	return found, nil
}

// aboutToken reads what introspection and revocation have in common: an authenticated client and a token.
func (s *Server) aboutToken(ctx context.Context, call *Call) (*client.Client, string, error) {
	c, err := s.callerOf(ctx, call)
	if err == nil && !call.Form.Has("token") {
		err = refuse(InvalidRequest, "The parameter token is missing.")
	}
	if err != nil {
		e := AsError(err)
		s.note(call, e)
		return nil, "", e
	}
	return c, call.Form.Get("token"), nil
}

func (s *Server) callerOf(ctx context.Context, call *Call) (*client.Client, error) {
	if err := CheckForm(call.Form); err != nil {
		return nil, err
	}
	if call.Query.Has("token") {
		return nil, refuse(InvalidRequest, "The token must be in the body, not in the URL's query.")
	}
	return s.authenticate(ctx, call)
}

func (s *Server) inspect(ctx context.Context, text string) (Introspection, error) {
	if strings.HasPrefix(text, refreshPrefix) {
		return s.inspectRefresh(ctx, text)
	}
	a, live, err := s.Access(ctx, text)
	if err != nil || !live {
		return Introspection{}, err
	}
	subject := a.Client
	if !a.Subject.IsZero() {
		subject = a.Subject.String()
	}
	return Introspection{
		Active: true, Scopes: a.Scopes, Client: a.Client, TokenType: "Bearer", Subject: subject, Audience: a.Audience,
		Org: a.Org.String(), ID: a.ID.String(), IssuedAt: a.IssuedAt, ExpiresAt: a.ExpiresAt, AuthTime: a.AuthTime,
	}, nil
}

// Access opens an access token, sealed or JWT, and tells whether it is live now. Errors: storage.ErrUnavailable.
func (s *Server) Access(ctx context.Context, text string) (token.Access, bool, error) {
	a, err := accessOf(text, s.mint)
	if s.unsure(err) {
		return token.Access{}, false, storage.ErrUnavailable
	}
	if err != nil || !s.now().Before(a.ExpiresAt) {
		return token.Access{}, false, nil
	}
	c, err := s.mirror.Client(ctx, a.Client)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return token.Access{}, false, nil
	case err != nil:
		return token.Access{}, false, err
	case c.Disabled || a.ClientEpoch < c.Epoch:
		return token.Access{}, false, nil
	}
	dead, err := s.mirror.Revoked(ctx, carrier(&a))
	return a, !dead && err == nil, err
}

func (s *Server) inspectRefresh(ctx context.Context, text string) (Introspection, error) {
	r, err := s.mint.ParseRefresh(text)
	if s.unsure(err) {
		return Introspection{}, storage.ErrUnavailable
	}
	if err != nil {
		return Introspection{}, nil
	}
	g, err := s.store.Grant(ctx, r.Grant)
	if errors.Is(err, storage.ErrNotFound) {
		return Introspection{}, nil
	}
	if err != nil {
		return Introspection{}, err
	}
	live, err := s.grantLive(ctx, &g, r)
	if err != nil || !live {
		return Introspection{}, err
	}
	return Introspection{
		Active: true, Scopes: g.Scopes, Client: g.ClientID, TokenType: "refresh_token", Subject: g.UserID.String(),
		Audience: g.Audience, Org: g.OrgID.String(), IssuedAt: g.RotatedAt, ExpiresAt: refreshEnd(&g), AuthTime: g.AuthTime,
	}, nil
}

// grantLive tells whether r would be taken by the token endpoint now.
func (s *Server) grantLive(ctx context.Context, g *storage.Grant, r token.Refresh) (bool, error) {
	hash := r.Hash()
	if !g.RevokedAt.IsZero() || r.Generation != g.Generation || string(hash[:]) != string(g.TokenHash) || !s.now().Before(refreshEnd(g)) {
		return false, nil
	}
	c, err := s.mirror.Client(ctx, g.ClientID)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	dead, err := s.mirror.Revoked(ctx, mirror.Carrier{
		Grant: g.ID, User: g.UserID, UserEpoch: g.UserEpoch, Client: g.ClientID, ClientEpoch: g.ClientEpoch,
	})
	return err == nil && !dead && !c.Disabled && g.ClientEpoch >= c.Epoch, err
}

// refreshEnd is when the refresh token of g ends if nobody uses it.
func refreshEnd(g *storage.Grant) time.Time {
	if idle := g.RotatedAt.Add(g.IdleTTL); g.IdleTTL > 0 && idle.Before(g.ExpiresAt) {
		return idle
	}
	return g.ExpiresAt
}
