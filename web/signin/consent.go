package signin

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"postern/authz/grant"
	"postern/authz/identity"
	"postern/templates"
	"postern/web/page"
	"postern/web/session"
)

// asked is a consent page's question: a proven request that Decide wants consent for, and who is to answer.
type asked struct {
	request *grant.AuthorizeRequest
	pending *grant.Pending
	step    *grant.ConsentStep
	visitor session.Visitor
}

// Consent serves GET /consent.
func (p *Pages) Consent(w http.ResponseWriter, r *http.Request) error {
	pending, err := p.open(r, grant.ForFlow, r.URL.Query().Get("flow"))
	if err != nil {
		return err
	}
	q, err := p.ask(w, r, pending)
	if q == nil {
		return err
	}
	return p.showConsent(w, r, http.StatusOK, q, nil)
}

// ask decides anew whether there is a question. If there is none it has answered, and returns nil.
func (p *Pages) ask(w http.ResponseWriter, r *http.Request, pending *grant.Pending) (*asked, error) {
	request, err := p.grants.Authorize(r.Context(), p.call(r, pending))
	if err != nil {
		return nil, p.refuse(w, r, request, err)
	}
	visitor, err := p.sessions.Current(r)
	if err != nil {
		return nil, err
	}
	pending.Answer = nil
	step, err := p.grants.Decide(r.Context(), request, pending, visitor.Grant())
	if err != nil {
		return nil, p.refuse(w, r, request, err)
	}
	if step.Consent == nil { // signed out, or allowed in another tab
		return nil, p.send(w, r, "/oauth/authorize", pending)
	}
	return &asked{request: request, pending: pending, step: step.Consent, visitor: visitor}, nil
}

func (p *Pages) showConsent(w http.ResponseWriter, r *http.Request, status int, q *asked, errs templates.Errors) error {
	sealed := &grant.Pending{Form: q.pending.Form, Started: q.pending.Started, Answer: &grant.Answer{
		Session: q.visitor.Session.ID, User: q.visitor.User.ID,
	}}
	binding := p.bind(w, r)
	flow, err := p.grants.Seal(grant.ForConsent, sealed, binding)
	if err != nil {
		return p.refuse(w, r, q.request, err)
	}
	again, err := p.grants.Seal(grant.ForFlow, q.pending, binding)
	if err != nil {
		return p.refuse(w, r, q.request, err)
	}
	orgs, err := p.organizations(r, q.visitor)
	if err != nil {
		return err
	}
	host, scheme, loopback := destination(q.request.RedirectURI)
	return p.pages.Write(w, status, templates.Consent{
		Layout: p.layout(r), Errors: errs, Flow: flow, App: AppOf(q.request.Client),
		Account:   templates.Account{Name: q.visitor.User.Name, Email: q.visitor.User.Email},
		SwitchURL: "/login/switch?flow=" + again, Organizations: orgs,
		Groups: groups(q.step.New, q.step.Left), Granted: groups(q.step.Already, nil),
		Offline:      q.request.ActsAlone(),
		RedirectHost: host, RedirectApp: scheme, Loopback: loopback,
	}, q.request.RedirectURI)
}

func (p *Pages) organizations(r *http.Request, v session.Visitor) ([]templates.Choice, error) {
	memberships, err := p.people.Memberships(r.Context(), v.User.ID)
	if err != nil {
		return nil, err
	}
	choices := make([]templates.Choice, 0, len(memberships))
	for _, m := range memberships {
		choices = append(choices, templates.Choice{Value: m.OrgID.String(), Label: m.OrgName, Selected: m.OrgID == v.Session.OrgID})
	}
	return choices, nil
}

// groups sorts scopes under their resource, as the catalogue orders them. Those left out before are shown unticked.
func groups(scopes, left []grant.Scope) []templates.ScopeGroup {
	var out []templates.ScopeGroup
	for n, s := range slices.Concat(scopes, left) {
		i := slices.IndexFunc(out, func(g templates.ScopeGroup) bool { return g.Title == s.Group })
		if i < 0 {
			i, out = len(out), append(out, templates.ScopeGroup{Title: s.Group})
		}
		out[i].Scopes = append(out[i].Scopes, templates.ConsentScope{
			Name: s.Name, Title: s.Title, Description: s.Description, Kind: templates.Kind(s.Kind),
			Sensitive: s.Sensitive, Optional: s.Optional, Checked: n < len(scopes),
		})
	}
	return out
}

