package system_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"postern/cmd/system/systemtest"
)

// webApp is the metadata of a third-party web app.
const webApp = `{"client_name":"Planner","redirect_uris":["https://planner.example/callback"],"scope":"jobs:* teams.read"}`

// machine is that of a backend service.
const machine = `{"client_name":"Backend","kind":"machine","grant_types":["client_credentials"],"scope":"jobs:*"}`

func start(t *testing.T, e engine) *systemtest.Server {
	t.Helper()
	s := systemtest.Start(t, e.config(t), systemtest.Options{})
	s.AddScopes("jobs:read", "jobs:write", "teams.read", "secret.read")
	return s
}

func config(s *systemtest.Server, c systemtest.Client, scopes ...string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: c.ID, ClientSecret: c.Secret, RedirectURL: c.Redirect, Scopes: scopes,
		Endpoint: oauth2.Endpoint{AuthURL: s.URL + "/oauth/authorize", TokenURL: s.URL + "/oauth/token"},
	}
}

// authorize takes a browser from the authorization request to the app's redirect URI, and returns what arrives there.
func authorize(t *testing.T, b *systemtest.Browser, address, email string) url.Values {
	t.Helper()
	p := b.Get(address)
	if p.Has("login-page") {
		p = b.SignIn(email)
	}
	if p.Has("consent-page") {
		p = b.Press("allow", nil)
	}
	if p.Away == nil {
		t.Fatalf("no redirect to the app: status %d at %s\n%s", p.Status, p.URL, p.Body)
	}
	return p.Away.Query()
}

func TestGolangOAuth2WorksUnchanged(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := start(t, e)
		s.AddUser("user@example.com", false)
		app := s.AddClient(webApp)
		c := config(s, app, "jobs:read", "teams.read")
		b := s.NewBrowser()

		verifier := oauth2.GenerateVerifier()
		answer := authorize(t, b, c.AuthCodeURL("the-state", oauth2.S256ChallengeOption(verifier)), "user@example.com")
		if answer.Get("state") != "the-state" || answer.Get("iss") != s.URL {
			t.Fatalf("state %q, iss %q", answer.Get("state"), answer.Get("iss"))
		}
		token, err := c.Exchange(t.Context(), answer.Get("code"), oauth2.VerifierOption(verifier))
		if err != nil {
			t.Fatal(err)
		}
		if token.RefreshToken == "" || token.TokenType != "Bearer" || token.Extra("scope") != "jobs:read teams.read" {
			t.Fatalf("token: type %q, scope %v, refresh token %t", token.TokenType, token.Extra("scope"), token.RefreshToken != "")
		}

		token.Expiry = time.Now().Add(-time.Minute)
		next, err := c.TokenSource(t.Context(), token).Token()
		if err != nil {
			t.Fatal(err)
		}
		if next.AccessToken == token.AccessToken || next.RefreshToken == token.RefreshToken {
			t.Fatal("the refresh changed nothing")
		}

		// The consent is remembered: the second time there is no page.
		verifier = oauth2.GenerateVerifier()
		p := b.Get(c.AuthCodeURL("again", oauth2.S256ChallengeOption(verifier)))
		if p.Away == nil || p.Away.Query().Get("code") == "" {
			t.Fatalf("the second authorization showed a page: %s", p.URL)
		}
	})
}

func TestClientCredentialsThroughGolangOAuth2(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := start(t, e)
		app := s.AddClient(machine)
		for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleInHeader} {
			c := clientcredentials.Config{
				ClientID: app.ID, ClientSecret: app.Secret, TokenURL: s.URL + "/oauth/token", Scopes: []string{"jobs:read"}, AuthStyle: style,
			}
			token, err := c.Token(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if token.RefreshToken != "" || token.Extra("scope") != "jobs:read" {
				t.Fatalf("scope %v, refresh token %q", token.Extra("scope"), token.RefreshToken)
			}
		}
	})
}

// post sends a form to an endpoint, with client_secret_basic if c has a secret.
func post(t testing.TB, s *systemtest.Server, path string, c systemtest.Client, form url.Values) (int, string) {
	t.Helper()
	r := formRequest(t, s.URL+path, form)
	if c.Secret != "" {
		r.SetBasicAuth(url.QueryEscape(c.ID), url.QueryEscape(c.Secret))
	} else if c.ID != "" {
		form.Set("client_id", c.ID)
		r = formRequest(t, s.URL+path, form)
	}
	resp, body := systemtest.Do(t, r)
	return resp.StatusCode, body
}

func formRequest(t testing.TB, address string, form url.Values) *http.Request {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, address, bodyOf(form))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}
