package account

import (
	"net/http"

	"postern/authz/client"
	"postern/authz/identity"
	"postern/web/page"
	"postern/web/session"
)

// Config is what Pages stands on.
type Config struct {
	People   *identity.Directory
	Clients  *client.Registry
	Sessions *session.Store
	Pages    *page.Writer
	SignIn   func(w http.ResponseWriter, r *http.Request, next string) error // sends a visitor to sign in, and then to next
	Secure   bool                                                            // the issuer is https
}

// Pages serves this package's pages.
type Pages struct{ c Config }

// New makes Pages.
func New(c Config) *Pages { return &Pages{c} }

// Routes adds every URL of this package: reads by get, forms by post, which refuses other sites' requests.
func (p *Pages) Routes(get, post func(pattern string, h func(http.ResponseWriter, *http.Request) error)) {
}
