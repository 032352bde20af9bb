package main

import (
	"context"

	"github.com/spf13/cobra"

	"postern/authz/client"
)

type clientAdd struct {
	host         *host
	file, id     string
	secretFile   string
	organization string
}

const clientAddLong = `Register an app from its metadata (RFC 7591, section 2, and Postern's own members) and print the registration response,
with the client_secret that is shown this once.

Postern's own members: kind (web, spa, native, machine), organization, require_pkce, access_token_format (opaque, jwt),
access_token_ttl, refresh_token_ttl, refresh_idle_ttl, refresh_grace (seconds), refresh_token_rotation, first_party,
introspect_any_token, description.`

func newClientAdd(h *host) *cobra.Command {
	c := &clientAdd{host: h}
	cmd := &cobra.Command{
		Use: "add --file FILE", Short: "Register an app", Long: clientAddLong, Args: cobra.NoArgs,
		Example: `  posternd client add --file client.json
  echo '{"client_name": "Nightly", "grant_types": ["client_credentials"], "scope": "jobs:read"}' | posternd client add --file -`,
		RunE: h.atOffice(c.run),
	}
	cmd.Flags().StringVarP(&c.file, "file", "f", "", "`FILE` with the metadata in JSON, - for standard input")
	cmd.Flags().StringVar(&c.id, "id", "", "client `ID`, to move an app from elsewhere (default a new one)")
	cmd.Flags().StringVar(&c.secretFile, "client-secret-file", "", "`FILE` with the secret, to move an app from elsewhere (default a new one)")
	cmd.Flags().StringVar(&c.organization, "organization", "", "`SLUG` of the publisher, instead of the file's")
	cobra.CheckErr(cmd.MarkFlagRequired("file"))
	return cmd
}

func (c *clientAdd) run(ctx context.Context, o *office, _ []string) error {
	text, err := c.host.readInput(c.file, client.MaxBody)
	if err != nil {
		return err
	}
	m, err := client.Decode(text)
	if err != nil {
		return err
	}
	if c.organization != "" {
		m.Organization = c.organization
	}
	options := client.Options{ID: c.id}
	if m.Organization == "" {
		org, err := o.People.EnsureDefaultOrganization(ctx, o.actor)
		if err != nil {
			return err
		}
		options.Org = org.ID
	}
	if c.secretFile != "" {
		if options.Secret, err = readSecretFile(c.secretFile); err != nil {
			return err
		}
	}
	row, secret, err := o.Clients.Create(ctx, o.actor, m, options)
	if err != nil {
		return err
	}
	if c.secretFile != "" {
		secret = "" // whoever has the file knows it
	}
	view, err := viewOfClient(row, secret)
	if err != nil {
		return err
	}
	return c.host.printJSON(view.Registered)
}
