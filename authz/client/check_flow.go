package client

import (
	"fmt"
	"slices"
)

func (m *Metadata) usesCode() bool { return slices.Contains(m.GrantTypes, GrantCode) }

// checkKind looks for contradictions between the kind of app and how it authenticates.
func (m *Metadata) checkKind(p *Problems) {
	switch m.Kind {
	case Web, Machine:
		if m.AuthMethod == AuthNone {
			p.add("token_endpoint_auth_method", fmt.Sprintf("must not be none for a %s app: it keeps a secret", m.Kind))
		}
	case SPA, Native:
		if m.AuthMethod == AuthBasic || m.AuthMethod == AuthPost {
			p.add("token_endpoint_auth_method", fmt.Sprintf("must be none for a %s app: it cannot keep a secret", m.Kind))
		}
	default:
		p.add("kind", "must be web, spa, native or machine")
	}
	if !slices.Contains([]string{AuthBasic, AuthPost, AuthNone}, m.AuthMethod) {
		p.add("token_endpoint_auth_method", "must be client_secret_basic, client_secret_post or none")
	}
	switch m.ApplicationType {
	case "":
	case Web, Native:
		if m.usesCode() && (m.ApplicationType == Native) != (m.Kind == Native) {
			p.add("application_type", fmt.Sprintf("contradicts kind %s", shown(m.Kind)))
		}
	default:
		p.add("application_type", "must be web or native")
	}
}

// checkFlow looks for contradictions between grant types, response types and what the client is.
func (m *Metadata) checkFlow(p *Problems) {
	for i, grant := range m.GrantTypes {
		switch {
		case !slices.Contains([]string{GrantCode, GrantRefresh, GrantCredentials}, grant):
			p.add("grant_types", fmt.Sprintf("has %s, which is not supported", shown(grant)))
		case slices.Contains(m.GrantTypes[:i], grant):
			p.add("grant_types", fmt.Sprintf("has %s twice", grant))
		}
	}
	for _, response := range m.ResponseTypes {
		if response != "code" {
			p.add("response_types", "must be code alone: tokens never travel through the browser")
			break
		}
	}
	if len(m.ResponseTypes) > 0 && !m.usesCode() {
		p.add("response_types", "needs the grant type authorization_code")
	}
	if slices.Contains(m.GrantTypes, GrantRefresh) && !m.usesCode() {
		p.add("grant_types", "has refresh_token without a grant that gives refresh tokens")
	}
	if m.Kind == Machine && m.usesCode() {
		p.add("grant_types", "must not have authorization_code for a machine: it has no users")
	}
	m.checkPublic(p)
}

// checkPublic keeps from public clients what would need a secret to be safe.
func (m *Metadata) checkPublic(p *Problems) {
	if !m.Public() {
		return
	}
	if slices.Contains(m.GrantTypes, GrantCredentials) {
		p.add("grant_types", "must not have client_credentials for a public client")
	}
	if !or(m.RequirePKCE, true) {
		p.add("require_pkce", "must be true for a public client")
	}
	if !or(m.Rotation, true) {
		p.add("refresh_token_rotation", "must be true for a public client")
	}
	if m.IntrospectAny {
		p.add("introspect_any_token", "must be false for a public client: it cannot authenticate")
	}
}
