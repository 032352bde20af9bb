package admin

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"net/url"

	"postern/authz/client"
	"postern/authz/event"
	"postern/authz/grant"
	"postern/authz/identity"
	"postern/templates"
	"postern/web/page"
	"postern/web/session"
)

// perPage is how many rows a list shows.
const perPage = 50

// maxForm bounds a form, in bytes.
const maxForm = 64 << 10

// visit is one request of an administrator.
type visit struct {
	pages *Pages
	w     http.ResponseWriter
	r     *http.Request
	who   session.Visitor
	query url.Values // of the URL
	form  url.Values // of the body of a POST
}

// read parses the query, and the form of a POST unless its handler does. Text that is none is refused here, once for all.
func (v *visit) read(form bool) error {
	query, err := url.ParseQuery(v.r.URL.RawQuery)
	if err != nil {
		return page.Invalid("The address of this page is broken.")
	}
	v.query = query
	if err := grant.CheckText(query); err != nil {
		return err
	}
	if v.r.Method != http.MethodPost || !form {
		return nil
	}
	if kind, _, err := mime.ParseMediaType(v.r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		return page.Invalid("The request is not a form.")
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, maxForm)
	if err := v.r.ParseForm(); err != nil {
		return page.Invalid("The form could not be read.")
	}
	v.form = v.r.PostForm
	return grant.CheckText(v.form)
}

func (v *visit) ctx() context.Context { return v.r.Context() }

// actor is the administrator as the trail names them.
func (v *visit) actor() event.Actor { return v.who.Actor(v.r) }

func (v *visit) layout() (templates.Layout, error) { return v.pages.c.Sessions.Layout(v.w, v.r) }

// show sends a page.
func (v *visit) show(content templates.Page) error {
	return v.pages.c.Pages.Write(v.w, http.StatusOK, content)
}

// again sends a form that could not be taken.
func (v *visit) again(content templates.Page) error {
	return v.pages.c.Pages.Write(v.w, http.StatusUnprocessableEntity, content)
}

// done says on the next page, at path, what was done.
func (v *visit) done(path, text string) error {
	if err := v.pages.c.Sessions.Flash(v.w, v.r, text); err != nil {
		return err
	}
	page.Redirect(v.w, path)
	return nil
}

// ticked tells whether a check box was.
func (v *visit) ticked(name string) bool { return v.form.Get(name) == "1" }

// refused is for what a page offers but cannot be done at the moment.
func refused(message, advice string) *page.Problem {
	return &page.Problem{Status: http.StatusConflict, Heading: "This was not done", Message: message, Advice: advice}
}

// outcome words the refusals of authz that have no field in a form. Others it returns as they are.
func outcome(err error) error {
	for _, row := range []struct {
		is              error
		message, advice string
	}{
		{client.ErrConflict, "Somebody else changed this at the same time.", "Load the page again and look at what it is now."},
		{client.ErrTooManyClients, "The organization publishes as many apps as it can.", "Delete one that nobody uses."},
		{identity.ErrLastAdmin, "This is the last administrator.", "Make somebody else an administrator first."},
		{identity.ErrDisabled, "The account is disabled.", "Enable it first."},
	} {
		if errors.Is(err, row.is) {
			problem := refused(row.message, row.advice)
			problem.Err = err
			return problem
		}
	}
	return err
}
