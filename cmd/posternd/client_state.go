package main

import (
	"context"

	"github.com/spf13/cobra"
)

func newClientDisable(h *host) *cobra.Command {
	return &cobra.Command{
		Use: "disable CLIENT_ID", Short: "Refuse an app everything and end its tokens", Args: cobra.ExactArgs(1),
		Example: "  posternd client disable 01jd8x3q0v0000000000000000",
		RunE: h.atOffice(func(ctx context.Context, o *office, args []string) error {
			if err := o.Clients.Disable(ctx, o.actor, args[0]); err != nil {
				return err
			}
			return h.say("Disabled %s; its tokens are dead.", args[0])
		}),
	}
}

func newClientEnable(h *host) *cobra.Command {
	return &cobra.Command{
		Use: "enable CLIENT_ID", Short: "Take a disable back; what it ended stays so", Args: cobra.ExactArgs(1),
		Example: "  posternd client enable 01jd8x3q0v0000000000000000",
		RunE: h.atOffice(func(ctx context.Context, o *office, args []string) error {
			if err := o.Clients.Enable(ctx, o.actor, args[0]); err != nil {
				return err
			}
			return h.say("Enabled %s.", args[0])
		}),
	}
}
