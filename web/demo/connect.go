package demo

import (
	"crypto/rand"
	"net/http"

	"golang.org/x/oauth2"

	"postern/web/page"
)

// connect serves GET /connect: it sends the browser to the server, and remembers what only the right answer can match.
func (a *App) connect(w http.ResponseWriter, r *http.Request) error {
	config, err := a.oauth(r.Context())
	if err != nil {
		return err
	}
	v := visit{state: rand.Text(), verifier: oauth2.GenerateVerifier()}
	a.begin(w, r, v)
	page.Redirect(w, config.AuthCodeURL(v.state, oauth2.S256ChallengeOption(v.verifier)))
	return nil
}

// callback serves GET /callback, where the server's answer arrives. The state says that it belongs to this browser, the
// issuer that it comes from the server that was asked (RFC 9207 2.4), the verifier that the code does.
func (a *App) callback(w http.ResponseWriter, r *http.Request) error {
	answer := r.URL.Query()
	id, _, _ := a.visit(r)
	v, ok := a.visits.answered(id, answer.Get("state"))
	if !ok {
		return &failure{
			status: http.StatusBadRequest, code: "invalid_state",
			description: "The answer does not belong to a request that was made in this browser.",
		}
	}
	if answer.Get("iss") != a.c.Issuer {
		return &failure{
			status: http.StatusBadRequest, code: "invalid_issuer", description: "The answer is from another server than was asked.",
		}
	}
	if code := answer.Get("error"); code != "" {
		return &failure{status: http.StatusOK, code: code, description: answer.Get("error_description")}
	}
	token, err := a.redeem(r, answer.Get("code"), v.verifier)
	if err != nil {
		return err
	}
	a.begin(w, r, visit{token: token})
	page.Redirect(w, "/connected") // the code leaves the address bar
	return nil
}

func (a *App) redeem(r *http.Request, code, verifier string) (*oauth2.Token, error) {
	config, err := a.oauth(r.Context())
	if err != nil {
		return nil, err
	}
	return config.Exchange(a.calling(r.Context()), code, oauth2.VerifierOption(verifier))
}
