package main

import (
	"context"

	"github.com/spf13/cobra"

	"postern/authz/client"
)

type clientUpdate struct {
	host *host
	file string
}

func newClientUpdate(h *host) *cobra.Command {
	c := &clientUpdate{host: h}
	cmd := &cobra.Command{
		Use: "update CLIENT_ID --file FILE", Short: "Change an app's metadata", Args: cobra.ExactArgs(1),
		Long: "Change those members of an app's metadata that the file has. null takes one back to its default.",
		Example: `  echo '{"redirect_uris": ["https://app.example.com/callback"]}' | posternd client update CLIENT_ID --file -
  echo '{"access_token_ttl": null}' | posternd client update CLIENT_ID --file -`,
		RunE: h.atOffice(c.run),
	}
	cmd.Flags().StringVarP(&c.file, "file", "f", "", "`FILE` with the members in JSON, - for standard input")
	cobra.CheckErr(cmd.MarkFlagRequired("file"))
	return cmd
}

func (c *clientUpdate) run(ctx context.Context, o *office, args []string) error {
	patch, err := c.host.readInput(c.file, client.MaxBody)
	if err != nil {
		return err
	}
	before, err := o.Clients.Show(ctx, args[0])
	if err != nil {
		return err
	}
	m, err := merged(before.Document, patch)
	if err != nil {
		return err
	}
	row, err := o.Clients.Update(ctx, o.actor, before.ID, before.Version, m)
	if err != nil {
		return err
	}
	view, err := viewOfClient(row, "")
	if err != nil {
		return err
	}
	return c.host.printJSON(view.Registered)
}
