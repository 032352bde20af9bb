package admin

import (
	"context"

	"postern/authz/identity"
	"postern/templates"
	"postern/web/page"
)

// user reads the user of the URL.
func (p *Pages) user(v *visit) (identity.User, error) {
	id, err := identity.ParseID(v.r.PathValue("user"))
	if err != nil {
		return identity.User{}, page.NotFound()
	}
	return p.c.People.User(v.ctx(), id)
}

// userPage serves GET /admin/users/{user}.
func (p *Pages) userPage(v *visit) error {
	u, err := p.user(v)
	if err != nil {
		return err
	}
	content, err := p.userContent(v, u)
	if err != nil {
		return err
	}
	return v.show(content)
}

func (p *Pages) userContent(v *visit, u identity.User) (templates.UserPage, error) {
	content := templates.UserPage{Account: userRow(u), Self: u.ID == v.who.User.ID}
	if err := p.members(v, u, &content); err != nil {
		return content, err
	}
	sessions, err := p.c.People.Sessions(v.ctx(), u.ID)
	if err != nil {
		return content, err
	}
	for _, s := range sessions {
		if s.LastSeenAt.After(content.Account.SeenAt) {
			content.Account.SeenAt = s.LastSeenAt
		}
		content.Sessions = append(content.Sessions, sessionRow(s, v.who.Session.ID))
	}
	if content.Apps, err = p.appsOf(v.ctx(), u.ID); err != nil {
		return content, err
	}
	content.Layout, err = v.layout()
	return content, err
}

func sessionRow(s identity.Session, current identity.ID) templates.Session {
	return templates.Session{
		ID: s.ID.String(), Device: identity.Device(s.UserAgent), Address: s.Address,
		StartedAt: s.CreatedAt, SeenAt: s.LastSeenAt, Current: s.ID == current,
	}
}

func (p *Pages) appsOf(ctx context.Context, user identity.ID) ([]templates.AppAccess, error) {
	apps, err := p.c.People.Apps(ctx, user)
	if err != nil || len(apps) == 0 {
		return nil, err
	}
	catalogue, err := p.c.Mirror.Scopes(ctx)
	if err != nil {
		return nil, err
	}
	title := func(name string) string {
		if s, ok := catalogue.Lookup(name); ok {
			return s.Title
		}
		return name
	}
	list := make([]templates.AppAccess, len(apps))
	for i, app := range apps {
		list[i] = p.appRow(app, title)
	}
	return list, nil
}

func (p *Pages) appRow(app identity.App, title func(string) string) templates.AppAccess {
	row := templates.AppAccess{
		ID: app.ID(), Organization: app.Organization, FirstParty: app.Consent.ID.IsZero(),
		App: templates.App{
			Name: app.Client.Name, Publisher: app.Client.OrgName, LogoURL: logoURL(app.Client),
			Verified: !app.Client.VerifiedAt.IsZero(),
		},
		GrantedAt: app.Since, LastUsedAt: app.LastUsed, Unused: app.Unused(p.c.Now()),
	}
	for _, name := range app.Scopes {
		row.Scopes = append(row.Scopes, title(name))
	}
	return row
}
