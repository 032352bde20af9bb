package signin

import (
	"context"
	"errors"
	"net/http"
	"time"

	"postern/authz/event"
	"postern/authz/grant"
	"postern/authz/identity"
	"postern/authz/password"
	"postern/templates"
	"postern/web/inbound"
	"postern/web/page"
)

// Setup serves GET /setup: the form for the first administrator, by the one-time link from the console.
func (p *Pages) Setup(w http.ResponseWriter, r *http.Request) error {
	token := r.URL.Query().Get("token")
	if err := p.people.CheckSetup(r.Context(), token); err != nil {
		return setupProblem(err)
	}
	return p.pages.Write(w, http.StatusOK, templates.Setup{Layout: p.layout(r), Token: token, MinPassword: password.MinLen})
}

func setupProblem(err error) error {
	problem := &page.Problem{Status: http.StatusGone, Heading: "This link does not work", Err: err}
	switch {
	case errors.Is(err, identity.ErrLink):
		problem.Message = "The set-up link has expired or is incomplete."
		problem.Advice = "Start the server again: it prints a new link."
	case errors.Is(err, identity.ErrHasAdmin):
		problem.Message = "The set-up is complete: there is an administrator already."
		problem.Advice = "Sign in instead."
	default:
		return err
	}
	return problem
}

// SetupSubmit serves POST /setup.
func (p *Pages) SetupSubmit(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	f := r.PostForm
	if err := p.people.CheckSetup(r.Context(), f.Get("token")); err != nil {
		return setupProblem(err) // before a word of the form: without the link there is no form
	}
	content := templates.Setup{
		Layout: p.layout(r), Token: f.Get("token"), Name: f.Get("name"), Email: f.Get("email"),
		Organization: f.Get("organization"), MinPassword: password.MinLen,
	}
	content.Errors = setupErrors(content, f.Get("password"), f.Get("password_again"))
	if len(content.Errors) > 0 {
		return p.pages.Write(w, http.StatusUnprocessableEntity, content)
	}
	ctx, cancel := context.WithTimeout(r.Context(), 10*time.Second)
	defer cancel()
	_, err := p.people.Setup(ctx, p.visitorFrom(r), content.Token, identity.First{
		Name: content.Name, Email: content.Email, Password: f.Get("password"), Organization: content.Organization,
	})
	if err == nil {
		return p.send(w, r, "/login", &grant.Pending{Note: "The administrator is set up. Sign in to go on."})
	}
	if errs := page.FieldErrors(err); errs != nil {
		content.Errors = errs
		return p.pages.Write(w, http.StatusUnprocessableEntity, content)
	}
	return setupProblem(err)
}

// setupErrors is everything that is wrong with what was typed, in the order of the form. An organization without a name is
// called Default.
func setupErrors(typed templates.Setup, fresh, again string) templates.Errors {
	_, err := identity.ParseName(typed.Name)
	errs := page.FieldErrors(err)
	_, err = identity.ParseEmail(typed.Email)
	errs = append(errs, page.FieldErrors(err)...)
	if _, err = identity.ParseName(typed.Organization); err != nil && typed.Organization != "" {
		for _, e := range page.FieldErrors(err) {
			errs = append(errs, templates.FieldError{Field: "organization", Label: "Organization", Message: e.Message})
		}
	}
	return append(errs, passwordErrors(fresh, again, typed.Email, typed.Name)...)
}

// passwordErrors is what is wrong with a new password and its repetition.
func passwordErrors(fresh, again, email, name string) templates.Errors {
	errs := page.FieldErrors(password.Check(fresh, email, name))
	return append(errs, page.FieldErrors(page.Again(fresh, again))...)
}

// visitorFrom is an actor known by address and request alone.
func (p *Pages) visitorFrom(r *http.Request) event.Actor {
	info := inbound.From(r.Context())
	return event.Actor{Kind: event.KindUser, Address: info.Address.String(), RequestID: info.ID}
}
