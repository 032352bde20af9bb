package account

import (
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

// apps serves GET /account/apps, those of one organization together. What is unused is marked (UX G4).
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
	var org identity.ID // of the last group
	for _, app := range allowed {
		c, err := p.c.Mirror.Client(r.Context(), app.Client.ID)
		if errors.Is(err, identity.ErrNotFound) { // deleted a moment ago
			continue
		}
		if err != nil {
			return err
		}
		if last := len(content.Groups) - 1; last < 0 || org != app.OrgID {
			org = app.OrgID
			content.Groups = append(content.Groups, templates.AppGroup{Organization: app.Organization})
		}
		group := &content.Groups[len(content.Groups)-1]
		group.Apps = append(group.Apps, access(app, c, catalogue, now))
		content.MaxDelay = max(content.MaxDelay, delay(c))
	}
	if content.Layout, err = p.c.Sessions.Layout(w, r); err != nil {
		return err
	}
	return p.c.Pages.Write(w, http.StatusOK, content)
}

// access is what an app may do, in words.
func access(app identity.App, c *client.Client, catalogue *scope.Catalogue, now time.Time) templates.AppAccess {
	a := templates.AppAccess{
		ID: app.ID(), App: signin.AppOf(c), FirstParty: app.Consent.ID.IsZero(), Organization: app.Organization,
		GrantedAt: app.Since, LastUsedAt: app.LastUsed, Unused: app.Unused(now),
	}
	for _, name := range app.Scopes {
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
	allowed, err := p.c.People.Apps(r.Context(), v.User.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(allowed, func(a identity.App) bool { return a.ID() == r.PostForm.Get("id") })
	if i < 0 {
		return page.NotFound()
	}
	if err := p.c.People.RevokeApp(r.Context(), v.Actor(r), v.User.ID, allowed[i].Client.ID, allowed[i].OrgID); err != nil {
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
