package main

import (
	"context"
	"net/url"

	"github.com/spf13/cobra"

	"postern/authz/identity"
)

func newUser(h *host) *cobra.Command {
	return group("user", "Look after the people who sign in",
		newUserAdd(h), newUserList(h), newUserDisable(h), newUserEnable(h), newUserResetPassword(h))
}

// userView is a user for machines.
type userView struct {
	ID           string  `json:"user_id"`
	Email        string  `json:"email"`
	Name         string  `json:"name"`
	Admin        bool    `json:"admin"`
	Disabled     bool    `json:"disabled"`
	HasPassword  bool    `json:"has_password"`
	CreatedAt    *string `json:"created_at"`
	LastSignInAt *string `json:"last_sign_in_at"`
}

func viewOfUser(u identity.User) userView {
	return userView{
		ID: u.ID.String(), Email: u.Email, Name: u.Name, Admin: u.IsAdmin, Disabled: !u.DisabledAt.IsZero(),
		HasPassword: u.PasswordHash != "", CreatedAt: stamp(u.CreatedAt), LastSignInAt: stamp(u.LastSignInAt),
	}
}

// findUser takes an address or an id.
func findUser(ctx context.Context, o *office, who string) (identity.User, error) {
	if id, err := identity.ParseID(who); err == nil {
		return o.People.User(ctx, id)
	}
	return o.People.UserByEmail(ctx, who)
}

// link is the URL of a page of ours that takes a one-time token.
func (o *office) link(path, token string) string {
	return o.config.Issuer + path + "?token=" + url.QueryEscape(token)
}