// ConsentSubmit serves POST /consent. The form names the session and user that it was shown to: it is refused when
// either is another now, and works in no other browser (SECURITY LG-12, LG-13).
func (p *Pages) ConsentSubmit(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	pending, err := p.open(r, grant.ForConsent, r.PostForm.Get("flow"))
	if err != nil {
		return err
	}
	shown := pending.Answer
	q, err := p.ask(w, r, pending)
	if q == nil {
		return err
	}
	if shown == nil || shown.Session != q.visitor.Session.ID || shown.User != q.visitor.User.ID {
		return outdated()
	}
	q.pending.Answer = shown
	switch r.PostForm.Get("decision") {
	case "allow":
		return p.allow(w, r, q)
	case "deny":
		q.pending.Answer.Denied = true
		return p.send(w, r, "/oauth/authorize", q.pending)
	}
	return page.Invalid("The form does not say whether to allow or not.")
}

// allow writes the consent and returns to the authorization endpoint.
func (p *Pages) allow(w http.ResponseWriter, r *http.Request, q *asked) error {
	org, err := p.chosen(r, q)
	if err != nil {
		return err
	}
	granted, declined := q.granted(r.PostForm["scope"])
	consent, err := p.people.Allow(r.Context(), q.visitor.Actor(r), identity.ConsentInput{
		UserID: q.visitor.User.ID, ClientID: q.request.Client.ID, OrgID: org, Scopes: granted, Declined: declined,
		RedirectHost: q.request.RedirectHost(), PublisherID: q.request.Client.OrgID,
	})
	if errors.Is(err, identity.ErrNoScopes) {
		return p.showConsent(w, r, http.StatusUnprocessableEntity, q, templates.Errors{{Message: "Choose at least one thing that the app may do, or don't allow access."}})
	}
	if err != nil {
		return consentProblem(err)
	}
	q.pending.Answer.Org, q.pending.Answer.Consent, q.pending.Answer.Scopes = org, consent.ID, granted
	return p.send(w, r, "/oauth/authorize", q.pending)
}

// granted is what is allowed now: all that was allowed before, all that is not optional, and the optional ones ticked.
// declined is the rest.
func (q *asked) granted(ticked []string) (granted, declined []string) {
	for _, s := range q.step.Already {
		granted = append(granted, s.Name)
	}
	for _, s := range slices.Concat(q.step.New, q.step.Left) {
		if !s.Optional || slices.Contains(ticked, s.Name) {
			granted = append(granted, s.Name)
		} else {
			declined = append(declined, s.Name)
		}
	}
	return granted, declined
}

// chosen reads which organization the grant is to act for: one that the person is a member of.
func (p *Pages) chosen(r *http.Request, q *asked) (identity.ID, error) {
	text := r.PostForm.Get("organization")
	if text == "" {
		return q.visitor.Session.OrgID, nil
	}
	id, err := identity.ParseID(text)
	if err != nil {
		return id, page.Invalid("There is no such organization.")
	}
	if id == q.visitor.Session.OrgID {
		return id, nil
	}
	return id, consentProblem(p.people.ActFor(r.Context(), q.visitor.Session, id))
}

// consentProblem words what a changed form, or a change since the page was shown, can run into. A foreign organization is
// like a missing one (SECURITY TI-11).
func consentProblem(err error) error {
	switch {
	case errors.Is(err, identity.ErrNotMember):
		return page.Invalid("You are not a member of that organization.")
	case errors.Is(err, identity.ErrDisabled):
		return page.Invalid("Your account or this app has been disabled.")
	}
	return err
}

// destination says where the person will be sent: a host, or the scheme of an app's own URI.
func destination(uri string) (host, scheme string, loopback bool) {
	name, rest, _ := strings.Cut(uri, ":")
	if name != "https" && name != "http" {
		return "", name, false
	}
	host, _, _ = strings.Cut(strings.TrimPrefix(rest, "//"), "/")
	host, _, _ = strings.Cut(host, "?")
	bare := strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if i := strings.LastIndex(host, ":"); i > 0 && !strings.HasSuffix(host, "]") {
		bare = strings.TrimSuffix(strings.TrimPrefix(host[:i], "["), "]")
	}
	return host, "", bare == "localhost" || bare == "127.0.0.1" || bare == "::1"
}

// Switch serves GET /login/switch: the sign-in page for another account, on the way to the same app. It changes
// nothing until somebody signs in.
func (p *Pages) Switch(w http.ResponseWriter, r *http.Request) error {
	text := r.URL.Query().Get("flow")
	pending, err := p.open(r, grant.ForFlow, text)
	if err != nil {
		return err
	}
	return p.showLogin(w, r, http.StatusOK, pending, templates.SignIn{
		Layout: p.layout(r), Flow: text, Reason: "Sign in with the account that you want to use.",
	})
}
