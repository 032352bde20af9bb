package main

import (
	"context"

	"github.com/spf13/cobra"
)

type userResetPassword struct{ host *host }

func newUserResetPassword(h *host) *cobra.Command {
	c := &userResetPassword{host: h}
	return &cobra.Command{
		Use: "reset-password EMAIL", Short: "Make a link with which a user sets a new password, once", Args: cobra.ExactArgs(1),
		Long:    "Make a link with which a user sets a new password, once. Whoever opens it is that user: hand it over yourself.",
		Example: "  posternd user reset-password user@example.com",
		RunE:    h.atOffice(c.run),
	}
}

func (c *userResetPassword) run(ctx context.Context, o *office, args []string) error {
	u, err := findUser(ctx, o, args[0])
	if err != nil {
		return err
	}
	token, expires, err := o.People.ResetLink(ctx, o.actor, u.ID)
	if err != nil {
		return err
	}
	link := o.link("/reset", token)
	t := table{rows: [][]string{{"Until " + moment(expires) + ", once:"}, {link}}}
	return c.host.show(addedUser{viewOfUser(u), link, stamp(expires)}, t)
}
