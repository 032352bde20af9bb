package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"postern/authz/client"
)

type clientShow struct{ host *host }

func newClientShow(h *host) *cobra.Command {
	c := &clientShow{host: h}
	return &cobra.Command{
		Use: "show CLIENT_ID", Short: "Show an app and which secrets it has", Args: cobra.ExactArgs(1),
		Example: "  posternd client show 01jd8x3q0v0000000000000000",
		RunE:    h.atOffice(c.run),
	}
}

// secretView is a client's secret as everybody may see it.
type secretView struct {
	ID         string  `json:"secret_id"`
	Hint       string  `json:"ends_with"`
	CreatedAt  *string `json:"created_at"`
	ExpiresAt  *string `json:"expires_at"`
	LastUsedAt *string `json:"last_used_at"`
}

// clientDetail is an app with its secrets.
type clientDetail struct {
	clientView
	Secrets []secretView `json:"secrets"`
}

func (c *clientShow) run(ctx context.Context, o *office, args []string) error {
	d, err := o.Clients.Show(ctx, args[0])
	if err != nil {
		return err
	}
	view, err := viewOfClient(d.Row, "")
	if err != nil {
		return err
	}
	detail := clientDetail{view, []secretView{}}
	for _, s := range d.Secrets {
		detail.Secrets = append(detail.Secrets, secretView{s.ID.String(), s.Hint, stamp(s.CreatedAt), stamp(s.ExpiresAt), stamp(s.LastUsedAt)})
	}
	return c.host.show(detail, detailTable(d))
}

func detailTable(d client.Detail) table {
	var t table
	m := d.Document
	t.add("client_id", d.ID)
	t.add("name", d.Name)
	t.add("kind", d.Kind)
	t.add("publisher", d.OrgSlug)
	t.add("state", stateWord(!d.DisabledAt.IsZero()))
	t.add("verified", yes(!d.VerifiedAt.IsZero()))
	t.add("first party", yes(m.FirstParty))
	t.add("authentication", m.AuthMethod)
	t.add("grant types", strings.Join(m.GrantTypes, " "))
	for _, uri := range m.RedirectURIs {
		t.add("redirect URI", uri)
	}
	t.add("scope", or(m.Scope, "-"))
	t.add("access tokens", m.AccessTokenFormat)
	t.add("created", moment(d.CreatedAt)+" by "+or(d.CreatedBy, "?"))
	for _, s := range d.Secrets {
		t.add("secret", "..."+s.Hint+", made "+moment(s.CreatedAt)+", ends "+moment(s.ExpiresAt)+", last used "+moment(s.LastUsedAt))
	}
	return t
}
