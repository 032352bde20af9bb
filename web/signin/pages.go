package signin

import (
	"net/http"

	"postern/authz/client"
	"postern/authz/grant"
	"postern/authz/identity"
	"postern/templates"
	"postern/web/inbound"
	"postern/web/page"
	"postern/web/session"
)

// Pages serves this package's pages.
type Pages struct {
	grants   *grant.Server
	people   *identity.Directory
	sessions *session.Store
	pages    *page.Writer
	secure   bool
}

// Config is what Pages stands on.
type Config struct {
	Grants   *grant.Server
	People   *identity.Directory
	Sessions *session.Store
	Pages    *page.Writer
	Secure   bool // the issuer is https
}

// New makes Pages.
func New(c Config) *Pages {
	return &Pages{grants: c.Grants, people: c.People, sessions: c.Sessions, pages: c.Pages, secure: c.Secure}
}

func (p *Pages) layout(r *http.Request) templates.Layout {
	return templates.Layout{Now: inbound.From(r.Context()).Started}
}

// AppOf is a client as people see it.
func AppOf(c *client.Client) templates.App {
	app := templates.App{
		Name: c.Name, Publisher: c.OrgName, Verified: c.Verified,
		HomeURL: c.Metadata.URI, PolicyURL: c.Metadata.PolicyURI, TermsURL: c.Metadata.TermsURI,
	}
	if len(c.Metadata.Contacts) > 0 {
		app.Contact = c.Metadata.Contacts[0]
	}
	if c.LogoSum != "" {
		app.LogoURL = "/logo/" + c.ID + "/" + c.LogoSum
	}
	return app
}

// readForm parses a form of our own pages: at most 64 KiB, never multipart.
func readForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if err := r.ParseForm(); err != nil {
		return page.Invalid("The form could not be read.")
	}
	return grant.CheckText(r.PostForm)
}
