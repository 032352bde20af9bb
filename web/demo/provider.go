package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"

	"golang.org/x/oauth2"
)

// metadata is what the app needs of RFC 8414 section 2's document.
type metadata struct {
	Issuer        string `json:"issuer"`
	Authorization string `json:"authorization_endpoint"`
	Token         string `json:"token_endpoint"`
	Revocation    string `json:"revocation_endpoint"`
	Introspection string `json:"introspection_endpoint"`
}

// provider is the authorization server. Its metadata is read when it is first needed: both start at the same moment.
type provider struct {
	issuer string
	http   *http.Client

	mu    sync.Mutex
	known *metadata
}

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 64 << 10

// metadata returns the server's metadata, fetched until it was had once.
func (p *provider) metadata(ctx context.Context) (*metadata, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known != nil {
		return p.known, nil
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.issuer+"/.well-known/oauth-authorization-server", nil)
	if err != nil {
		return nil, fmt.Errorf("read server metadata: %w", err)
	}
	resp, err := p.http.Do(r)
	if err != nil {
		return nil, fmt.Errorf("read server metadata: %w", err)
	}
	defer resp.Body.Close()
	var m metadata
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(&m); err != nil {
		return nil, fmt.Errorf("read server metadata: status %d: %w", resp.StatusCode, err)
	}
	if resp.StatusCode != http.StatusOK || m.Issuer != p.issuer { // RFC 8414 3.3
		return nil, fmt.Errorf("read server metadata: status %d, issuer %q", resp.StatusCode, m.Issuer)
	}
	p.known = &m
	return p.known, nil
}

// oauth is the app as golang.org/x/oauth2 has it.
func (a *App) oauth(ctx context.Context) (*oauth2.Config, error) {
	m, err := a.provider.metadata(ctx)
	if err != nil {
		return nil, err
	}
	return &oauth2.Config{
		ClientID: a.c.App.ID, ClientSecret: a.c.App.Secret, RedirectURL: a.c.URL + "/callback", Scopes: a.c.Scopes,
		Endpoint: oauth2.Endpoint{AuthURL: m.Authorization, TokenURL: m.Token, AuthStyle: oauth2.AuthStyleInHeader},
	}, nil
}
