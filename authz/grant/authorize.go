package grant

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"postern/authz/client"
	"postern/authz/redirect"
	"postern/storage"
)

// AuthorizeRequest is an authorization request whose client and redirect URI are proven. What else is wrong with it may
// be told to the app.
type AuthorizeRequest struct {
	Client       *client.Client
	RedirectURI  string // where the answer goes
	RedirectSent bool   // it was in the request; else it is the only registered one
	ResponseMode string // query or form_post
	State        string
	HasState     bool
	Scopes       []string // all that is asked for; the client may have each
	Challenge    [32]byte
	HasChallenge bool
	Nonce        string
	Prompt       []string // none, login, consent, select_account
	MaxAge       time.Duration
	HasMaxAge    bool
	LoginHint    string
	Form         url.Values // what it was read from
}

// Asks tells whether the request's prompt has this value (OpenID Connect Core 3.1.2.1).
func (r *AuthorizeRequest) Asks(prompt string) bool { return slices.Contains(r.Prompt, prompt) }

// RedirectHost is the host that a person will be sent to, or the scheme of an app's own URI.
func (r *AuthorizeRequest) RedirectHost() string {
	u, err := url.Parse(r.RedirectURI)
	if err != nil {
		return ""
	}
	if u.Hostname() != "" {
		return u.Hostname()
	}
	return u.Scheme
}

type provenKey struct{}

// Authorize reads and proves an authorization request. With an error there are two cases: the request is nil, and the
// error is for a page; or it is not, and the error goes to the app (Refuse).
func (s *Server) Authorize(ctx context.Context, call *Call) (*AuthorizeRequest, error) {
	r, err := s.prove(ctx, call)
	if err != nil {
		e := AsError(err)
		s.note(call, e)
		return nil, e
	}
	for _, check := range s.checks() {
		if err := check(ctx, r); err != nil {
			e := AsError(err)
			e.Client = r.Client.ID
			s.note(call, e)
			return r, e
		}
	}
	return r, nil
}

// prove finds the client and matches the redirect URI. Until both are good nothing may be sent anywhere (RFC 6749
// 4.1.2.1, RFC 9700 4.11).
func (s *Server) prove(ctx context.Context, call *Call) (*AuthorizeRequest, error) {
	if err := CheckForm(call.Form); err != nil {
		return nil, err
	}
	id := call.Form.Get("client_id")
	if id == "" {
		return nil, refuse(InvalidRequest, "The parameter client_id is missing.")
	}
	c, err := s.lookUp(ctx, call, id)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		e := refuse(InvalidClient, "No client with this client_id is registered here.")
		e.Person = "The app that sent you here is not known to this site."
		return nil, e
	case err != nil:
		return nil, err
	case c.Disabled:
		return nil, refuse(InvalidClient, "This client is disabled.").about(c, "This app is switched off at the moment.")
	}
	r := &AuthorizeRequest{Client: c, ResponseMode: "query", Form: call.Form, State: call.Form.Get("state"), HasState: call.Form.Has("state")}
	return r, r.matchRedirect()
}

func (r *AuthorizeRequest) matchRedirect() error {
	c, uri := r.Client, r.Form.Get("redirect_uri")
	if uri == "" {
		if len(c.RedirectURIs) != 1 {
			e := refuse(InvalidRequest, "The parameter redirect_uri is missing; it is needed unless exactly one is registered.")
			return e.about(c, "The app did not say where to send you back to.")
		}
		r.RedirectURI = c.RedirectURIs[0]
		return nil
	}
	if _, ok := redirect.Match(c.RedirectURIs, uri, c.Native()); !ok {
		e := refuse(InvalidRequest, "The redirect_uri is not one that is registered for this client. They are compared character by character.")
		e.Reason, e.Detail = "redirect_uri is not registered", redirect.Explain(c.RedirectURIs, uri)
		return e.about(c, "The app asked to send you back to an address that is not registered for it, so you were not sent there.")
	}
	r.RedirectURI, r.RedirectSent = uri, true
	return nil
}

// checks are what an authorization request must pass once it may be answered by a redirect, in order.
func (s *Server) checks() []func(context.Context, *AuthorizeRequest) error {
	return []func(context.Context, *AuthorizeRequest) error{
		checkResponseMode, // first: it says how the other errors travel
		checkUnsupported,
		checkResponseType,
		checkGrantType,
		checkPKCE,
		checkNonce,
		checkPrompt,
		s.checkScope,
	}
}

func checkResponseMode(_ context.Context, r *AuthorizeRequest) error {
	switch mode := r.Form.Get("response_mode"); mode {
	case "", "query":
	case "form_post":
		if !strings.HasPrefix(r.RedirectURI, "http") {
			return refuse(InvalidRequest, "response_mode=form_post needs an http or https redirect URI.")
		}
		r.ResponseMode = mode
	default:
		return refuse(InvalidRequest, "response_mode must be query or form_post.")
	}
	return nil
}

