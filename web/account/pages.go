package account

import (
	"net/http"

	"postern/authz/client"
	"postern/authz/grant"
	"postern/authz/identity"
	"postern/authz/mirror"
	"postern/web/page"
	"postern/web/session"
)

// Config is what Pages stands on.
type Config struct {
	People   *identity.Directory
	Clients  *client.Registry
	Mirror   *mirror.Mirror // apps and scopes as requests know them
	Sessions *session.Store
	Pages    *page.Writer
	SignIn   func(w http.ResponseWriter, r *http.Request, next string) error // sends a visitor to sign in, and then to next
	Secure   bool                                                            // the issuer is https
}

// Pages serves this package's pages.
type Pages struct{ c Config }

// New makes Pages.
func New(c Config) *Pages { return &Pages{c} }

// The pages, which are also where a visitor returns to after signing in.
const (
	profilePath  = "/account"
	passwordPath = "/account/password"
	appsPath     = "/account/apps"
	sessionsPath = "/account/sessions"
)

// Routes adds every URL of this package: reads by get, forms by post, which refuses other sites' requests.
func (p *Pages) Routes(get, post func(pattern string, h func(http.ResponseWriter, *http.Request) error)) {
	get("GET /account", p.own(profilePath, p.profile))
	post("POST /account/profile", p.form(profilePath, p.saveProfile))
	get("GET /account/password", p.own(passwordPath, p.password))
	post("POST /account/password", p.form(passwordPath, p.changePassword))
	get("GET /account/apps", p.own(appsPath, p.apps))
	post("POST /account/apps/revoke", p.form(appsPath, p.revokeApp))
	post("POST /account/apps/revoke-all", p.form(appsPath, p.revokeAllApps))
	get("GET /account/sessions", p.own(sessionsPath, p.sessions))
	post("POST /account/sessions/end", p.form(sessionsPath, p.endSession))
	post("POST /account/sessions/end-others", p.form(sessionsPath, p.endOtherSessions))
}

// handler is a page or an action of somebody who is signed in.
type handler func(http.ResponseWriter, *http.Request, session.Visitor) error

// own lets h be asked by people who are signed in; others sign in first and come to path.
func (p *Pages) own(path string, h handler) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		visitor, err := p.c.Sessions.Current(r)
		if err != nil {
			return err
		}
		if !visitor.SignedIn {
			return p.c.SignIn(w, r, path)
		}
		return h(w, r, visitor)
	}
}

const maxForm = 64 << 10 // bytes

// form is own for a form of the page at path. It is read after the visitor is known, so that strangers send us nothing.
func (p *Pages) form(path string, h handler) func(http.ResponseWriter, *http.Request) error {
	return p.own(path, func(w http.ResponseWriter, r *http.Request, v session.Visitor) error {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseForm(); err != nil {
			return page.Invalid("The form could not be read.")
		}
		if grant.CheckText(r.PostForm) != nil {
			return page.Invalid("The form has characters that are not text.")
		}
		return h(w, r, v)
	})
}

// formID reads the field id. What is no id names nothing.
func formID(r *http.Request) (identity.ID, error) {
	id, err := identity.ParseID(r.PostForm.Get("id"))
	if err != nil {
		return id, page.NotFound()
	}
	return id, nil
}

// done ends an action: the page at path says text.
func (p *Pages) done(w http.ResponseWriter, r *http.Request, path, text string) error {
	if err := p.c.Sessions.Flash(w, r, text); err != nil {
		return err
	}
	page.Redirect(w, path)
	return nil
}
