package signin

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"

	"postern/authz/grant"
	"postern/web/page"
	"postern/web/session"
)

// binding returns the secret that ties a flow to this browser, from its cookie.
func (p *Pages) binding(r *http.Request) []byte {
	cookie, err := r.Cookie(session.CookieName("flow", p.secure))
	if err != nil {
		return nil
	}
	secret, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || len(secret) != bindingSize {
		return nil
	}
	return secret
}

const bindingSize = 16

// bind returns the browser's binding, and gives it one if it has none. All its tabs share it.
func (p *Pages) bind(w http.ResponseWriter, r *http.Request) []byte {
	if secret := p.binding(r); secret != nil {
		return secret
	}
	secret := make([]byte, bindingSize)
	rand.Read(secret)
	name := session.CookieName("flow", p.secure)
	http.SetCookie(w, session.Cookie(name, base64.RawURLEncoding.EncodeToString(secret), p.secure, 0))
	return secret
}

// open reads the flow of a form or URL. Without the browser's cookie there is none.
func (p *Pages) open(r *http.Request, purpose, text string) (*grant.Pending, error) {
	secret := p.binding(r)
	if secret == nil {
		return nil, outdated()
	}
	pending, err := p.grants.Open(purpose, text, secret)
	if err != nil {
		problem := outdated()
		problem.Err = err
		return nil, problem
	}
	return pending, nil
}

func outdated() *page.Problem {
	return &page.Problem{
		Status: http.StatusBadRequest, Heading: "This page is out of date",
		Message: "It was open for too long, or was opened in another browser, or cookies are switched off.",
		Advice:  "Go back to the app or page you came from and start again.",
	}
}

// send seals pending and sends the browser to path with it.
func (p *Pages) send(w http.ResponseWriter, r *http.Request, path string, pending *grant.Pending) error {
	flow, err := p.grants.Seal(grant.ForFlow, pending, p.bind(w, r))
	if err != nil {
		return err
	}
	page.Redirect(w, path+"?flow="+flow)
	return nil
}

// SendToSignIn sends a visitor who is not signed in to the sign-in page, and afterwards to next, a path of our own.
func (p *Pages) SendToSignIn(w http.ResponseWriter, r *http.Request, next string) error {
	return p.send(w, r, "/login", &grant.Pending{Next: next})
}
