package account

import (
	"net/http"

	"postern/authz/identity"
	"postern/templates"
	"postern/web/page"
	"postern/web/session"
)

// profile serves GET /account.
func (p *Pages) profile(w http.ResponseWriter, r *http.Request, v session.Visitor) error {
	return p.showProfile(w, r, v, http.StatusOK, v.User.Name, nil)
}

func (p *Pages) showProfile(
	w http.ResponseWriter, r *http.Request, v session.Visitor, status int, name string, errs templates.Errors,
) error {
	memberships, err := p.c.People.Memberships(r.Context(), v.User.ID)
	if err != nil {
		return err
	}
	layout, err := p.c.Sessions.Layout(w, r)
	if err != nil {
		return err
	}
	content := templates.AccountProfile{Layout: layout, Errors: errs, Name: name, Email: v.User.Email, Since: v.User.CreatedAt}
	for _, m := range memberships {
		content.Memberships = append(content.Memberships, templates.Membership{Name: m.OrgName, Roles: []string{m.Role}})
	}
	return p.c.Pages.Write(w, status, content)
}

// saveProfile serves POST /account/profile. The address is not in the form: a new one would not be proven.
func (p *Pages) saveProfile(w http.ResponseWriter, r *http.Request, v session.Visitor) error {
	typed := r.PostForm.Get("name")
	name, err := identity.ParseName(typed) // to identity an empty name says that it stays
	if err == nil {
		_, err = p.c.People.UpdateProfile(r.Context(), v.Actor(r), v.User.ID, identity.Profile{Name: name})
	}
	if errs := page.FieldErrors(err); errs != nil {
		return p.showProfile(w, r, v, http.StatusUnprocessableEntity, typed, errs)
	}
	if err != nil {
		return err
	}
	return p.done(w, r, profilePath, "Your name is saved.")
}
