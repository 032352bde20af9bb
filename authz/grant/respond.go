package grant

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"postern/authz/token"
	"postern/storage"
)

// Scope is an entry of the scope catalogue.
type Scope = storage.Scope

// Visitor is who sits at the browser, if somebody is signed in.
type Visitor struct {
	SignedIn  bool
	Session   storage.ID
	User      storage.ID
	UserEpoch int64
	Org       storage.ID // the organization that the person acts for
	AuthTime  time.Time
}

// Param is one parameter of an authorization response.
type Param struct{ Name, Value string }

// Response is the answer to an authorization request, to be sent through the browser (RFC 6749 4.1.2, RFC 9207 2).
type Response struct {
	URI    string
	Mode   string // query or form_post
	Params []Param
}

// Location is the URL of a redirect: the registered query stays, the parameters follow it.
func (r Response) Location() string {
	var b strings.Builder
	b.WriteString(r.URI)
	separator := byte('?')
	if strings.Contains(r.URI, "?") {
		separator = '&'
	}
	for _, p := range r.Params {
		b.WriteByte(separator)
		b.WriteString(p.Name)
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(p.Value))
		separator = '&'
	}
	return b.String()
}

func (s *Server) response(r *AuthorizeRequest, params ...Param) Response {
	if r.HasState {
		params = append(params, Param{"state", r.State})
	}
	params = append(params, Param{"iss", s.issuer})
	return Response{URI: r.RedirectURI, Mode: r.ResponseMode, Params: params}
}

// Refuse tells the app why there is no code.
func (s *Server) Refuse(r *AuthorizeRequest, err error) Response {
	e := AsError(err)
	return s.response(r, Param{"error", string(e.Code)}, Param{"error_description", e.Description})
}

// Permission is what a visitor allows.
type Permission struct {
	Scopes  []string   // of those asked for
	Org     storage.ID // the organization that the grant acts for
	Consent storage.ID // zero: a first-party app, which needs none
}

// Respond makes the code. It writes nothing.
func (s *Server) Respond(ctx context.Context, r *AuthorizeRequest, v Visitor, p Permission) (Response, error) {
	now := s.now()
	x := &exchange{client: r.Client, now: now, user: v.User, org: p.Org, code: &token.Code{
		Grant: storage.NewID(now), Client: r.Client.ID, User: v.User, Org: p.Org, Consent: p.Consent, Session: v.Session,
		RedirectHash: r.redirectHash(), RedirectSent: r.RedirectSent,
		Challenge: r.Challenge, HasChallenge: r.HasChallenge, Nonce: r.Nonce,
		Scopes: p.Scopes, AuthTime: v.AuthTime, ExpiresAt: now.Add(s.codeTTL),
		ClientEpoch: r.Client.Epoch, UserEpoch: v.UserEpoch,
		Refresh: refreshDue(r, p.Scopes), FirstParty: r.Client.FirstParty,
	}}
	ctx = context.WithValue(ctx, provenKey{}, &seamClient{Client: r.Client, redirects: []string{r.RedirectURI}})
	request, err := s.fosite.NewAuthorizeRequest(ctx, r.httpRequest())
	if err != nil {
		return Response{}, err
	}
	for _, name := range p.Scopes {
		request.GrantScope(name)
	}
	answer, err := s.fosite.NewAuthorizeResponse(ctx, request, x)
	if errors.Is(err, token.ErrTooLong) {
		return Response{}, refuse(InvalidRequest, "The request is too long to be answered with a code: ask for fewer scopes, or send a shorter nonce.")
	}
	if err != nil {
		return Response{}, err
	}
	if !p.Consent.IsZero() {
		s.store.SeenLater("consent", p.Consent, now)
	}
	s.store.CountLater("client", r.Client.ID, "authorized", now)
	return s.response(r, Param{"code", answer.GetParameters().Get("code")}), nil
}

// ActsAlone tells whether the app will be able to act while the person is away, if all is granted.
func (r *AuthorizeRequest) ActsAlone() bool { return refreshDue(r, r.Scopes) }

// refreshDue tells whether the grant gets a refresh token: the client has that grant type and, for requests with openid,
// offline_access was granted (OpenID Connect Core 11).
func refreshDue(r *AuthorizeRequest, granted []string) bool {
	if !r.Client.Refreshes() {
		return false
	}
	return !slices.Contains(granted, "openid") || slices.Contains(granted, "offline_access")
}
