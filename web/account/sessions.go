package account

import (
	"net/http"
	"slices"

	"postern/authz/identity"
	"postern/templates"
	"postern/web/page"
	"postern/web/session"
)

// sessions serves GET /account/sessions: this browser first, the others as they were last seen.
func (p *Pages) sessions(w http.ResponseWriter, r *http.Request, v session.Visitor) error {
	live, err := p.c.People.Sessions(r.Context(), v.User.ID)
	if err != nil {
		return err
	}
	layout, err := p.c.Sessions.Layout(w, r)
	if err != nil {
		return err
	}
	content := templates.AccountSessions{Layout: layout}
	for _, s := range live {
		row := templates.Session{
			ID: s.ID.String(), Device: identity.Device(s.UserAgent), Address: s.Address,
			StartedAt: s.CreatedAt, SeenAt: s.LastSeenAt, Current: s.ID == v.Session.ID,
		}
		if row.Current {
			row.SeenAt = layout.Now // what is stored is up to a minute old
			content.Sessions = slices.Insert(content.Sessions, 0, row)
			continue
		}
		content.Sessions = append(content.Sessions, row)
	}
	return p.c.Pages.Write(w, http.StatusOK, content)
}

// endSession serves POST /account/sessions/end. For this browser's own session there is the log-out question.
func (p *Pages) endSession(w http.ResponseWriter, r *http.Request, v session.Visitor) error {
	id, err := formID(r)
	if err != nil {
		return err
	}
	if id == v.Session.ID {
		page.Redirect(w, "/logout")
		return nil
	}
	if err := p.c.People.EndSession(r.Context(), v.Actor(r), v.User.ID, id); err != nil {
		return err
	}
	return p.done(w, r, sessionsPath, "That browser is signed out.")
}

// endOtherSessions serves POST /account/sessions/end-others.
func (p *Pages) endOtherSessions(w http.ResponseWriter, r *http.Request, v session.Visitor) error {
	if err := p.c.People.SignOutEverywhere(r.Context(), v.Actor(r), v.User.ID, v.Session.ID); err != nil {
		return err
	}
	return p.done(w, r, sessionsPath, "You are signed out everywhere else.")
}
