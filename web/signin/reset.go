package signin

import (
	"context"
	"errors"
	"net/http"
	"time"

	"postern/authz/grant"
	"postern/authz/identity"
	"postern/authz/password"
	"postern/templates"
	"postern/web/page"
)

// Reset serves GET /reset: the form for a new password, by a one-time link.
func (p *Pages) Reset(w http.ResponseWriter, r *http.Request) error {
	token := r.URL.Query().Get("token")
	user, err := p.people.ResetUser(r.Context(), token)
	if err != nil {
		return resetProblem(err)
	}
	return p.pages.Write(w, http.StatusOK, templates.ResetPassword{
		Layout: p.layout(r), Token: token, Email: user.Email, MinPassword: password.MinLen,
	})
}

func resetProblem(err error) error {
	if !errors.Is(err, identity.ErrLink) && !errors.Is(err, identity.ErrDisabled) {
		return err
	}
	return &page.Problem{
		Status: http.StatusGone, Heading: "This link does not work", Err: err,
		Message: "The link has expired or was used before.",
		Advice:  "Ask an administrator for a new one.",
	}
}

// ResetSubmit serves POST /reset. All sessions of the user end with it.
func (p *Pages) ResetSubmit(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	f := r.PostForm
	token := f.Get("token")
	user, err := p.people.ResetUser(r.Context(), token)
	if err != nil {
		return resetProblem(err)
	}
	errs := passwordErrors(f.Get("password"), f.Get("password_again"), user.Email, user.Name)
	if len(errs) == 0 {
		ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
		defer cancel()
		if _, err = p.people.Reset(ctx, p.visitorFrom(r), token, f.Get("password")); err == nil {
			return p.send(w, r, "/login", &grant.Pending{Note: "The password is set. Sign in with it."})
		}
		errs = page.FieldErrors(err)
	}
	if len(errs) > 0 {
		return p.pages.Write(w, http.StatusUnprocessableEntity, templates.ResetPassword{
			Layout: p.layout(r), Token: token, Email: user.Email, Errors: errs, MinPassword: password.MinLen,
		})
	}
	return resetProblem(err)
}
