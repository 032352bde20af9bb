package admin

import (
	"slices"

	"postern/authz/identity"
	"postern/web/page"
)

// userAct does something to the user of the URL and says so on their page. said is given their address.
func (p *Pages) userAct(v *visit, said func(name string) string, act func(identity.User) error) error {
	u, err := p.user(v)
	if err != nil {
		return err
	}
	if err := act(u); err != nil {
		return outcome(err)
	}
	return v.done("/admin/users/"+u.ID.String(), said(u.Email))
}

// other refuses what administrators cannot do to themselves: one wrong click would lock them out.
func (v *visit) other(u identity.User) error {
	if u.ID == v.who.User.ID {
		return refused("This is your own account.", "Another administrator has to do this.")
	}
	return nil
}

// userDisable serves POST /admin/users/{user}/disable.
func (p *Pages) userDisable(v *visit) error {
	said := func(name string) string { return name + " is disabled and signed out everywhere." }
	return p.userAct(v, said, func(u identity.User) error {
		if err := v.other(u); err != nil {
			return err
		}
		return p.c.People.Disable(v.ctx(), v.actor(), u.ID)
	})
}

// userEnable serves POST /admin/users/{user}/enable.
func (p *Pages) userEnable(v *visit) error {
	said := func(name string) string { return name + " is enabled." }
	return p.userAct(v, said, func(u identity.User) error { return p.c.People.Enable(v.ctx(), v.actor(), u.ID) })
}

// userResetLink serves POST /admin/users/{user}/reset-link. The link is in its answer and nowhere else.
func (p *Pages) userResetLink(v *visit) error {
	u, err := p.user(v)
	if err != nil {
		return err
	}
	return p.showLink(v, u, "The link is made.")
}

// userAdmin serves POST /admin/users/{user}/admin.
func (p *Pages) userAdmin(v *visit) error {
	switch v.form.Get("value") {
	case "grant":
		said := func(name string) string { return name + " is an administrator now." }
		return p.userAct(v, said, func(u identity.User) error { return p.c.People.MakeAdmin(v.ctx(), v.actor(), u.ID) })
	case "remove":
		said := func(name string) string { return name + " is not an administrator any more." }
		return p.userAct(v, said, func(u identity.User) error {
			if err := v.other(u); err != nil {
				return err
			}
			return p.c.People.RemoveAdmin(v.ctx(), v.actor(), u.ID)
		})
	}
	return page.Invalid("The form does not say whether to give or to take the role.")
}

// userSessionEnd serves POST /admin/users/{user}/sessions/end.
func (p *Pages) userSessionEnd(v *visit) error {
	said := func(string) string { return "The session is ended." }
	return p.userAct(v, said, func(u identity.User) error {
		id, err := identity.ParseID(v.form.Get("id"))
		if err != nil {
			return page.NotFound()
		}
		if id == v.who.Session.ID {
			return refused("This is the session that you are in.", "To end it, sign out.")
		}
		return p.c.People.EndSession(v.ctx(), v.actor(), u.ID, id)
	})
}

// userSessionsEnd serves POST /admin/users/{user}/sessions/end-all. Whatever somebody else's apps hold ends too;
// administrators keep the session that they are in.
func (p *Pages) userSessionsEnd(v *visit) error {
	var except identity.ID
	said := func(name string) string { return name + " is signed out everywhere, and so are their apps." }
	return p.userAct(v, func(name string) string {
		if !except.IsZero() {
			return "You are signed out everywhere else."
		}
		return said(name)
	}, func(u identity.User) error {
		if u.ID == v.who.User.ID {
			except = v.who.Session.ID
		}
		return p.c.People.SignOutEverywhere(v.ctx(), v.actor(), u.ID, except)
	})
}

// userAppRevoke serves POST /admin/users/{user}/apps/revoke.
func (p *Pages) userAppRevoke(v *visit) error {
	said := func(string) string { return "The app has no access any more." }
	return p.userAct(v, said, func(u identity.User) error {
		apps, err := p.c.People.Apps(v.ctx(), u.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(apps, func(a identity.App) bool { return a.ID() == v.form.Get("id") })
		if i < 0 {
			return page.NotFound()
		}
		return p.c.People.RevokeApp(v.ctx(), v.actor(), u.ID, apps[i].Client.ID, apps[i].OrgID)
	})
}
