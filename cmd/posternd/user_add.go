package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"postern/authz/event"
	"postern/authz/identity"
)

type userAdd struct {
	host          *host
	name          string
	org, role     string
	admin         bool
	passwordStdin bool
}

func newUserAdd(h *host) *cobra.Command {
	c := &userAdd{host: h}
	cmd := &cobra.Command{
		Use: "add EMAIL", Short: "Add a user", Args: cobra.ExactArgs(1),
		Long: "Add a user. Without --password-stdin, print a link with which they choose their password, once.",
		Example: `  posternd user add user@example.com --name "Example User"
  posternd user add root@example.com --admin --password-stdin < password`,
		RunE: h.atOffice(c.run),
	}
	cmd.Flags().StringVar(&c.name, "name", "", "how pages call them (default the address up to the @)")
	cmd.Flags().StringVar(&c.org, "org", "", "`SLUG` of their organization (default the default one)")
	cmd.Flags().StringVar(&c.role, "role", "", "in it: owner, admin, developer or member (default member, for an administrator owner)")
	cmd.Flags().BoolVar(&c.admin, "admin", false, "make them an administrator of this server")
	cmd.Flags().BoolVar(&c.passwordStdin, "password-stdin", false, "read the password from standard input, up to the end of the line")
	return cmd
}

// addedUser is what add prints for machines.
type addedUser struct {
	userView
	ResetLink string  `json:"reset_link,omitempty"`
	ExpiresAt *string `json:"reset_link_expires_at,omitempty"`
}

func (c *userAdd) run(ctx context.Context, o *office, args []string) error {
	n := identity.NewUser{Email: args[0], Name: c.name, Admin: c.admin, Role: c.role}
	if c.org != "" {
		org, err := o.People.OrganizationBySlug(ctx, c.org)
		if err != nil {
			return err
		}
		n.OrgID = org.ID
	}
	if c.passwordStdin {
		password, err := c.host.readPassword()
		if err != nil {
			return err
		}
		n.Password = password
	}
	u, err := o.People.CreateUser(ctx, o.actor, n)
	if err != nil {
		return err
	}
	return c.show(ctx, o, o.actor, u)
}

func (c *userAdd) show(ctx context.Context, o *office, actor event.Actor, u identity.User) error {
	added := addedUser{userView: viewOfUser(u)}
	var t table
	t.add("Added "+u.Email+".", "")
	if !c.passwordStdin {
		token, expires, err := o.People.ResetLink(ctx, actor, u.ID)
		if err != nil {
			return err
		}
		added.ResetLink, added.ExpiresAt = o.link("/reset", token), stamp(expires)
		t.add("They choose their password here, once, until " + moment(expires) + ":")
		t.add(added.ResetLink)
	}
	return c.host.show(added, t)
}

// maxPasswordInput bounds what is read; how long a password may be is authz/password's rule.
const maxPasswordInput = 4096

func (h *host) readPassword() (string, error) {
	text, err := h.readInput("-", maxPasswordInput)
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	line = strings.TrimSuffix(line, "\r")
	if line == "" {
		return "", usagef("standard input has no password")
	}
	return line, nil
}
