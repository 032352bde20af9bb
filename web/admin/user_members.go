package admin

import (
	"slices"
	"strings"

	"postern/authz/identity"
	"postern/templates"
	"postern/web/page"
)

// members puts the organizations of u into their page, and those that they can be added to.
func (p *Pages) members(v *visit, u identity.User, content *templates.UserPage) error {
	memberships, err := p.c.People.Memberships(v.ctx(), u.ID)
	if err != nil {
		return err
	}
	o, err := p.offers(v, true)
	if err != nil {
		return err
	}
	content.Others, content.Roles = o.organizationChoices(""), roleChoices(identity.RoleMember)
	for _, m := range memberships {
		id := m.OrgID.String()
		content.Memberships = append(content.Memberships, templates.MemberRow{OrgID: id, Name: m.OrgName, Roles: roleChoices(m.Role)})
		content.Others = slices.DeleteFunc(content.Others, func(c templates.Choice) bool { return c.Value == id })
	}
	return nil
}

func roleChoices(selected string) []templates.Choice {
	list := make([]templates.Choice, len(identity.Roles))
	for i, role := range identity.Roles {
		list[i] = templates.Choice{Value: role, Label: strings.ToUpper(role[:1]) + role[1:], Selected: role == selected}
	}
	return list
}

// organization reads the one that a form names.
func (p *Pages) organization(v *visit) (identity.Organization, error) {
	id, err := identity.ParseID(v.form.Get("organization"))
	if err != nil {
		return identity.Organization{}, page.NotFound()
	}
	return p.c.People.Organization(v.ctx(), id)
}

// userMember serves POST /admin/users/{user}/organizations: adds to an organization, or changes the role there.
func (p *Pages) userMember(v *visit) error {
	org, err := p.organization(v)
	if err != nil {
		return err
	}
	role := v.form.Get("role")
	if !slices.Contains(identity.Roles, role) {
		return page.Invalid("The form does not say which role.")
	}
	said := func(name string) string { return "In " + org.Name + " the role of " + name + " is now: " + role + "." }
	return p.userAct(v, said, func(u identity.User) error {
		return p.c.People.PutMember(v.ctx(), v.actor(), u.ID, org.ID, role)
	})
}

// userMemberRemove serves POST /admin/users/{user}/organizations/remove.
func (p *Pages) userMemberRemove(v *visit) error {
	org, err := p.organization(v)
	if err != nil {
		return err
	}
	said := func(name string) string { return name + " is no member of " + org.Name + " any more." }
	return p.userAct(v, said, func(u identity.User) error {
		return p.c.People.RemoveMember(v.ctx(), v.actor(), u.ID, org.ID)
	})
}
