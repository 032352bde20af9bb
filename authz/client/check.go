package client

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"postern/authz/redirect"
	"postern/authz/scope"
)

// MaxRedirectURIs is how many redirect URIs a client can have.
const MaxRedirectURIs = 50

const (
	maxContacts = 10
	maxKeySet   = 16 << 10 // bytes
)

// check returns every problem of m, and writes its scope in the canonical form.
func (m *Metadata) check() Problems {
	var p Problems
	m.checkRedirects(&p)
	m.checkKind(&p)
	m.checkFlow(&p)
	m.checkTokens(&p)
	m.checkScope(&p)
	m.checkTexts(&p)
	m.checkLinks(&p)
	m.checkKeys(&p)
	return p
}

// checkRedirects judges each URI by itself and says which one it means, as forms show one message for each line.
func (m *Metadata) checkRedirects(p *Problems) {
	if len(m.RedirectURIs) > MaxRedirectURIs {
		p.add("redirect_uris", fmt.Sprintf("has more than %d URIs", MaxRedirectURIs))
		return
	}
	for i, uri := range m.RedirectURIs {
		problem := redirect.Check(uri, m.Kind)
		switch {
		case problem != nil:
			p.add("redirect_uris", fmt.Sprintf("number %d %s", i+1, problem.Message))
		case slices.Contains(m.RedirectURIs[:i], uri):
			p.add("redirect_uris", fmt.Sprintf("number %d is there twice", i+1))
		}
	}
	if m.usesCode() && len(m.RedirectURIs) == 0 && m.Kind != Machine {
		p.add("redirect_uris", "needs at least one URI")
	}
}

func (m *Metadata) checkScope(p *Problems) {
	patterns, err := scope.ParseAllowance(m.Scope)
	if err != nil {
		p.add("scope", "is refused: "+err.Error())
		return
	}
	m.Scope = scope.Format(patterns)
}

// checkTokens bounds lifetimes. What is 0 or nil follows the server's settings, and is bounded there.
func (m *Metadata) checkTokens(p *Problems) {
	if !slices.Contains([]string{Opaque, JWT}, m.AccessTokenFormat) {
		p.add("access_token_format", "must be opaque or jwt")
	}
	for _, ttl := range []struct {
		field            string
		value            Seconds
		least, most, off Seconds
		bounds           string
	}{
		{"access_token_ttl", m.AccessTTL, 60, 24 * hour, 0, "60 to 86400 (24 hours)"},
		{"refresh_token_ttl", m.RefreshTTL, hour, 400 * 24 * hour, 0, "3600 to 34560000 (400 days)"},
		{"refresh_idle_ttl", or(m.RefreshIdle, 0), hour, 400 * 24 * hour, 0, "3600 to 34560000 (400 days), or 0 for no limit"},
		{"refresh_grace", or(m.RefreshGrace, 0), 0, 600, 0, "0 to 600 (10 minutes)"},
	} {
		if ttl.value != ttl.off && (ttl.value < ttl.least || ttl.value > ttl.most) {
			p.add(ttl.field, "must be "+ttl.bounds+" seconds")
		}
	}
	if idle := or(m.RefreshIdle, 0); m.RefreshTTL != 0 && idle > m.RefreshTTL {
		p.add("refresh_idle_ttl", "must not be longer than refresh_token_ttl")
	}
}

const hour Seconds = 3600

// or returns what p points to, or else what stands for nil.
func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}

// secretMembers are the members of a JWK that only its owner may know (RFC 7518, sections 6.2.2, 6.3.2 and 6.4).
var secretMembers = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

// checkKeys takes a set of public keys. What else a key must be is checked where it is used.
func (m *Metadata) checkKeys(p *Problems) {
	if len(m.JWKS) == 0 {
		return
	}
	if len(m.JWKS) > maxKeySet {
		p.add("jwks", fmt.Sprintf("is longer than %d bytes", maxKeySet))
		return
	}
	var set struct {
		Keys []map[string]json.RawMessage `json:"keys"`
	}
	if json.Unmarshal(m.JWKS, &set) != nil || len(set.Keys) == 0 {
		p.add("jwks", "must be an object with an array keys of at least one key")
		return
	}
	for i, key := range set.Keys {
		if isSecretKey(key) {
			p.add("jwks", fmt.Sprintf("has a private or symmetric key (number %d): register public keys only", i+1))
		}
	}
}

// isSecretKey looks at names without their case: other parsers are that careless.
func isSecretKey(key map[string]json.RawMessage) bool {
	for name, value := range key {
		var text string
		json.Unmarshal(value, &text) // what is no text is not oct
		if slices.Contains(secretMembers, strings.ToLower(name)) || strings.EqualFold(name, "kty") && strings.EqualFold(text, "oct") {
			return true
		}
	}
	return false
}
