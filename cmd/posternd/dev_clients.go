package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"postern/authz/client"
	"postern/web/demo"
)

// demoClient is one of the demo's clients.
type demoClient struct {
	as       *demo.Credentials
	metadata client.Metadata
}

// registrations makes the clients, and finds out their secrets.
func (s *seeding) registrations(ctx context.Context) error {
	d := &s.demo
	for _, c := range []demoClient{
		{&d.App, client.Metadata{
			Kind: client.Web, Name: "Acme Planner", Description: "The demo's app of another company.",
			URI: d.AppURL, RedirectURIs: []string{d.AppURL + "/callback"}, Contacts: []string{"support@example.com"},
			GrantTypes: []string{client.GrantCode, client.GrantRefresh}, Scope: strings.Join(demoAppScopes, " "), RequirePKCE: new(true),
		}},
		{&d.Backend, client.Metadata{
			Kind: client.Machine, Name: "Example backend", Description: "The demo's service that acts for itself.",
			GrantTypes: []string{client.GrantCredentials}, Scope: "jobs:*",
		}},
		{&d.Resource, client.Metadata{
			Kind: client.Machine, Name: "Example API", Description: "The demo's resource server: it asks what tokens are worth.",
			GrantTypes: []string{client.GrantCredentials}, Scope: "jobs:read", IntrospectAny: true,
		}},
		{&demo.Credentials{ID: d.CLI}, client.Metadata{
			Kind: client.Native, Name: "Example command line", Description: "The demo's program on a person's own machine.",
			RedirectURIs: []string{"http://127.0.0.1/callback", "http://[::1]/callback"}, Scope: "jobs:* clusters:* vani.teams.*",
		}},
	} {
		if err := s.registration(ctx, c); err != nil {
			return fmt.Errorf("client %s: %w", c.as.ID, err)
		}
	}
	return nil
}

// registration makes a client, or brings its secret and redirect URI up to date.
func (s *seeding) registration(ctx context.Context, c demoClient) error {
	found, err := s.clients.Show(ctx, c.as.ID)
	switch {
	case errors.Is(err, client.ErrNotFound):
		if _, c.as.Secret, err = s.clients.Create(ctx, demoActor, c.metadata, client.Options{ID: c.as.ID, Org: s.org.ID}); err != nil {
			return err
		}
	case err != nil:
		return err
	default:
		if err := s.reach(ctx, found, c.metadata.RedirectURIs); err != nil {
			return err
		}
		if c.as.Secret, err = s.secret(ctx, found); err != nil {
			return err
		}
	}
	if c.as.Secret == "" || c.as.Secret == s.kept.Secrets[c.as.ID] {
		return nil
	}
	s.kept.Secrets[c.as.ID] = c.as.Secret
	return s.kept.write(s.file)
}

// reach adds the redirect URIs that are missing: the app's port follows the issuer's, which may have changed.
func (s *seeding) reach(ctx context.Context, found client.Detail, uris []string) error {
	m := found.Document
	missing := slices.DeleteFunc(slices.Clone(uris), func(uri string) bool { return slices.Contains(m.RedirectURIs, uri) })
	if len(missing) == 0 {
		return nil
	}
	m.RedirectURIs = append(slices.Clone(m.RedirectURIs), missing...)
	_, err := s.clients.Update(ctx, demoActor, found.ID, found.Version, m)
	return err
}

// secret returns the kept secret of a client if it still works, and else a new one.
func (s *seeding) secret(ctx context.Context, found client.Detail) (string, error) {
	if found.Document.Public() {
		return "", nil
	}
	c, err := client.Parse(found.Row, found.Secrets, client.Defaults{})
	if err != nil {
		return "", err
	}
	kept := s.kept.Secrets[found.ID]
	if _, ok := c.Authenticate(kept, s.now()); ok {
		return kept, nil
	}
	_, secret, err := s.clients.AddSecret(ctx, demoActor, found.ID, client.SecretOptions{})
	if errors.Is(err, client.ErrTooManySecrets) {
		_, secret, err = s.clients.RotateSecret(ctx, demoActor, found.ID, 0)
	}
	return secret, err
}
