package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"postern/authz/catalogue"
	"postern/authz/client"
	"postern/authz/grant"
	"postern/authz/identity"
	"postern/authz/key"
	"postern/authz/mirror"
	"postern/authz/overview"
	"postern/templates"
	"postern/web/account"
	"postern/web/admin"
	"postern/web/inbound"
	"postern/web/oauth"
	"postern/web/page"
	"postern/web/session"
	"postern/web/signin"
)

// Config is what the web floor stands on.
type Config struct {
	Issuer  string // https, or http on a loopback host; no trailing slash
	Proxies []netip.Prefix
	Site    templates.Site
	Logo    []byte // the operator's, PNG or SVG; nil: ours
	MaxAge  time.Duration
	Now     func() time.Time
	Logger  *slog.Logger
	Ready   func(context.Context) error // nil error: all that requests need is there

	Grants  *grant.Server
	People  *identity.Directory
	Clients *client.Registry
	Keys    *key.Ring
	Mirror  *mirror.Mirror
	Scopes  *catalogue.Registry
	Board   *overview.Board
}

// server holds the areas that routes.go hands requests to.
type server struct {
	config   Config
	secure   bool
	set      *templates.Set
	pages    *page.Writer
	sessions *session.Store
	oauth    *oauth.Endpoints
	signin   *signin.Pages
	account  *account.Pages
	admin    *admin.Pages
	guard    *http.CrossOriginProtection

	readiness readiness
}

// New makes the handler of everything.
func New(c Config) (http.Handler, error) {
	if err := c.brand(); err != nil {
		return nil, err
	}
	set, err := templates.New(c.Site)
	if err != nil {
		return nil, fmt.Errorf("parse templates: %w", err)
	}
	s := &server{config: c, secure: strings.HasPrefix(c.Issuer, "https:"), set: set}
	s.pages = page.New(set, c.Logger)
	s.sessions = session.NewStore(c.People, s.secure)
	s.oauth = oauth.New(c.Grants, c.Logger)
	s.signin = signin.New(signin.Config{
		Grants: c.Grants, People: c.People, Sessions: s.sessions, Pages: s.pages, Secure: s.secure,
	})
	s.account = account.New(account.Config{
		People: c.People, Clients: c.Clients, Mirror: c.Mirror, Sessions: s.sessions, Pages: s.pages, SignIn: s.signin.SendToSignIn,
		Secure: s.secure,
	})
	s.admin = admin.New(admin.Config{
		Issuer: c.Issuer, People: c.People, Clients: c.Clients, Scopes: c.Scopes, Board: c.Board, Keys: c.Keys, Mirror: c.Mirror,
		Announce: c.MaxAge,
		Sessions: s.sessions, Pages: s.pages, SignIn: s.signin.SendToSignIn, Now: c.Now, Logger: c.Logger,
	})
	if s.guard, err = s.crossOrigin(); err != nil {
		return nil, err
	}
	metadata, err := oauth.Metadata(c.Grants)
	if err != nil {
		return nil, err
	}
	documents := map[string]http.Handler{
		"/.well-known/oauth-authorization-server": metadata,
		"/.well-known/jwks.json":                  oauth.JWKS(c.Keys.JWKS, c.MaxAge),
	}
	rest := inbound.Wrap(inbound.Config{
		HTTPS: s.secure, Proxies: c.Proxies, Now: c.Now, Logger: c.Logger, Panic: s.panicked,
	}, s.routes())
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c.Keys.Halted() && r.URL.Path != "/healthz" && r.URL.Path != "/readyz" {
			halted(w)
			return
		}
		if d, ok := documents[r.URL.Path]; ok {
			d.ServeHTTP(w, r)
			return
		}
		rest.ServeHTTP(w, r)
	}), nil
}

// brand gives the operator's logo its URL, with a checksum as all static files have.
func (c *Config) brand() error {
	if c.Logo == nil {
		return nil
	}
	ending := ""
	switch {
	case http.DetectContentType(c.Logo) == "image/png":
		ending = ".png"
	case bytes.Contains(c.Logo[:min(len(c.Logo), 1024)], []byte("<svg")):
		ending = ".svg"
	default:
		return errors.New("the logo is neither a PNG nor an SVG image")
	}
	sum := sha256.Sum256(c.Logo)
	c.Site.LogoURL = "/brand/" + hex.EncodeToString(sum[:8]) + ending
	return nil
}

// panicked answers after a panic: with the form that the path's other errors have.
func (s *server) panicked(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/oauth/") && r.URL.Path != "/oauth/authorize" {
		s.oauth.Fail(w, r, errPanic)
		return
	}
	s.pages.Error(w, r, errPanic)
}

// halted refuses everything: what this server could sign or believe is revoked, and the new keys are sealed under a secret
// that it does not have.
func halted(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("Retry-After", "5")
	w.WriteHeader(http.StatusServiceUnavailable)
	w.Write([]byte(`{"error":"temporarily_unavailable","error_description":"This server waits to be restarted with the present secret."}`))
}

// crossOrigin guards our own forms: a browser's POST from another site is refused by its Sec-Fetch-Site or Origin header.
// Behind a proxy Host may differ from what the browser sees, so the issuer's origin is trusted by name.
func (s *server) crossOrigin() (*http.CrossOriginProtection, error) {
	guard := http.NewCrossOriginProtection()
	if err := guard.AddTrustedOrigin(s.config.Issuer); err != nil {
		return nil, fmt.Errorf("trust the issuer's origin: %w", err)
	}
	guard.SetDenyHandler(s.pages.Handle(func(http.ResponseWriter, *http.Request) error {
		return &page.Problem{
			Status: http.StatusForbidden, Heading: "This did not come from here",
			Message: "The form was sent by another site, so nothing was done.", Advice: "If you meant to do this, open the page here and try again.",
		}
	}))
	return guard, nil
}
