package account

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"postern/authz/client"
	"postern/authz/identity"
	"postern/authz/scope"
	"postern/templates"
	"postern/web/inbound"
	"postern/web/page"
	"postern/web/session"
	"postern/web/signin"
)

// unusedAfter is when the page suggests to remove an app (UX G4).
const unusedAfter = 90 * 24 * time.Hour

// apps serves GET /account/apps, those of one organization together.
func (p *Pages) apps(w http.ResponseWriter, r *http.Request, v session.Visitor) error {
	allowed, err := p.c.People.Apps(r.Context(), v.User.ID)
	if err != nil {
		return err
	}
	catalogue, err := p.c.Mirror.Scopes(r.Context())
	if err != nil {
		return err
	}
	now := inbound.From(r.Context()).Started
	var content templates.AccountApps
	for _, app := range allowed {
		c, err := p.c.Mirror.Client(r.Context(), app.Client.ID)
		if errors.Is(err, identity.ErrNotFound) { // deleted a moment ago
			continue
		}
		if err != nil {
			return err
		}
		content.Apps = append(content.Apps, access(app, c, catalogue, now))
		content.MaxDelay = max(content.MaxDelay, delay(c))
	}
	slices.SortStableFunc(content.Apps, func(a, b templates.AppAccess) int {
		return cmp.Or(cmp.Compare(a.Organization, b.Organization), cmp.Compare(a.App.Name, b.App.Name))
	})
	if content.Layout, err = p.c.Sessions.Layout(w, r); err != nil {
		return err
	}
	return p.c.Pages.Write(w, http.StatusOK, content)
}

// access is a consent in words.
func access(app identity.App, c *client.Client, catalogue *scope.Catalogue, now time.Time) templates.AppAccess {
	a := templates.AppAccess{
		ID: app.Consent.ID.String(), App: signin.AppOf(c), Organization: app.Organization,
		GrantedAt: app.Consent.CreatedAt, LastUsedAt: app.Consent.LastUsedAt,
	}
	last := app.Consent.UpdatedAt // allowed again lately is not unused
	if last.Before(a.LastUsedAt) {
		last = a.LastUsedAt
	}
	a.Unused = now.Sub(last) >= unusedAfter
	for _, name := range app.Consent.Scopes {
		a.Scopes = append(a.Scopes, inWords(catalogue, name))
	}
	return a
}

// inWords is what the catalogue says of a scope. One that is there no more is still named: it was allowed.
func inWords(catalogue *scope.Catalogue, name string) string {
	if s, ok := catalogue.Lookup(name); ok {
		return s.Title
	}
	return name
}

// delay is how long access tokens of c can outlive their revocation: JWTs, where somebody verifies them without asking.
func delay(c *client.Client) time.Duration {
	if !c.JWT {
		return 0
	}
	return c.AccessTTL
}

// revokeApp serves POST /account/apps/revoke.
func (p *Pages) revokeApp(w http.ResponseWriter, r *http.Request, v session.Visitor) error {
	id, err := formID(r)
	if err != nil {
		return err
	}
	allowed, err := p.c.People.Apps(r.Context(), v.User.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(allowed, func(a identity.App) bool { return a.Consent.ID == id })
	if i < 0 {
		return page.NotFound()
	}
	if err := p.c.People.RevokeConsent(r.Context(), v.Actor(r), v.User.ID, id); err != nil {
		return err
	}
	return p.done(w, r, appsPath, allowed[i].Client.Name+" has no access any more.")
}

// revokeAllApps serves POST /account/apps/revoke-all.
func (p *Pages) revokeAllApps(w http.ResponseWriter, r *http.Request, v session.Visitor) error {
	n, err := p.c.People.RevokeAllConsents(r.Context(), v.Actor(r), v.User.ID)
	if err != nil {
		return err
	}
	return p.done(w, r, appsPath, removed(n))
}

func removed(n int) string {
	switch n {
	case 0:
		return "No app had access."
	case 1:
		return "Removed 1 app."
	}
	return fmt.Sprintf("Removed %d apps.", n)
}
