package account

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"postern/authz/identity"
	"postern/authz/password"
	"postern/templates"
	"postern/web/inbound"
	"postern/web/page"
	"postern/web/session"
)

// hashing bounds how long a form waits for its turn to have a password hashed.
const hashing = 10 * time.Second

const passwordChanged = "Your password is changed, and you are signed out everywhere else."

// password serves GET /account/password.
func (p *Pages) password(w http.ResponseWriter, r *http.Request, v session.Visitor) error {
	return p.showPassword(w, r, v, http.StatusOK, nil)
}

func (p *Pages) showPassword(w http.ResponseWriter, r *http.Request, v session.Visitor, status int, errs templates.Errors) error {
	layout, err := p.c.Sessions.Layout(w, r)
	if err != nil {
		return err
	}
	return p.c.Pages.Write(w, status, templates.AccountPassword{
		Layout: layout, Errors: errs, ChangedAt: v.User.PasswordChangedAt, MinPassword: password.MinLen,
	})
}

// changePassword serves POST /account/password.
func (p *Pages) changePassword(w http.ResponseWriter, r *http.Request, v session.Visitor) error {
	ctx, cancel := context.WithTimeout(r.Context(), hashing)
	defer cancel()
	f := r.PostForm
	if errs := typedErrors(f, v.User); len(errs) > 0 {
		return p.showPassword(w, r, v, http.StatusUnprocessableEntity, errs)
	}
	err := p.c.People.ChangePassword(ctx, p.attempt(r, f.Get("current")), v.Session, f.Get("password"))
	if err != nil {
		return p.passwordRefused(w, r, v, err)
	}
	signed, err := p.c.People.Reauthenticate(ctx, v.Session, p.attempt(r, f.Get("password")))
	if err != nil { // the password is changed, and this session lives on under its old id: no reason to alarm anybody
		inbound.From(r.Context()).Reason = "session not renewed: " + err.Error()
		return p.done(w, r, passwordPath, passwordChanged)
	}
	return p.renewed(w, r, signed)
}

// typedErrors is everything that is wrong with what was typed, as far as that needs no look at the present password.
func typedErrors(f url.Values, u identity.User) templates.Errors {
	var errs templates.Errors
	if f.Get("current") == "" {
		errs = append(errs, templates.FieldError{Field: "current", Message: "Enter your present password."})
	}
	errs = append(errs, page.FieldErrors(password.Check(f.Get("password"), u.Email, u.Name))...)
	return append(errs, page.FieldErrors(page.Again(f.Get("password"), f.Get("password_again")))...)
}

// attempt is the visitor proving who they are.
func (p *Pages) attempt(r *http.Request, typed string) identity.Attempt {
	info := inbound.From(r.Context())
	return identity.Attempt{
		Password: typed, Address: info.Address, UserAgent: r.UserAgent(), RequestID: info.ID,
		Device: p.cookie(r, "device"), Session: p.cookie(r, "session"),
	}
}

func (p *Pages) cookie(r *http.Request, what string) string {
	cookie, err := r.Cookie(session.CookieName(what, p.c.Secure))
	if err != nil {
		return ""
	}
	return cookie.Value
}

func (p *Pages) passwordRefused(w http.ResponseWriter, r *http.Request, v session.Visitor, err error) error {
	wait, waiting := errors.AsType[identity.ErrWait](err)
	errs, status := page.FieldErrors(err), http.StatusUnprocessableEntity
	switch {
	case errs != nil:
	case waiting:
		status = http.StatusTooManyRequests
		w.Header().Set("Retry-After", page.RetryAfter(wait.For))
		errs = templates.Errors{{Message: "Too many attempts. Try again in " + page.RetryAfter(wait.For) + " seconds."}}
	case errors.Is(err, identity.ErrBusy):
		status = http.StatusServiceUnavailable
		w.Header().Set("Retry-After", "2")
		errs = templates.Errors{{Message: "Too many people are signing in at this moment. Try again in a few seconds."}}
	case errors.Is(err, identity.ErrNoSession):
		return p.c.SignIn(w, r, passwordPath)
	default:
		return err
	}
	inbound.From(r.Context()).Reason = err.Error()
	return p.showPassword(w, r, v, status, errs)
}

// renewed hands out the cookies of the session that replaces the visitor's. Whoever had a copy of the old cookie has
// nothing any more. The sentence goes into the new session, which this request, as it came, does not know.
func (p *Pages) renewed(w http.ResponseWriter, r *http.Request, signed identity.SignedIn) error {
	p.c.Sessions.Begin(w, signed.SessionCookie)
	device := session.CookieName("device", p.c.Secure)
	http.SetCookie(w, session.Cookie(device, signed.DeviceCookie, p.c.Secure, p.c.People.DeviceCookieTTL()))
	next := r.Clone(r.Context())
	next.Header.Del("Cookie")
	name := session.CookieName("session", p.c.Secure)
	next.AddCookie(session.Cookie(name, signed.SessionCookie, p.c.Secure, 0))
	fresh, err := p.c.Sessions.New(next, name)
	if err != nil {
		return err
	}
	fresh.AddFlash(passwordChanged)
	if err := fresh.Save(next, w); err != nil {
		return err
	}
	page.Redirect(w, passwordPath)
	return nil
}
