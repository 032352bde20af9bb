package signin

import (
	"mime"
	"net/http"
	"net/url"

	"postern/authz/grant"
	"postern/templates"
	"postern/web/inbound"
	"postern/web/page"
)

// Authorize serves GET and POST /oauth/authorize (RFC 6749 3.1).
func (p *Pages) Authorize(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodPost {
		return p.authorizePost(w, r)
	}
	pending, err := p.pending(r)
	if err != nil {
		return err
	}
	return p.proceed(w, r, pending)
}

// pending finds the request: in the flow of one that is under way, or in the query.
func (p *Pages) pending(r *http.Request) (*grant.Pending, error) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, page.Invalid("The address of this page is broken.")
	}
	switch {
	case query.Has("flow"):
		return p.open(r, grant.ForFlow, query.Get("flow"))
	case query.Has("resume"):
		pending, err := p.grants.Open(grant.ForResume, query.Get("resume"), nil)
		if err != nil {
			return nil, outdated()
		}
		return pending, nil
	}
	return &grant.Pending{Form: query, Started: inbound.From(r.Context()).Started}, nil
}

// authorizePost takes a request in a form, which may come from any site: browsers send no cookie with that. It is
// checked, sealed, and taken up again by a GET of our own.
func (p *Pages) authorizePost(w http.ResponseWriter, r *http.Request) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		return page.Invalid("The request is not a form.")
	}
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if err := r.ParseForm(); err != nil {
		return page.Invalid("The form could not be read.")
	}
	pending := &grant.Pending{Form: r.PostForm, Started: inbound.From(r.Context()).Started}
	request, err := p.grants.Authorize(r.Context(), p.call(r, pending))
	if err != nil {
		return p.refuse(w, r, request, err)
	}
	text, err := p.grants.Seal(grant.ForResume, pending, nil)
	if err != nil {
		return p.refuse(w, r, request, err)
	}
	page.Redirect(w, "/oauth/authorize?resume="+text)
	return nil
}

// proceed takes the request one step on.
func (p *Pages) proceed(w http.ResponseWriter, r *http.Request, pending *grant.Pending) error {
	request, err := p.grants.Authorize(r.Context(), p.call(r, pending))
	if err != nil {
		return p.refuse(w, r, request, err)
	}
	visitor, err := p.sessions.Current(r)
	if err != nil {
		return err
	}
	step, err := p.grants.Decide(r.Context(), request, pending, visitor.Grant())
	switch {
	case err != nil:
		return p.refuse(w, r, request, err)
	case step.Response != nil:
		return p.respond(w, r, request, *step.Response)
	case step.Consent != nil:
		err = p.send(w, r, "/consent", pending)
	default:
		err = p.send(w, r, "/login", pending)
	}
	if err != nil {
		return p.refuse(w, r, request, err)
	}
	return nil
}

func (p *Pages) call(r *http.Request, pending *grant.Pending) *grant.Call {
	info := inbound.From(r.Context())
	return &grant.Call{Form: pending.Form, Address: info.Address, RequestID: info.ID}
}

// refuse tells the app, if it is proven; else the person. What is our own fault the app is not told: a page with
// Retry-After is of more use than a redirect.
func (p *Pages) refuse(w http.ResponseWriter, r *http.Request, request *grant.AuthorizeRequest, err error) error {
	refusal := grant.AsError(err)
	if request == nil || refusal.Status >= http.StatusInternalServerError || refusal.Status == http.StatusTooManyRequests {
		return refusal
	}
	info := inbound.From(r.Context())
	info.Reason, info.Client = refusal.Error(), request.Client.ID
	return p.respond(w, r, request, p.grants.Refuse(request, refusal))
}

// respond sends the answer to the app: by redirect, or as a form (OAuth 2.0 Form Post Response Mode).
func (p *Pages) respond(w http.ResponseWriter, r *http.Request, request *grant.AuthorizeRequest, answer grant.Response) error {
	inbound.From(r.Context()).Client = request.Client.ID
	if answer.Mode != "form_post" {
		page.Redirect(w, answer.Location())
		return nil
	}
	content := templates.FormPost{Layout: p.layout(r), AppName: request.Client.Name, Action: answer.URI}
	for _, param := range answer.Params {
		content.Fields = append(content.Fields, templates.Detail{Name: param.Name, Value: param.Value})
	}
	return p.pages.Write(w, http.StatusOK, content, answer.URI)
}
