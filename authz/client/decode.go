package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// MaxBody bounds a metadata document, in bytes.
const MaxBody = 64 << 10

// members are what Decode knows, by their exact names: encoding/json alone would take FIRST_PARTY for first_party.
var members = map[string]func(*Metadata) any{
	"access_token_format":        func(m *Metadata) any { return &m.AccessTokenFormat },
	"access_token_ttl":           func(m *Metadata) any { return &m.AccessTTL },
	"application_type":           func(m *Metadata) any { return &m.ApplicationType },
	"client_name":                func(m *Metadata) any { return &m.Name },
	"client_uri":                 func(m *Metadata) any { return &m.URI },
	"contacts":                   func(m *Metadata) any { return &m.Contacts },
	"description":                func(m *Metadata) any { return &m.Description },
	"first_party":                func(m *Metadata) any { return &m.FirstParty },
	"grant_types":                func(m *Metadata) any { return &m.GrantTypes },
	"introspect_any_token":       func(m *Metadata) any { return &m.IntrospectAny },
	"jwks":                       func(m *Metadata) any { return &m.JWKS },
	"kind":                       func(m *Metadata) any { return &m.Kind },
	"logo_uri":                   func(m *Metadata) any { return &m.LogoURI },
	"organization":               func(m *Metadata) any { return &m.Organization },
	"policy_uri":                 func(m *Metadata) any { return &m.PolicyURI },
	"redirect_uris":              func(m *Metadata) any { return &m.RedirectURIs },
	"refresh_grace":              func(m *Metadata) any { return &m.RefreshGrace },
	"refresh_idle_ttl":           func(m *Metadata) any { return &m.RefreshIdle },
	"refresh_token_rotation":     func(m *Metadata) any { return &m.Rotation },
	"refresh_token_ttl":          func(m *Metadata) any { return &m.RefreshTTL },
	"require_pkce":               func(m *Metadata) any { return &m.RequirePKCE },
	"response_types":             func(m *Metadata) any { return &m.ResponseTypes },
	"scope":                      func(m *Metadata) any { return &m.Scope },
	"software_id":                func(m *Metadata) any { return &m.SoftwareID },
	"software_version":           func(m *Metadata) any { return &m.SoftwareVersion },
	"token_endpoint_auth_method": func(m *Metadata) any { return &m.AuthMethod },
	"tos_uri":                    func(m *Metadata) any { return &m.TermsURI },
}

// Decode reads one JSON object. Members that it does not know are ignored, as RFC 7591, section 2, asks; of those that it
// knows, it takes only the right type. null is the same as nothing. The error is Problems. It does not check values:
// Complete does.
func Decode(document []byte) (Metadata, error) {
	var m Metadata
	raw, err := decodeObject(document)
	if err != nil {
		return m, Problems{{"", err.Error()}}
	}
	var problems Problems
	for name, value := range raw {
		field, known := members[name]
		if !known {
			continue
		}
		if err := json.Unmarshal(value, field(&m)); err != nil {
			problems.add(name, expected(err))
		}
	}
	if string(m.JWKS) == "null" {
		m.JWKS = nil
	}
	return m, problems.sorted().Err()
}

func decodeObject(document []byte) (map[string]json.RawMessage, error) {
	switch {
	case len(document) > MaxBody:
		return nil, fmt.Errorf("the document is longer than %d bytes", MaxBody)
	case !utf8.Valid(document):
		return nil, errors.New("the document is not UTF-8")
	case !bytes.HasPrefix(bytes.TrimLeft(document, " \t\r\n"), []byte("{")):
		return nil, errors.New("the document is not a JSON object")
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(document, &raw); err != nil {
		return nil, errors.New("the document is not well-formed JSON")
	}
	return raw, nil
}

// expected words a type error without what was received.
func expected(err error) string {
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return "is malformed"
	}
	switch wrong.Type.Kind().String() {
	case "slice":
		return "must be an array of strings"
	case "int64":
		return "must be a whole number of seconds"
	case "bool":
		return "must be true or false"
	}
	return "must be text"
}
