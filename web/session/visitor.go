package session

import (
	"net/http"

	"github.com/gorilla/sessions"

	"postern/authz/event"
	"postern/authz/grant"
	"postern/authz/identity"
	"postern/templates"
	"postern/web/inbound"
)

// Visitor is who sits at the browser.
type Visitor struct {
	SignedIn bool
	Session  identity.Session
	User     identity.User
}

// Current returns who sits at the browser. The error is identity.ErrUnavailable.
func (s *Store) Current(r *http.Request) (Visitor, error) {
	session, err := s.Get(r, s.name())
	if err != nil {
		return Visitor{}, err
	}
	return visitorOf(session), nil
}

func visitorOf(session *sessions.Session) Visitor {
	row, ok := session.Values[rowKey].(identity.Session)
	if !ok {
		return Visitor{}
	}
	user, _ := session.Values[userKey].(identity.User)
	return Visitor{SignedIn: true, Session: row, User: user}
}

// Begin hands the browser the cookie of a session that was just made.
func (s *Store) Begin(w http.ResponseWriter, cookie string) {
	http.SetCookie(w, Cookie(s.name(), cookie, s.secure, s.people.SessionTTL()))
}

// End takes the cookie away. The row is ended by identity.
func (s *Store) End(w http.ResponseWriter, r *http.Request) error {
	session, err := s.Get(r, s.name())
	if err != nil {
		return err
	}
	session.Options.MaxAge = -1
	return session.Save(r, w)
}

// Flash puts off a sentence to the next page: what was done.
func (s *Store) Flash(w http.ResponseWriter, r *http.Request, text string) error {
	session, err := s.Get(r, s.name())
	if err != nil {
		return err
	}
	session.AddFlash(text)
	return session.Save(r, w)
}

// Layout is what every page of a signed-in person carries; it takes the flash.
func (s *Store) Layout(w http.ResponseWriter, r *http.Request) (templates.Layout, error) {
	layout := templates.Layout{Now: inbound.From(r.Context()).Started}
	session, err := s.Get(r, s.name())
	if err != nil {
		return layout, err
	}
	v := visitorOf(session)
	if !v.SignedIn {
		return layout, nil
	}
	layout.User = &templates.Viewer{Name: v.User.Name, Email: v.User.Email, IsAdmin: v.User.IsAdmin}
	for _, f := range session.Flashes() {
		if text, ok := f.(string); ok {
			layout.Flash = text
		}
	}
	return layout, session.Save(r, w)
}

// Grant is the visitor as authz/grant needs to know them.
func (v Visitor) Grant() grant.Visitor {
	return grant.Visitor{
		SignedIn: v.SignedIn, Session: v.Session.ID, User: v.User.ID, UserEpoch: v.User.Epoch, Org: v.Session.OrgID,
		AuthTime: v.Session.AuthTime,
	}
}

// Actor is the visitor as the audit trail names them.
func (v Visitor) Actor(r *http.Request) event.Actor {
	info := inbound.From(r.Context())
	return event.Actor{
		Kind: event.KindUser, ID: v.User.ID.String(), Name: v.User.Email, Address: info.Address.String(), RequestID: info.ID,
	}
}
