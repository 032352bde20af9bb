package grant

import (
	"context"
	"log/slog"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/ory/fosite"

	"postern/authz/event"
	"postern/authz/key"
	"postern/authz/mirror"
	"postern/authz/throttle"
	"postern/authz/token"
	"postern/storage"
)

// Config is what a Server stands on.
type Config struct {
	Issuer  string // without a trailing slash
	Store   *storage.Store
	Mirror  *mirror.Mirror
	Mint    *token.Mint
	Keys    *key.Ring
	CodeTTL time.Duration // 10 s to 60 s; 0: 60 s
	Now     func() time.Time
	Logger  *slog.Logger
}

// Server answers protocol requests. It is safe for concurrent use.
type Server struct {
	issuer  string
	store   *storage.Store
	mirror  *mirror.Mirror
	mint    *token.Mint
	keys    *key.Ring
	codeTTL time.Duration
	now     func() time.Time
	log     *slog.Logger
	secrets *throttle.Limiter // failed client secrets, by address
	strange *throttle.Limiter // unknown client ids, by address

	fosite *fosite.Fosite
	grants map[string]flow
}

// New makes a Server.
func New(c Config) *Server {
	if c.CodeTTL == 0 {
		c.CodeTTL = time.Minute
	}
	s := &Server{
		issuer: c.Issuer, store: c.Store, mirror: c.Mirror, mint: c.Mint, keys: c.Keys, codeTTL: c.CodeTTL, now: c.Now, log: c.Logger,
		secrets: throttle.NewSecretLimiter(),
		strange: throttle.NewMissLimiter(),
	}
	s.wire()
	return s
}

// Issuer is the server's own name, without a trailing slash.
func (s *Server) Issuer() string { return s.issuer }

// AllowsOrigin tells whether origin is that of one of the client's redirect URIs (OIDC clients in browsers).
func (s *Server) AllowsOrigin(ctx context.Context, clientID, origin string) bool {
	if !s.mirror.Known(clientID) && !s.mirror.Stale() { // it was looked for just now, and is not there
		return false
	}
	c, err := s.mirror.Client(ctx, clientID)
	return err == nil && slices.ContainsFunc(c.RedirectURIs, func(uri string) bool { return originOf(uri) == origin })
}

// originOf is the web origin of a URI (RFC 6454 4), without default ports. Registered hosts are lower case or do not
// match: browsers send them so.
func originOf(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// Call is a request to a protocol endpoint, as the web floor has read it: a POST with a form of at most 64 KiB.
type Call struct {
	Form          url.Values // of the body alone
	Query         url.Values // of the URL: nothing of OAuth may be in it
	Authorization []string   // the header's values
	Address       netip.Addr // of the caller, proxies taken into account
	RequestID     string
}

func (c *Call) actor(kind, id, name string) event.Actor {
	return event.Actor{Kind: kind, ID: id, Name: name, Address: c.Address.String(), RequestID: c.RequestID}
}
