package admin

import (
	"log/slog"
	"net/http"
	"time"

	"postern/authz/catalogue"
	"postern/authz/client"
	"postern/authz/identity"
	"postern/authz/key"
	"postern/authz/mirror"
	"postern/authz/overview"
	"postern/web/page"
	"postern/web/session"
)

// Config is what Pages stands on; all of it.
type Config struct {
	Issuer   string
	People   *identity.Directory
	Clients  *client.Registry
	Scopes   *catalogue.Registry
	Board    *overview.Board
	Keys     *key.Ring
	Mirror   *mirror.Mirror
	Sessions *session.Store
	Pages    *page.Writer
	SignIn   func(w http.ResponseWriter, r *http.Request, next string) error // sends a visitor to sign in, and then to next
	Announce time.Duration                                                   // how long a new key is announced before it is used; 0: unsaid
	Now      func() time.Time
	Logger   *slog.Logger
}

// Pages serves this package's pages. It is safe for concurrent use.
type Pages struct{ c Config }

// New makes Pages.
func New(c Config) *Pages { return &Pages{c} }
