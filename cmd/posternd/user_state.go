package main

import (
	"context"

	"github.com/spf13/cobra"
)

func newUserDisable(h *host) *cobra.Command {
	return &cobra.Command{
		Use: "disable EMAIL", Short: "Keep a user out and end all their access", Args: cobra.ExactArgs(1),
		Example: "  posternd user disable user@example.com",
		RunE: h.atOffice(func(ctx context.Context, o *office, args []string) error {
			u, err := findUser(ctx, o, args[0])
			if err != nil {
				return err
			}
			if err := o.People.Disable(ctx, o.actor, u.ID); err != nil {
				return err
			}
			return h.say("Disabled %s; their sessions and tokens are dead.", u.Email)
		}),
	}
}

func newUserEnable(h *host) *cobra.Command {
	return &cobra.Command{
		Use: "enable EMAIL", Short: "Let a disabled user in again", Args: cobra.ExactArgs(1),
		Example: "  posternd user enable user@example.com",
		RunE: h.atOffice(func(ctx context.Context, o *office, args []string) error {
			u, err := findUser(ctx, o, args[0])
			if err != nil {
				return err
			}
			if err := o.People.Enable(ctx, o.actor, u.ID); err != nil {
				return err
			}
			return h.say("Enabled %s.", u.Email)
		}),
	}
}
