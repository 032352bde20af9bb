package grant

import (
	"context"
	"net/url"
	"time"

	"github.com/ory/fosite"
	"github.com/ory/fosite/handler/oauth2"
	"github.com/ory/fosite/handler/pkce"

	"postern/authz/scope"
)

// The seam: what fosite asks of us, on one screen.
var (
	_ fosite.Storage                = seamStore{}
	_ oauth2.CoreStorage            = seamStore{}
	_ oauth2.TokenRevocationStorage = seamStore{}
	_ pkce.PKCERequestStorage       = seamStore{}
	_ oauth2.CoreStrategy           = seamStrategy{}
	_ fosite.TokenEndpointHandler   = (*dispatcher)(nil)
	_ fosite.Session                = (*exchange)(nil)
	_ fosite.Client                 = (*seamClient)(nil)
	_ fosite.ResponseModeClient     = (*seamClient)(nil)

	_ fosite.ClientWithCustomTokenLifespans = (*seamClient)(nil)
)

// wire makes the provider out of explicit handlers. Every field is filled: fosite's lazy defaults are data races. To add
// a grant type, add a line to grants.
func (s *Server) wire() {
	store, strategy := seamStore{s}, seamStrategy{s}
	config := s.fositeConfig()
	code := &oauth2.AuthorizeExplicitGrantHandler{
		AccessTokenStrategy: strategy, RefreshTokenStrategy: strategy, AuthorizeCodeStrategy: strategy,
		CoreStorage: store, TokenRevocationStorage: store, Config: config,
	}
	proof := &pkce.Handler{AuthorizeCodeStrategy: strategy, Storage: store, Config: config}
	refresh := &oauth2.RefreshTokenGrantHandler{
		AccessTokenStrategy: strategy, RefreshTokenStrategy: strategy, TokenRevocationStorage: store, Config: config,
	}
	machine := &oauth2.ClientCredentialsGrantHandler{
		HandleHelper: &oauth2.HandleHelper{AccessTokenStrategy: strategy, AccessTokenStorage: store, Config: config},
		Config:       config,
	}
	grants := map[string]flow{
		"authorization_code": {steps: []fosite.TokenEndpointHandler{code, proof}},
		"client_credentials": {before: s.scopesForMachine, steps: []fosite.TokenEndpointHandler{machine}},
		"refresh_token":      {steps: []fosite.TokenEndpointHandler{refresh}},
	}
	config.AuthorizeEndpointHandlers = fosite.AuthorizeEndpointHandlers{code, proof}
	config.TokenEndpointHandlers = fosite.TokenEndpointHandlers{&dispatcher{grants: grants}}
	s.grants = grants
	s.fosite = fosite.NewOAuth2Provider(store, config)
}

func (s *Server) fositeConfig() *fosite.Config {
	return &fosite.Config{
		AccessTokenLifespan:            time.Hour, // never used: seamClient answers for each client
		RefreshTokenLifespan:           -1,
		AuthorizeCodeLifespan:          s.codeTTL,
		IDTokenLifespan:                time.Hour,
		IDTokenIssuer:                  s.issuer,
		AccessTokenIssuer:              s.issuer,
		ScopeStrategy:                  func(allowance []string, name string) bool { return scope.Allowed(allowance, name) },
		AudienceMatchingStrategy:       fosite.ExactAudienceMatchingStrategy,
		EnforcePKCEForPublicClients:    true,
		EnablePKCEPlainChallengeMethod: false,
		TokenURL:                       s.issuer + "/oauth/token",
		JWKSFetcherStrategy:            nil, // no handler that is wired asks for it
		TokenEntropy:                   32,
		RedirectSecureChecker:          func(context.Context, *url.URL) bool { return true }, // authz/redirect has decided
		RefreshTokenScopes:             []string{},
		MinParameterEntropy:            1,
		ClientAuthenticationStrategy:   authenticated,
		OmitRedirectScopeParam:         true,
		SanitationWhiteList:            []string{"redirect_uri"},
		ClientSecretsHasher:            noHasher{},
		AllowedPromptValues:            []string{"none", "login", "consent", "select_account"},
	}
}

// flow is how one grant type is answered: a check of our own, then fosite's handlers in order.
type flow struct {
	before func(context.Context, fosite.AccessRequester, *exchange) error
	steps  []fosite.TokenEndpointHandler
}

// dispatcher is the one handler that fosite sees. It hands a request to the handlers of its grant type alone, where
// fosite would ask each of them about each request.
type dispatcher struct{ grants map[string]flow }

func (d *dispatcher) flow(r fosite.AccessRequester) (flow, bool) {
	types := r.GetGrantTypes()
	if len(types) != 1 {
		return flow{}, false
	}
	f, ok := d.grants[types[0]]
	return f, ok
}

func (d *dispatcher) CanSkipClientAuth(context.Context, fosite.AccessRequester) bool { return false }

func (d *dispatcher) CanHandleTokenEndpointRequest(_ context.Context, r fosite.AccessRequester) bool {
	_, ok := d.flow(r)
	return ok
}

func (d *dispatcher) HandleTokenEndpointRequest(ctx context.Context, r fosite.AccessRequester) error {
	f, ok := d.flow(r)
	if !ok {
		return fosite.ErrUnknownRequest
	}
	if f.before != nil {
		if err := f.before(ctx, r, r.GetSession().(*exchange)); err != nil {
			return err
		}
	}
	for _, step := range f.steps {
		if err := step.HandleTokenEndpointRequest(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

func (d *dispatcher) PopulateTokenEndpointResponse(ctx context.Context, r fosite.AccessRequester, w fosite.AccessResponder) error {
	f, ok := d.flow(r)
	if !ok {
		return fosite.ErrUnknownRequest
	}
	for _, step := range f.steps {
		if err := step.PopulateTokenEndpointResponse(ctx, r, w); err != nil {
			return err
		}
	}
	return nil
}
