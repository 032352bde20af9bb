package web

import (
	"errors"
	"net/http"
)

var errPanic = errors.New("the handler panicked")

// routes is every URL, in the order in which a reader would look for it.
func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	page := func(pattern string, h func(http.ResponseWriter, *http.Request) error) {
		mux.Handle(pattern, s.pages.Handle(h))
	}

	// Protocol endpoints: no cookie, CORS.
	mux.Handle("/oauth/token", s.oauth.Token())
	mux.Handle("/oauth/introspect", s.oauth.Introspect())
	mux.Handle("/oauth/revoke", s.oauth.Revoke())

	// From an app to its answer. /oauth/authorize takes forms from any site.
	page("GET /oauth/authorize", noHead(s.signin.Authorize))
	page("POST /oauth/authorize", s.signin.Authorize)

	// Our own forms: guarded against other sites.
	own := func(pattern string, h func(http.ResponseWriter, *http.Request) error) {
		mux.Handle(pattern, s.guard.Handler(s.pages.Handle(h)))
	}
	page("GET /login", s.signin.Login)
	own("POST /login", s.signin.LoginSubmit)
	page("GET /login/switch", s.signin.Switch)
	page("GET /consent", noHead(s.signin.Consent))
	own("POST /consent", s.signin.ConsentSubmit)
	page("GET /logout", s.signin.Logout)
	own("POST /logout", s.signin.LogoutSubmit)
	page("GET /setup", s.signin.Setup)
	own("POST /setup", s.signin.SetupSubmit)
	page("GET /reset", s.signin.Reset)
	own("POST /reset", s.signin.ResetSubmit)
	s.account.Routes(page, own)
	s.admin.Routes(page, own)

	// Files and health.
	mux.HandleFunc("GET /static/", s.static)
	mux.HandleFunc("GET /logo/{client}/{sum}", s.logo)
	mux.HandleFunc("GET /brand/{name}", s.brand)
	mux.HandleFunc("GET /healthz", healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	page("GET /{$}", s.signin.Front)
	page("/", notFound)
	return mux
}
