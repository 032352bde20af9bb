package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"postern/authz/grant"
	"postern/authz/identity"
	"postern/templates"
	"postern/web/inbound"
	"postern/web/page"
	"postern/web/session"
)

// Login serves GET /login: the sign-in page, by itself or for a pending request.
func (p *Pages) Login(w http.ResponseWriter, r *http.Request) error {
	text := r.URL.Query().Get("flow")
	if text == "" {
		visitor, err := p.sessions.Current(r)
		if err != nil {
			return err
		}
		if visitor.SignedIn {
			page.Redirect(w, home(visitor.User))
			return nil
		}
		return p.send(w, r, "/login", &grant.Pending{})
	}
	pending, err := p.open(r, grant.ForFlow, text)
	if err != nil {
		return err
	}
	visitor, err := p.sessions.Current(r)
	if err != nil {
		return err
	}
	content := templates.SignIn{Layout: p.layout(r), Flow: text, Username: pending.Form.Get("login_hint")}
	content.Flash = pending.Note
	if visitor.SignedIn {
		content.Username = visitor.User.Email
		content.Reason = "Please confirm that it is you."
	}
	return p.showLogin(w, r, http.StatusOK, pending, content)
}

// Front serves GET /: it sends people to where they are at home, after they have signed in.
func (p *Pages) Front(w http.ResponseWriter, r *http.Request) error {
	visitor, err := p.sessions.Current(r)
	if err != nil {
		return err
	}
	if visitor.SignedIn {
		page.Redirect(w, home(visitor.User))
		return nil
	}
	return p.send(w, r, "/login", &grant.Pending{})
}

// showLogin adds the app that the person is on the way to, and lets the form lead there.
func (p *Pages) showLogin(w http.ResponseWriter, r *http.Request, status int, pending *grant.Pending, content templates.SignIn) error {
	if len(pending.Form) == 0 {
		return p.pages.Write(w, status, content)
	}
	request, err := p.grants.Authorize(r.Context(), p.call(r, pending))
	if err != nil {
		return p.refuse(w, r, request, err)
	}
	app := AppOf(request.Client)
	content.App = &app
	return p.pages.Write(w, status, content, request.RedirectURI)
}

// LoginSubmit serves POST /login. The sealed flow, which is bound to the browser's cookie, is also what proves that the
// form is ours: a form that another site posts signs nobody in.
func (p *Pages) LoginSubmit(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	text := r.PostForm.Get("flow")
	pending, err := p.open(r, grant.ForFlow, text)
	if err != nil {
		return err
	}
	signed, err := p.signIn(r)
	if err != nil {
		return p.loginFailed(w, r, pending, text, err)
	}
	p.sessions.Begin(w, signed.SessionCookie)
	if signed.DeviceCookie != "" {
		name := session.CookieName("device", p.secure)
		http.SetCookie(w, session.Cookie(name, signed.DeviceCookie, p.secure, p.people.DeviceCookieTTL()))
	}
	switch {
	case len(pending.Form) > 0:
		page.Redirect(w, "/oauth/authorize?flow="+text)
	case pending.Next != "":
		page.Redirect(w, pending.Next)
	default:
		page.Redirect(w, home(signed.User))
	}
	return nil
}

func (p *Pages) signIn(r *http.Request) (identity.SignedIn, error) {
	info := inbound.From(r.Context())
	attempt := identity.Attempt{
		Email: r.PostForm.Get("username"), Password: r.PostForm.Get("password"),
		Address: info.Address, UserAgent: r.UserAgent(), RequestID: info.ID,
	}
	if cookie, err := r.Cookie(session.CookieName("device", p.secure)); err == nil {
		attempt.Device = cookie.Value
	}
	if cookie, err := r.Cookie(session.CookieName("session", p.secure)); err == nil {
		attempt.Session = cookie.Value
	}
	ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
	defer cancel()
	return p.people.SignIn(ctx, attempt)
}

// loginFailed shows the page again, with one message for every wrong name or password.
func (p *Pages) loginFailed(w http.ResponseWriter, r *http.Request, pending *grant.Pending, flow string, err error) error {
	content := templates.SignIn{Layout: p.layout(r), Flow: flow, Username: r.PostForm.Get("username")}
	status := http.StatusUnprocessableEntity
	wait, waiting := errors.AsType[identity.ErrWait](err)
	switch {
	case errors.Is(err, identity.ErrCredentials):
		content.Errors = templates.Errors{{Message: "The e-mail address or the password is wrong."}}
	case waiting:
		status = http.StatusTooManyRequests
		w.Header().Set("Retry-After", page.RetryAfter(wait.For))
		content.Errors = templates.Errors{{Message: fmt.Sprintf("Too many attempts. Try again in %s.", inWords(wait.For))}}
	case errors.Is(err, identity.ErrBusy):
		status = http.StatusServiceUnavailable
		w.Header().Set("Retry-After", "2")
		content.Errors = templates.Errors{{Message: "Too many people are signing in at this moment. Try again in a few seconds."}}
	default:
		return err
	}
	inbound.From(r.Context()).Reason = err.Error()
	return p.showLogin(w, r, status, pending, content)
}

func inWords(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d seconds", max(1, int(d.Round(time.Second)/time.Second)))
	}
	return fmt.Sprintf("%d minutes", int((d+time.Minute-1)/time.Minute))
}

func home(u identity.User) string {
	if u.IsAdmin {
		return "/admin"
	}
	return "/account"
}
