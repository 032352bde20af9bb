package main

import (
	"context"

	"github.com/spf13/cobra"

	"postern/authz/client"
)

type clientList struct {
	host         *host
	search, kind string
	state        string
}

func newClientList(h *host) *cobra.Command {
	c := &clientList{host: h}
	cmd := &cobra.Command{
		Use: "list", Short: "List apps", Args: cobra.NoArgs,
		Example: "  posternd client list --search billing\n  posternd client list --json | jq -r '.[].client_id'",
		RunE:    h.atOffice(c.run),
	}
	cmd.Flags().StringVar(&c.search, "search", "", "part of the name or the id")
	cmd.Flags().StringVar(&c.kind, "kind", "", "web, spa, native or machine")
	cmd.Flags().StringVar(&c.state, "state", "", "active or disabled")
	return cmd
}

func (c *clientList) run(ctx context.Context, o *office, _ []string) error {
	rows, err := everyClient(ctx, o, client.Filter{Search: c.search, Kind: c.kind, State: c.state})
	if err != nil {
		return err
	}
	views := []clientView{}
	t := table{head: []string{"CLIENT ID", "NAME", "KIND", "PUBLISHER", "STATE", "CREATED"}, empty: "No apps."}
	for _, row := range rows {
		view, err := viewOfClient(row, "")
		if err != nil {
			return err
		}
		views = append(views, view)
		t.add(row.ID, row.Name, row.Kind, row.OrgSlug, stateWord(view.Disabled), moment(row.CreatedAt))
	}
	return c.host.show(views, t)
}

func stateWord(disabled bool) string {
	if disabled {
		return "disabled"
	}
	return "active"
}
