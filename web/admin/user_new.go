package admin

import (
	"errors"

	"postern/authz/identity"
	"postern/templates"
	"postern/web/page"
)

// userNew serves GET /admin/users/new.
func (p *Pages) userNew(v *visit) error {
	content, err := p.userForm(v, v.who.Session.OrgID.String())
	if err != nil {
		return err
	}
	return v.show(content)
}

func (p *Pages) userForm(v *visit, org string) (templates.UserNew, error) {
	orgs, _, err := p.c.People.Organizations(v.ctx(), "", identity.Page{Limit: 200})
	if err != nil {
		return templates.UserNew{}, err
	}
	layout, err := v.layout()
	return templates.UserNew{Layout: layout, Organizations: offers{organizations: orgs}.organizationChoices(org)}, err
}

// userCreate serves POST /admin/users/new. The answer is the user's page with the link that sets the first password,
// which is shown this once.
func (p *Pages) userCreate(v *visit) error {
	u, err := p.createUser(v)
	if errs := newUserErrors(v.form.Get("name"), v.form.Get("email"), err); errs != nil {
		content, err := p.userForm(v, v.form.Get("organization"))
		if err != nil {
			return err
		}
		content.Errors = errs
		content.Name, content.Email, content.Admin = v.form.Get("name"), v.form.Get("email"), v.ticked("admin")
		return v.again(content)
	}
	if err != nil {
		return err
	}
	return p.showLink(v, u, "The user is added. Give them this link.")
}

// errOrganization: the form names an organization that there is not.
var errOrganization = errors.New("there is no such organization")

func (p *Pages) createUser(v *visit) (identity.User, error) {
	n := identity.NewUser{Name: v.form.Get("name"), Email: v.form.Get("email"), Admin: v.ticked("admin")}
	if text := v.form.Get("organization"); text != "" {
		id, err := identity.ParseID(text)
		if err != nil {
			return identity.User{}, errOrganization
		}
		if _, err := p.c.People.Organization(v.ctx(), id); errors.Is(err, identity.ErrNotFound) {
			return identity.User{}, errOrganization
		}
		n.OrgID = id
	}
	if n.Name == "" {
		return identity.User{}, identity.ErrName
	}
	return p.c.People.CreateUser(v.ctx(), v.actor(), n)
}

// newUserErrors is what is wrong with what was typed, all of it; nil if err is about something else.
func newUserErrors(name, email string, err error) templates.Errors {
	_, badName := identity.ParseName(name)
	_, badEmail := identity.ParseEmail(email)
	errs := append(page.FieldErrors(badName), page.FieldErrors(badEmail)...)
	if errors.Is(err, errOrganization) {
		return append(errs, templates.FieldError{Field: "organization", Message: "Choose an organization of the list."})
	}
	if len(errs) > 0 {
		return errs
	}
	return page.FieldErrors(err)
}

// showLink makes a link that sets a password, and shows it with the user's page.
func (p *Pages) showLink(v *visit, u identity.User, said string) error {
	token, expires, err := p.c.People.ResetLink(v.ctx(), v.actor(), u.ID)
	if err != nil {
		return outcome(err)
	}
	content, err := p.userContent(v, u)
	if err != nil {
		return err
	}
	content.Flash = said
	content.ResetLink, content.ResetExpires = p.c.Issuer+"/reset?token="+token, expires
	return v.show(content)
}
