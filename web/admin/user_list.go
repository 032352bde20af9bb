package admin

import (
	"postern/authz/identity"
	"postern/templates"
)

// userList serves GET /admin/users.
func (p *Pages) userList(v *visit) error {
	after := v.query.Get("after")
	content := templates.UserList{Query: v.search(), State: v.state(), After: after}
	filter := identity.UserFilter{Search: content.Query, State: string(content.State)}
	users, next, err := p.c.People.Users(v.ctx(), filter, identity.Page{After: after, Limit: perPage})
	if err != nil {
		return err
	}
	content.Next = next
	for _, u := range users {
		content.Rows = append(content.Rows, userRow(u))
	}
	if content.Layout, err = v.layout(); err != nil {
		return err
	}
	return v.show(content)
}

func userRow(u identity.User) templates.UserRow {
	row := templates.UserRow{
		ID: u.ID.String(), Name: u.Name, Email: u.Email, State: "active", IsAdmin: u.IsAdmin,
		CreatedAt: u.CreatedAt, SeenAt: u.LastSignInAt,
	}
	if !u.DisabledAt.IsZero() {
		row.State = "disabled"
	}
	return row
}
