package grant

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"postern/authz/client"
	"postern/storage"
)

// Presented is what a request shows of a client: one method, never two (RFC 6749 2.3).
type presented struct {
	id      string
	method  string // client_secret_basic, client_secret_post or none
	secrets []string
}

// authenticate finds out which client calls. Unknown clients, disabled ones, wrong secrets and wrong methods look the
// same outside (RFC 6749 5.2: invalid_client), and take the same time.
func (s *Server) authenticate(ctx context.Context, call *Call) (*client.Client, error) {
	p, err := readClient(call)
	if err != nil {
		return nil, err
	}
	if wait := s.secrets.Wait(call.Address, s.now()); wait > 0 {
		return nil, tooMany(wait, "too many failed client authentications from this address")
	}
	c, err := s.lookUp(ctx, call, p.id)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		compareNothing(p)
		return nil, s.authFailed(call, p, nil, "unknown client")
	case err != nil:
		return nil, err
	case c.Disabled:
		compareNothing(p)
		return nil, s.authFailed(call, p, c, "client is disabled")
	case c.AuthMethod != p.method:
		compareNothing(p)
		return nil, s.authFailed(call, p, c, "client is registered for "+c.AuthMethod+" but used "+p.method)
	case p.method == "none":
		return c, nil
	}
	for _, secret := range p.secrets {
		if id, ok := c.Authenticate(secret, s.now()); ok {
			s.store.SeenLater("client_secret", id, s.now())
			return c, nil
		}
	}
	return nil, s.authFailed(call, p, c, "wrong or expired client secret")
}

// lookUp finds a client, and limits how often one address may ask for such as are not in memory.
func (s *Server) lookUp(ctx context.Context, call *Call, id string) (*client.Client, error) {
	if id == "" || len(id) > maxClientID {
		return nil, storage.ErrNotFound
	}
	if !s.mirror.Known(id) {
		if wait := s.strange.Wait(call.Address, s.now()); wait > 0 {
			return nil, tooMany(wait, "too many unknown clients from this address")
		}
	}
	c, err := s.mirror.Client(ctx, id)
	if errors.Is(err, storage.ErrNotFound) {
		s.strange.Fail(call.Address, s.now())
	}
	return c, err
}

// Client finds a client for somebody at address who shows no credentials: strangers who make up ids are limited as those who
// try to authenticate are. Errors: storage.ErrNotFound, storage.ErrUnavailable, an *Error with status 429.
func (s *Server) Client(ctx context.Context, address netip.Addr, id string) (*client.Client, error) {
	return s.lookUp(ctx, &Call{Address: address}, id)
}

const maxClientID = 200

func (s *Server) authFailed(call *Call, p presented, c *client.Client, reason string) *Error {
	if p.method != "none" {
		s.secrets.Fail(call.Address, s.now())
	}
	e := refuse(InvalidClient, "Client authentication failed: the client is unknown, its credentials are wrong, or it used another authentication method than the registered one.").because(reason)
	e.Status = http.StatusUnauthorized
	e.Basic = true
	if c != nil {
		e.Client = c.ID
	}
	return e
}

func compareNothing(p presented) {
	for _, secret := range p.secrets {
		sum := sha256.Sum256([]byte(secret))
		subtle.ConstantTimeCompare(sum[:], make([]byte, len(sum)))
	}
}

// readClient reads the one method that the request uses.
func readClient(call *Call) (presented, error) {
	for _, name := range []string{"client_secret", "client_assertion"} {
		if call.Query.Has(name) {
			return presented{}, badClient("Credentials must not be in the URL's query; send them in the body or the Authorization header.")
		}
	}
	if call.Form.Has("client_assertion") || call.Form.Has("client_assertion_type") {
		return presented{}, badClient("client_assertion is not supported; use client_secret_basic or client_secret_post.")
	}
	id, secret := call.Form.Get("client_id"), call.Form.Get("client_secret")
	switch len(call.Authorization) {
	case 0:
	case 1:
		return readBasic(call.Authorization[0], id, secret)
	default:
		return presented{}, refuse(InvalidRequest, "More than one Authorization header; send one.")
	}
	if id == "" {
		return presented{}, badClient("No client authentication: send client_id and the credentials that the client is registered with.")
	}
	if secret == "" {
		return presented{id: id, method: "none"}, nil
	}
	return presented{id: id, method: "client_secret_post", secrets: []string{secret}}, nil
}

func badClient(description string) *Error {
	e := refuse(InvalidClient, description)
	e.Status = http.StatusUnauthorized
	e.Basic = true
	return e
}

// readBasic reads RFC 6749 2.3.1's client_secret_basic: id and secret are form-encoded before they are joined. Many
// clients forget that, so a raw secret is tried too; it can only match if it is the very secret.
func readBasic(header, bodyID, bodySecret string) (presented, error) {
	scheme, rest, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Basic") {
		return presented{}, badClient("The Authorization header must use the scheme Basic here.")
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(strings.TrimSpace(rest))
	if err != nil || !cleanText(string(raw)) {
		return presented{}, badClient("The Authorization header is not Basic base64(client_id:client_secret).")
	}
	id, secret, ok := strings.Cut(string(raw), ":")
	if !ok {
		return presented{}, badClient("The Authorization header has no colon between client_id and client_secret.")
	}
	if bodySecret != "" {
		return presented{}, refuse(InvalidRequest, "Client credentials are both in the Authorization header and in the body; send one of them.")
	}
	if decoded, err := url.QueryUnescape(id); err == nil {
		id = decoded
	}
	if !cleanText(id) { // by its escapes: no client has such an id, and PostgreSQL takes no such text
		return presented{}, badClient("The client_id in the Authorization header is not text.")
	}
	if bodyID != "" && bodyID != id {
		return presented{}, badClient("client_id in the body differs from the one in the Authorization header.")
	}
	secrets := []string{secret}
	if decoded, err := url.QueryUnescape(secret); err == nil && decoded != secret {
		secrets = []string{decoded, secret}
	}
	return presented{id: id, method: "client_secret_basic", secrets: secrets}, nil
}
