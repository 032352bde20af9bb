package client

import (
	"encoding/json"
	"time"
)

// The kinds of client.
const (
	Web     = "web"     // runs on a server and keeps a secret
	SPA     = "spa"     // runs in a browser: public
	Native  = "native"  // runs on a person's device, CLIs too: public
	Machine = "machine" // acts for itself
)

// The client authentication methods (RFC 7591, section 2).
const (
	AuthBasic = "client_secret_basic"
	AuthPost  = "client_secret_post"
	AuthNone  = "none"
)

// The grant types.
const (
	GrantCode        = "authorization_code"
	GrantRefresh     = "refresh_token"
	GrantCredentials = "client_credentials"
)

// The access token formats.
const (
	Opaque = "opaque"
	JWT    = "jwt"
)

// Seconds is a duration as JSON has it here: a whole number of seconds.
type Seconds int64

// Duration returns s as Go has it.
func (s Seconds) Duration() time.Duration { return time.Duration(s) * time.Second }

// Metadata is all that can be said of a client: the members of RFC 7591, section 2, then our own. A zero member was not
// said; Complete fills it in by the client's kind. What stays zero then follows the server's settings (Defaults).
type Metadata struct {
	Name            string          `json:"client_name,omitempty"` // 1 to 100 characters
	Kind            string          `json:"kind,omitempty"`        // web, spa, native or machine; cannot be changed
	ApplicationType string          `json:"application_type,omitempty"`
	RedirectURIs    []string        `json:"redirect_uris,omitempty"` // at most 50
	AuthMethod      string          `json:"token_endpoint_auth_method,omitempty"`
	GrantTypes      []string        `json:"grant_types,omitempty"`
	ResponseTypes   []string        `json:"response_types,omitempty"`
	Scope           string          `json:"scope,omitempty"` // the allowance: names and patterns, separated by spaces
	URI             string          `json:"client_uri,omitempty"`
	LogoURI         string          `json:"logo_uri,omitempty"`
	TermsURI        string          `json:"tos_uri,omitempty"`
	PolicyURI       string          `json:"policy_uri,omitempty"`
	Contacts        []string        `json:"contacts,omitempty"` // at most 10
	SoftwareID      string          `json:"software_id,omitempty"`
	SoftwareVersion string          `json:"software_version,omitempty"`
	JWKS            json.RawMessage `json:"jwks,omitempty"` // public keys only, at most 16 KiB

	Description       string   `json:"description,omitempty"`  // at most 500 characters
	Organization      string   `json:"organization,omitempty"` // slug or id of the publisher; not stored here
	RequirePKCE       *bool    `json:"require_pkce,omitempty"`
	AccessTokenFormat string   `json:"access_token_format,omitempty"`    // opaque or jwt
	Rotation          *bool    `json:"refresh_token_rotation,omitempty"` // false: for confidential clients only
	FirstParty        bool     `json:"first_party,omitempty"`            // no consent page
	IntrospectAny     bool     `json:"introspect_any_token,omitempty"`
	AccessTTL         Seconds  `json:"access_token_ttl,omitempty"`  // 1 min to 24 h; 0: the server's
	RefreshTTL        Seconds  `json:"refresh_token_ttl,omitempty"` // 1 h to 400 days; 0: the server's
	RefreshIdle       *Seconds `json:"refresh_idle_ttl,omitempty"`  // 1 h to 400 days, or 0 for no limit; nil: the server's
	RefreshGrace      *Seconds `json:"refresh_grace,omitempty"`     // 0 to 10 min; nil: the server's
}

// Public tells whether a client with this metadata cannot keep a secret. It is right once Complete has run.
func (m Metadata) Public() bool { return m.AuthMethod == AuthNone }
