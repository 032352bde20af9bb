package main

import (
	"context"

	"github.com/spf13/cobra"
)

func newClientDelete(h *host) *cobra.Command {
	return &cobra.Command{
		Use: "delete CLIENT_ID", Short: "Delete an app and end its tokens", Args: cobra.ExactArgs(1),
		Example: "  posternd client delete 01jd8x3q0v0000000000000000",
		RunE: h.atOffice(func(ctx context.Context, o *office, args []string) error {
			if err := o.Clients.Delete(ctx, o.actor, args[0]); err != nil {
				return err
			}
			return h.say("Deleted %s; its tokens are dead.", args[0])
		}),
	}
}
