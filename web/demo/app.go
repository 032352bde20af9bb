package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"postern/templates"
	"postern/web/inbound"
	"postern/web/page"
)

// Credentials are what a client authenticates with, by client_secret_basic.
type Credentials struct{ ID, Secret string }

// Config is what an App stands on; all of it but HTTP.
type Config struct {
	Issuer   string // the authorization server, without a trailing slash
	URL      string // the app's own, without a trailing slash
	App      Credentials
	Resource Credentials // of the API: may introspect any token
	Scopes   []string    // that the app asks for
	Site     templates.Site
	Now      func() time.Time
	Logger   *slog.Logger
	HTTP     *http.Client // for calls to the server and to the API; nil: one with a deadline
}

// App is the demo's web app and its API.
type App struct {
	c        Config
	secure   bool
	set      *templates.Set
	pages    *page.Writer
	visits   *visits
	provider provider
	handler  http.Handler
}

// New makes an App. It calls nobody before the first visitor does.
func New(c Config) (*App, error) {
	if c.Issuer == "" || c.URL == "" || c.App.ID == "" || c.Now == nil || c.Logger == nil {
		return nil, errors.New("demo: Issuer, URL, App, Now and Logger are needed")
	}
	if c.HTTP == nil {
		c.HTTP = &http.Client{Timeout: 10 * time.Second}
	}
	set, err := templates.New(c.Site)
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	a := &App{
		c: c, secure: strings.HasPrefix(c.URL, "https:"), set: set, pages: page.New(set, c.Logger), visits: newVisits(c.Now),
		provider: provider{issuer: c.Issuer, http: c.HTTP},
	}
	a.handler = inbound.Wrap(inbound.Config{Now: c.Now, Logger: c.Logger, Panic: broken}, a.routes())
	return a, nil
}

// ServeHTTP answers everything.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handler.ServeHTTP(w, r) }

func (a *App) routes() http.Handler {
	mux := http.NewServeMux()
	own := http.NewCrossOriginProtection() // other sites' forms are refused
	page := func(pattern string, h func(http.ResponseWriter, *http.Request) error) {
		mux.Handle(pattern, own.Handler(a.handle(h)))
	}
	page("GET /{$}", a.home)
	page("GET /connect", a.connect)
	page("GET /callback", a.callback)
	page("GET /connected", a.connected)
	page("POST /call", a.call)
	page("POST /refresh", a.refresh)
	page("POST /forget", a.forget)
	mux.HandleFunc("GET /api/jobs", a.jobs)
	mux.HandleFunc("GET /static/", a.static)
	return mux
}

var links = templates.DemoLinks{Home: "/", Connect: "/connect", Call: "/call", Refresh: "/refresh", Forget: "/forget"}

// home serves GET /.
func (a *App) home(w http.ResponseWriter, r *http.Request) error {
	_, v, ok := a.visit(r)
	return a.show(w, http.StatusOK, templates.DemoHome{Layout: a.layout(), Links: links, Connected: ok && v.token != nil})
}

func (a *App) layout() templates.Layout { return templates.Layout{Now: a.c.Now()} }

func (a *App) show(w http.ResponseWriter, status int, content templates.Page) error {
	return a.pages.Write(w, status, content)
}

// failure is an answer that said no, as the page shows it.
type failure struct {
	status            int
	code, description string
	err               error // for the log
}

func (f *failure) Error() string {
	if f.err != nil {
		return f.code + ": " + f.err.Error()
	}
	return f.code + ": " + f.description
}

// Unwrap returns what caused it.
func (f *failure) Unwrap() error { return f.err }

// failureOf reads what the token endpoint said; what is no answer of OAuth is the server's absence.
func failureOf(err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	if e, ok := errors.AsType[*oauth2.RetrieveError](err); ok && e.ErrorCode != "" {
		return &failure{http.StatusBadRequest, e.ErrorCode, e.ErrorDescription, nil}
	}
	return &failure{http.StatusBadGateway, "server_unreachable", "The authorization server did not answer as it should.", err}
}

// handle shows what h returns as the app's own error page.
func (a *App) handle(h func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if err == nil {
			return
		}
		f := failureOf(err)
		inbound.From(r.Context()).Reason = f.Error()
		content := templates.DemoError{Layout: a.layout(), Links: links, Code: f.code, Description: f.description}
		if err := a.show(w, f.status, content); err != nil {
			broken(w, r)
		}
	})
}

func broken(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "The demo app met an unexpected condition.", http.StatusInternalServerError)
}

// static serves what the pages need, by names that have a checksum.
func (a *App) static(w http.ResponseWriter, r *http.Request) {
	f, ok := a.set.Asset(r.URL.Path)
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", f.ContentType)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Write(f.Body)
}

// calling is ctx for calls to the authorization server.
func (a *App) calling(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, a.c.HTTP)
}
