package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"postern/authz/catalogue"
	"postern/authz/client"
	"postern/authz/event"
	"postern/authz/identity"
	"postern/authz/password"
	"postern/web/demo"
)

// demoDeps is what the demo of `serve --dev` is made with.
type demoDeps struct {
	people  *identity.Directory
	clients *client.Registry
	scopes  *catalogue.Registry
	now     func() time.Time
	issuer  string // http, on a loopback host
	appURL  string // of the demo's app; empty: one port above the issuer's
	file    string // where its passwords and secrets are kept, beside the database
}

// Demo is what the demo consists of, with what signs in to it.
type Demo struct {
	Issuer, AppURL   string
	AppDown          bool // the app is not served: somebody else has its port
	Admin, User      demoLogin
	App, Backend     demo.Credentials
	Resource         demo.Credentials // of the app's API: introspects any token
	CLI, CLIRedirect string           // a public client, and a redirect URI of it where nobody listens
}

// demoLogin is one of the demo's users.
type demoLogin struct {
	Email, Password string
	Changed         bool // somebody has set another password since
}

const (
	demoAdmin = "admin@example.com"
	demoUser  = "user@example.com"
)

var demoActor = event.Command("serve --dev")

// seedDemo makes what is missing of the demo and returns it. Passwords and secrets stay the same from start to start:
// they are kept in deps.file, which only this user can read. What somebody has changed since is left as it is, but for a
// client secret that is gone: then there is a new one.
func seedDemo(ctx context.Context, deps demoDeps) (Demo, error) {
	d, err := newDemo(deps.issuer)
	if err != nil {
		return Demo{}, err
	}
	d.AppURL = or(deps.appURL, d.AppURL)
	kept, err := readDemoFile(deps.file)
	if err != nil {
		return Demo{}, err
	}
	s := &seeding{demoDeps: deps, demo: d, kept: kept}
	for _, step := range []func(context.Context) error{s.users, s.catalogue, s.registrations} {
		if err := step(ctx); err != nil {
			return Demo{}, fmt.Errorf("seed the demo: %w", err)
		}
	}
	return s.demo, nil
}

// newDemo is the demo of an issuer before it has passwords and secrets. Its app lives one port above the issuer's.
func newDemo(issuer string) (Demo, error) {
	u, err := url.Parse(issuer)
	if err != nil || u.Scheme != "http" {
		return Demo{}, fmt.Errorf("the demo needs an http issuer on a loopback host, and %s is none", issuer)
	}
	port, err := strconv.Atoi(or(u.Port(), "80"))
	if err != nil || port >= 65534 {
		return Demo{}, fmt.Errorf("the demo needs two ports above that of %s", issuer)
	}
	above := func(host string, n int) string {
		return "http://" + net.JoinHostPort(host, strconv.Itoa(port+n))
	}
	return Demo{
		Issuer: issuer, AppURL: above(u.Hostname(), 1),
		Admin: demoLogin{Email: demoAdmin}, User: demoLogin{Email: demoUser},
		App: demo.Credentials{ID: "demo-app"}, Backend: demo.Credentials{ID: "demo-backend"}, Resource: demo.Credentials{ID: "demo-api"},
		CLI: "demo-cli", CLIRedirect: above("127.0.0.1", 2) + "/callback",
	}, nil
}

// handler is the demo's app, to be served where AppURL says.
func (d Demo) handler(now func() time.Time, log *slog.Logger) (http.Handler, error) {
	return demo.New(demo.Config{
		Issuer: d.Issuer, URL: d.AppURL, App: d.App, Resource: d.Resource, Scopes: demoAppScopes, Now: now, Logger: log,
	})
}

// seeding is a demo in the making.
type seeding struct {
	demoDeps
	demo Demo
	kept demoFile
	org  identity.Organization
}

// users makes the organization and its two people.
func (s *seeding) users(ctx context.Context) error {
	var freshAdmin, freshUser bool
	s.demo.Admin.Password, freshAdmin = s.kept.password(demoAdmin)
	s.demo.User.Password, freshUser = s.kept.password(demoUser)
	if err := s.kept.write(s.file); err != nil { // before anybody has these passwords
		return err
	}
	if err := s.setUp(ctx); err != nil {
		return err
	}
	org, err := s.people.OrganizationBySlug(ctx, "example")
	if errors.Is(err, identity.ErrNotFound) {
		org, err = s.people.CreateOrganization(ctx, demoActor, identity.NewOrganization{Slug: "example", Name: "Example"})
	}
	if err != nil {
		return err
	}
	s.org = org
	if err := s.user(ctx, &s.demo.Admin, freshAdmin, identity.NewUser{Name: "Example Admin", Admin: true}); err != nil {
		return err
	}
	return s.user(ctx, &s.demo.User, freshUser, identity.NewUser{Name: "Example User"})
}

// setUp makes the first administrator of an empty server as the set-up page would, so that Example is the organization
// that everything belongs to by default.
func (s *seeding) setUp(ctx context.Context) error {
	needed, err := s.people.NeedsSetup(ctx)
	if err != nil || !needed {
		return err
	}
	if _, err := s.people.UserByEmail(ctx, demoAdmin); !errors.Is(err, identity.ErrNotFound) {
		return err
	}
	token, err := s.people.SetupToken()
	if err != nil {
		return err
	}
	_, err = s.people.Setup(ctx, demoActor, token, identity.First{
		Name: "Example Admin", Email: demoAdmin, Password: s.demo.Admin.Password, Organization: "Example",
	})
	return err
}

// user makes one of the people. If they are there but the password is fresh, the file was lost: they get the new one.
func (s *seeding) user(ctx context.Context, login *demoLogin, fresh bool, n identity.NewUser) error {
	n.Email, n.Password, n.OrgID = login.Email, login.Password, s.org.ID
	u, err := s.people.UserByEmail(ctx, login.Email)
	if errors.Is(err, identity.ErrNotFound) {
		_, err = s.people.CreateUser(ctx, demoActor, n)
		return err
	}
	if err != nil {
		return err
	}
	same, _, err := password.New().Verify(ctx, u.PasswordHash, login.Password)
	if err != nil {
		return err
	}
	if !same && fresh {
		return s.people.SetPassword(ctx, demoActor, u.ID, login.Password)
	}
	login.Changed = !same
	return nil
}
