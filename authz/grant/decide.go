package grant

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"time"

	"postern/authz/identity"
	"postern/storage"
)

// Pending is an authorization request on its way through sign-in and consent. It travels sealed through the browser, so
// that a visitor who is not signed in causes no row and several tabs work at once.
type Pending struct {
	Form    url.Values `json:"f,omitempty"`
	Started time.Time  `json:"t"` // when it first came: prompt=login wants a sign-in after it
	Answer  *Answer    `json:"a,omitempty"`
	Next    string     `json:"n,omitempty"` // the page of our own that a plain sign-in leads to
	Note    string     `json:"m,omitempty"` // what the sign-in page says was done just before
}

// Answer is what a person said on the consent page. It holds for the session and user that gave it and nobody else.
type Answer struct {
	Session storage.ID `json:"s"`
	User    storage.ID `json:"u"`
	Denied  bool       `json:"d,omitempty"`
	Org     storage.ID `json:"o"`
	Consent storage.ID `json:"c"`
	Scopes  []string   `json:"p"`
}

// Step is what comes next. Exactly one member is set.
type Step struct {
	SignIn   *SignInStep
	Consent  *ConsentStep
	Response *Response
}

// SignInStep asks for a sign-in.
type SignInStep struct {
	Again bool // somebody is signed in, but the app wants to see them again
}

// ConsentStep asks for consent.
type ConsentStep struct {
	New     []storage.Scope // what has not been allowed yet
	Already []storage.Scope // what has
	Left    []storage.Scope // what was shown before and left out
}

// Decide says what comes next for a proven request: it is the one place that does, and every page returns to it.
func (s *Server) Decide(ctx context.Context, r *AuthorizeRequest, p *Pending, v Visitor) (Step, error) {
	if !v.SignedIn || s.stale(r, p, v) {
		return s.wantSignIn(r, v)
	}
	if a := p.Answer; a != nil && a.Session == v.Session && a.User == v.User {
		return s.answered(ctx, r, v, a)
	}
	permission := Permission{Scopes: r.Scopes, Org: v.Org}
	if r.Client.FirstParty && !r.Asks("consent") {
		return s.respond(ctx, r, v, permission)
	}
	consent, err := s.store.Consent(ctx, v.User, r.Client.ID, v.Org)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return Step{}, err
	}
	need := identity.NeedFor(consent, r.Scopes, r.RedirectHost(), r.Client.OrgID, s.now())
	if need.Ask || r.Asks("consent") {
		return s.wantConsent(ctx, r, need)
	}
	permission.Consent, permission.Scopes = consent.ID, need.Already
	return s.respond(ctx, r, v, permission)
}

// stale tells whether the sign-in is too old for what the request wants (OpenID Connect Core 3.1.2.1).
func (s *Server) stale(r *AuthorizeRequest, p *Pending, v Visitor) bool {
	if (r.Asks("login") || r.Asks("select_account")) && v.AuthTime.Before(p.Started) {
		return true
	}
	return r.HasMaxAge && s.now().Sub(v.AuthTime) > r.MaxAge && v.AuthTime.Before(p.Started)
}

func (s *Server) wantSignIn(r *AuthorizeRequest, v Visitor) (Step, error) {
	if r.Asks("none") {
		return Step{}, refuse(LoginRequired, "Nobody is signed in, or not recently enough, and prompt=none allows no page.")
	}
	return Step{SignIn: &SignInStep{Again: v.SignedIn}}, nil
}

func (s *Server) wantConsent(ctx context.Context, r *AuthorizeRequest, need identity.Need) (Step, error) {
	if r.Asks("none") {
		return Step{}, refuse(ConsentRequired, "The user has not allowed all of this yet, and prompt=none allows no page.")
	}
	catalogue, err := s.mirror.Scopes(ctx)
	if err != nil {
		return Step{}, err
	}
	step := &ConsentStep{}
	for _, name := range r.Scopes {
		entry, ok := catalogue.Lookup(name)
		switch {
		case !ok:
		case slices.Contains(need.Already, name):
			step.Already = append(step.Already, entry)
		case slices.Contains(need.Left, name) && entry.Optional:
			step.Left = append(step.Left, entry)
		default:
			step.New = append(step.New, entry)
		}
	}
	return Step{Consent: step}, nil
}

// answered carries out what the person said. Only what was asked for can have been allowed.
func (s *Server) answered(ctx context.Context, r *AuthorizeRequest, v Visitor, a *Answer) (Step, error) {
	if a.Denied {
		return Step{}, refuse(AccessDenied, "The user did not allow access.")
	}
	p := Permission{Org: a.Org, Consent: a.Consent}
	for _, name := range r.Scopes {
		if slices.Contains(a.Scopes, name) {
			p.Scopes = append(p.Scopes, name)
		}
	}
	return s.respond(ctx, r, v, p)
}

func (s *Server) respond(ctx context.Context, r *AuthorizeRequest, v Visitor, p Permission) (Step, error) {
	response, err := s.Respond(ctx, r, v, p)
	if err != nil {
		return Step{}, err
	}
	return Step{Response: &response}, nil
}
