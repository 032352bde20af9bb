package main

import (
	"context"

	"github.com/spf13/cobra"

	"postern/authz/identity"
)

type userList struct {
	host          *host
	search, state string
}

func newUserList(h *host) *cobra.Command {
	c := &userList{host: h}
	cmd := &cobra.Command{
		Use: "list", Short: "List users", Args: cobra.NoArgs,
		Example: "  posternd user list --state admin\n  posternd user list --search example.com --json",
		RunE:    h.atOffice(c.run),
	}
	cmd.Flags().StringVar(&c.search, "search", "", "part of name or address")
	cmd.Flags().StringVar(&c.state, "state", "", "active, disabled or admin")
	return cmd
}

func (c *userList) run(ctx context.Context, o *office, _ []string) error {
	users, err := everyUser(ctx, o, identity.UserFilter{Search: c.search, State: c.state})
	if err != nil {
		return err
	}
	views := []userView{}
	t := table{head: []string{"EMAIL", "NAME", "ADMIN", "STATE", "LAST SIGN-IN", "USER ID"}, empty: "No users."}
	for _, u := range users {
		views = append(views, viewOfUser(u))
		t.add(u.Email, u.Name, yes(u.IsAdmin), stateWord(!u.DisabledAt.IsZero()), moment(u.LastSignInAt), u.ID.String())
	}
	return c.host.show(views, t)
}

func everyUser(ctx context.Context, o *office, f identity.UserFilter) ([]identity.User, error) {
	var all []identity.User
	page := identity.Page{Limit: 200}
	for {
		users, next, err := o.People.Users(ctx, f, page)
		if err != nil {
			return nil, err
		}
		all = append(all, users...)
		if page.After = next; next == "" {
			return all, nil
		}
	}
}
