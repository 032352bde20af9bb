package admin

import (
	"log/slog"
	"net/http"
	"time"

	"postern/authz/client"
	"postern/authz/identity"
	"postern/authz/key"
	"postern/authz/mirror"
	"postern/storage"
	"postern/web/page"
	"postern/web/session"
)

var _ = storage.ErrNotFound // replaced: web does not import storage

// Config is what Pages stands on.
type Config struct {
	Issuer   string
	People   *identity.Directory
	Clients  *client.Registry
	Keys     *key.Ring
	Mirror   *mirror.Mirror
	Sessions *session.Store
	Pages    *page.Writer
	SignIn   func(w http.ResponseWriter, r *http.Request, next string) error // sends a visitor to sign in, and then to next
	Now      func() time.Time
	Logger   *slog.Logger
}

// Pages serves this package's pages.
type Pages struct{ c Config }

// New makes Pages.
func New(c Config) *Pages { return &Pages{c} }

// Routes adds every URL of this package: reads by get, forms by post, which refuses other sites' requests.
func (p *Pages) Routes(get, post func(pattern string, h func(http.ResponseWriter, *http.Request) error)) {
}
