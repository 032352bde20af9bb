package signin

import (
	"net/http"

	"postern/templates"
	"postern/web/page"
)

// Logout serves GET /logout: it asks first, so that a link elsewhere signs nobody out.
func (p *Pages) Logout(w http.ResponseWriter, r *http.Request) error {
	visitor, err := p.sessions.Current(r)
	if err != nil {
		return err
	}
	layout, err := p.sessions.Layout(w, r)
	if err != nil {
		return err
	}
	if !visitor.SignedIn {
		return p.pages.Write(w, http.StatusOK, templates.SignedOut{Layout: layout})
	}
	return p.pages.Write(w, http.StatusOK, templates.SignOut{Layout: layout})
}

// LogoutSubmit serves POST /logout. The session ends on the server, not just in the browser (SECURITY SE-04).
func (p *Pages) LogoutSubmit(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	visitor, err := p.sessions.Current(r)
	if err != nil {
		return err
	}
	if r.PostForm.Get("decision") != "yes" {
		page.Redirect(w, "/account")
		return nil
	}
	if visitor.SignedIn {
		if err := p.people.SignOut(r.Context(), visitor.Actor(r), visitor.Session); err != nil {
			return err
		}
	}
	if err := p.sessions.End(w, r); err != nil {
		return err
	}
	return p.pages.Write(w, http.StatusOK, templates.SignedOut{Layout: p.layout(r)})
}
