package oauth

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"postern/authz/grant"
	"postern/web/inbound"
)

// metadata is RFC 8414 2's document, with RFC 9207 3's and RFC 7636's members. It says what is there and nothing else.
type metadata struct {
	Issuer                            string   `json:"issuer"`
	AuthorizationEndpoint             string   `json:"authorization_endpoint"`
	TokenEndpoint                     string   `json:"token_endpoint"`
	JWKSURI                           string   `json:"jwks_uri"`
	RevocationEndpoint                string   `json:"revocation_endpoint"`
	IntrospectionEndpoint             string   `json:"introspection_endpoint"`
	ResponseTypes                     []string `json:"response_types_supported"`
	ResponseModes                     []string `json:"response_modes_supported"`
	GrantTypes                        []string `json:"grant_types_supported"`
	TokenEndpointAuthMethods          []string `json:"token_endpoint_auth_methods_supported"`
	RevocationEndpointAuthMethods     []string `json:"revocation_endpoint_auth_methods_supported"`
	IntrospectionEndpointAuthMethods  []string `json:"introspection_endpoint_auth_methods_supported"`
	CodeChallengeMethods              []string `json:"code_challenge_methods_supported"`
	AuthorizationResponseISSSupported bool     `json:"authorization_response_iss_parameter_supported"`
}

// Metadata serves /.well-known/oauth-authorization-server: bytes made once.
func Metadata(grants *grant.Server) (http.Handler, error) {
	issuer := grants.Issuer()
	secrets := []string{"client_secret_basic", "client_secret_post"}
	body, err := json.MarshalIndent(metadata{
		Issuer:                            issuer,
		AuthorizationEndpoint:             issuer + "/oauth/authorize",
		TokenEndpoint:                     issuer + "/oauth/token",
		JWKSURI:                           issuer + "/.well-known/jwks.json",
		RevocationEndpoint:                issuer + "/oauth/revoke",
		IntrospectionEndpoint:             issuer + "/oauth/introspect",
		ResponseTypes:                     []string{"code"},
		ResponseModes:                     []string{"query", "form_post"},
		GrantTypes:                        grants.GrantTypes(),
		TokenEndpointAuthMethods:          append([]string{"none"}, secrets...),
		RevocationEndpointAuthMethods:     append([]string{"none"}, secrets...),
		IntrospectionEndpointAuthMethods:  secrets,
		CodeChallengeMethods:              []string{"S256"},
		AuthorizationResponseISSSupported: true,
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write metadata: %w", err)
	}
	tag := etag(body)
	return document(func() ([]byte, string) { return body, tag }, 5*time.Minute), nil
}

// JWKS serves /.well-known/jwks.json: bytes made when the keys last changed. Resource servers may keep them for maxAge,
// which is how long a new key is announced before it is used.
func JWKS(jwks func() []byte, maxAge time.Duration) http.Handler {
	return document(func() ([]byte, string) {
		body := jwks()
		return body, etag(body)
	}, maxAge)
}

// document serves public JSON to anyone, scripts of every origin included. The requests are many and alike, so it is
// mounted before the middleware.
func document(body func() ([]byte, string), maxAge time.Duration) http.Handler {
	cache := "public, max-age=" + strconv.Itoa(int(maxAge/time.Second))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inbound.EndChunked(w, r) // the middleware does not see this request
		h := w.Header()
		h["Access-Control-Allow-Origin"] = anyOrigin
		switch r.Method {
		case http.MethodGet, http.MethodHead:
		case http.MethodOptions:
			h.Set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
			h.Set("Access-Control-Allow-Headers", "*")
			h.Set("Access-Control-Max-Age", "3600")
			w.WriteHeader(http.StatusNoContent)
			return
		default:
			h.Set("Allow", "GET, HEAD, OPTIONS")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		b, tag := body()
		h["Content-Type"] = jsonType
		h["Cache-Control"] = []string{cache}
		h["X-Content-Type-Options"] = noSniff
		h["Etag"] = []string{tag}
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h["Content-Length"] = []string{strconv.Itoa(len(b))}
		if r.Method == http.MethodGet {
			w.Write(b)
		}
	})
}

var (
	anyOrigin = []string{"*"}
	jsonType  = []string{"application/json"}
	noSniff   = []string{"nosniff"}
)

func etag(b []byte) string {
	sum := sha256.Sum256(b)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}