// checkUnsupported refuses what would change the request if it were ignored (OpenID Connect Core 6, 3.1.2.6).
func checkUnsupported(_ context.Context, r *AuthorizeRequest) error {
	switch {
	case r.Form.Has("request"):
		return refuse(RequestNotSupported, "Request objects are not supported; send plain parameters.")
	case r.Form.Has("request_uri"):
		return refuse(RequestURINotSupported, "request_uri is not supported; send plain parameters.")
	case r.Form.Has("registration"):
		return refuse(RegistrationUnsupported, "registration is not supported; register the client beforehand.")
	case r.Form.Has("resource"):
		return refuse(InvalidTarget, "resource: no protected resource of that name is registered.")
	}
	return nil
}

func checkResponseType(_ context.Context, r *AuthorizeRequest) error {
	switch r.Form.Get("response_type") {
	case "code":
		return nil
	case "":
		return refuse(InvalidRequest, "The parameter response_type is missing; send response_type=code.")
	}
	return refuse(UnsupportedResponseType, "response_type must be code.")
}

func checkGrantType(_ context.Context, r *AuthorizeRequest) error {
	if r.Client.Allows("authorization_code") {
		return nil
	}
	return refuse(UnauthorizedClient, "This client is not registered for the grant type authorization_code.")
}

// checkPKCE takes S256 alone (RFC 7636 4.2, 4.3; RFC 9700 2.1.1).
func checkPKCE(_ context.Context, r *AuthorizeRequest) error {
	challenge, method := r.Form.Get("code_challenge"), r.Form.Get("code_challenge_method")
	if challenge == "" {
		switch {
		case r.Client.RequirePKCE:
			return refuse(InvalidRequest, "code_challenge is missing: this client must use PKCE with code_challenge_method=S256.")
		case method != "":
			return refuse(InvalidRequest, "code_challenge_method is given without code_challenge.")
		}
		return nil
	}
	if method != "S256" {
		return refuse(InvalidRequest, "code_challenge_method must be S256; plain, which is also the default, is not accepted.")
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(challenge)
	if err != nil || len(raw) != len(r.Challenge) {
		return refuse(InvalidRequest, "code_challenge must be the base64url-encoded SHA-256 of the verifier: 43 characters without padding.")
	}
	copy(r.Challenge[:], raw)
	r.HasChallenge = true
	return nil
}

// maxNonce leaves room in the code for all else.
const maxNonce = 500

func checkNonce(_ context.Context, r *AuthorizeRequest) error {
	r.Nonce, r.LoginHint = r.Form.Get("nonce"), r.Form.Get("login_hint")
	if len(r.Nonce) > maxNonce {
		return refuse(InvalidRequest, "nonce must have at most 500 characters.")
	}
	return nil
}

func checkPrompt(_ context.Context, r *AuthorizeRequest) error {
	r.Prompt = strings.Fields(r.Form.Get("prompt"))
	for _, p := range r.Prompt {
		if !slices.Contains([]string{"none", "login", "consent", "select_account"}, p) {
			return refuse(InvalidRequest, "prompt must be made of none, login, consent and select_account.")
		}
	}
	if r.Asks("none") && len(r.Prompt) > 1 {
		return refuse(InvalidRequest, "prompt=none cannot be combined with other values.")
	}
	if text := r.Form.Get("max_age"); text != "" {
		seconds, err := strconv.ParseUint(text, 10, 31)
		if err != nil {
			return refuse(InvalidRequest, "max_age must be a whole number of seconds.")
		}
		r.MaxAge, r.HasMaxAge = time.Duration(seconds)*time.Second, true
	}
	return nil
}

func (s *Server) checkScope(ctx context.Context, r *AuthorizeRequest) error {
	scopes, err := s.decideScopes(ctx, r.Client, r.Form.Get("scope"))
	r.Scopes = scopes
	return err
}

// redirectHash is what a code keeps of the redirect URI.
func (r *AuthorizeRequest) redirectHash() [32]byte { return sha256.Sum256([]byte(r.RedirectURI)) }

// fositeForm is the request as fosite gets to see it: checked, and nothing else.
func (r *AuthorizeRequest) fositeForm() url.Values {
	form := url.Values{
		"client_id": {r.Client.ID}, "redirect_uri": {r.RedirectURI}, "response_type": {"code"},
		"scope": {strings.Join(r.Scopes, " ")}, "response_mode": {r.ResponseMode},
		"state": {"-"}, // fosite wants one; ours is added by the Response
	}
	if r.HasChallenge {
		form.Set("code_challenge", r.Form.Get("code_challenge"))
		form.Set("code_challenge_method", "S256")
	}
	return form
}

func (r *AuthorizeRequest) httpRequest() *http.Request {
	form := r.fositeForm()
	return &http.Request{Method: http.MethodGet, URL: &url.URL{}, Header: http.Header{}, Form: form, PostForm: url.Values{}}
}
