package grant

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ory/fosite"

	"postern/authz/client"
	"postern/authz/scope"
)

// Tokens is the successful answer of the token endpoint (RFC 6749 5.1).
type Tokens struct {
	Client       string // client_id of whom they are for
	AccessToken  string
	ExpiresIn    time.Duration
	RefreshToken string // empty: none
	Scopes       []string
}

// Token answers a token request. Errors are of type *Error or become so by AsError.
func (s *Server) Token(ctx context.Context, call *Call) (Tokens, error) {
	c, tokens, err := s.token(ctx, call)
	kind := call.Form.Get("grant_type")
	if err != nil {
		e := AsError(err)
		if c != nil {
			e.Client = c.ID
		}
		s.note(call, e)
		return Tokens{}, e
	}
	s.store.CountLater("client", c.ID, "issued."+kind, s.now())
	return tokens, nil
}

func (s *Server) token(ctx context.Context, call *Call) (*client.Client, Tokens, error) {
	if err := checkTokenCall(call); err != nil {
		return nil, Tokens{}, err
	}
	kind := call.Form.Get("grant_type")
	if _, ok := s.grants[kind]; !ok {
		return nil, Tokens{}, refuse(UnsupportedGrantType, "grant_type must be one of: "+strings.Join(s.GrantTypes(), ", ")+".")
	}
	c, err := s.authenticate(ctx, call)
	if err != nil {
		return nil, Tokens{}, err
	}
	if !c.Allows(kind) {
		return c, Tokens{}, refuse(UnauthorizedClient, "This client is not registered for the grant type "+kind+".")
	}
	x := &exchange{client: c, call: call, now: s.now(), org: c.OrgID, appEpoch: c.Epoch}
	tokens, err := s.run(ctx, x)
	return c, tokens, err
}

func checkTokenCall(call *Call) error {
	if err := CheckForm(call.Form); err != nil {
		return err
	}
	if call.Form.Has("resource") {
		return refuse(InvalidTarget, "resource: no protected resource of that name is registered.")
	}
	if !call.Form.Has("grant_type") {
		return refuse(InvalidRequest, "The parameter grant_type is missing.")
	}
	call.Form.Del("audience") // not a parameter of these grants: ignored (RFC 6749 3.2)
	return nil
}

// run takes x through fosite's two steps.
func (s *Server) run(ctx context.Context, x *exchange) (Tokens, error) {
	r := &http.Request{Method: http.MethodPost, URL: &url.URL{}, Header: http.Header{}, Form: x.call.Form, PostForm: x.call.Form}
	ctx = context.WithValue(ctx, exchangeKey{}, x)
	request, err := s.fosite.NewAccessRequest(ctx, r, x)
	if err != nil {
		return Tokens{}, err
	}
	response, err := s.fosite.NewAccessResponse(ctx, request)
	if err != nil {
		return Tokens{}, err
	}
	refresh, _ := response.GetExtra("refresh_token").(string)
	return Tokens{
		Client:       x.client.ID,
		AccessToken:  response.GetAccessToken(),
		ExpiresIn:    x.client.AccessTTL,
		RefreshToken: refresh,
		Scopes:       request.GetGrantedScopes(),
	}, nil
}

// GrantTypes lists the grant types that are wired, sorted.
func (s *Server) GrantTypes() []string {
	names := make([]string, 0, len(s.grants))
	for name := range s.grants {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// scopesForMachine grants a machine client what it asks for, or its defaults (RFC 6749 4.4.2, 3.3).
func (s *Server) scopesForMachine(ctx context.Context, r fosite.AccessRequester, x *exchange) error {
	granted, err := s.decideScopes(ctx, x.client, x.call.Form.Get("scope"))
	if err != nil {
		return err
	}
	r.SetRequestedScopes(granted)
	for _, name := range granted {
		r.GrantScope(name)
	}
	return nil
}

// decideScopes reads a scope parameter, separated by spaces or commas, and decides which of it the client may have.
func (s *Server) decideScopes(ctx context.Context, c *client.Client, text string) ([]string, error) {
	requested, err := scope.Parse(text)
	if err != nil {
		return nil, refuse(InvalidScope, "scope: "+legalText(err.Error())+".")
	}
	catalogue, err := s.mirror.Scopes(ctx)
	if err != nil {
		return nil, err
	}
	granted, refusal := scope.Decide(catalogue, c.Allowance, requested)
	if refusal != nil {
		return nil, refuse(InvalidScope, legalText(refusal.Error()))
	}
	return granted, nil
}

// note keeps a refusal for the administrator's pages, if it concerns a client that exists.
func (s *Server) note(call *Call, e *Error) {
	if e.Client == "" {
		return
	}
	s.store.CountLater("client", e.Client, "error."+string(e.Code), s.now())
	s.store.FailLater(failure(e, call, s.now()))
}
