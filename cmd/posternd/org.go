package main

import (
	"context"

	"github.com/spf13/cobra"

	"postern/authz/identity"
)

func newOrg(h *host) *cobra.Command {
	return group("org", "Look after organizations", newOrgAdd(h), newOrgList(h))
}

// orgView is an organization for machines.
type orgView struct {
	ID        string  `json:"organization_id"`
	Slug      string  `json:"slug"`
	Name      string  `json:"name"`
	Parent    string  `json:"parent,omitempty"` // its slug
	Level     string  `json:"level,omitempty"`
	CreatedAt *string `json:"created_at"`
}

func viewOfOrg(o identity.Organization, slugs map[identity.ID]string) orgView {
	return orgView{o.ID.String(), o.Slug, o.Name, slugs[o.ParentID], o.Level, stamp(o.CreatedAt)}
}

type orgAdd struct {
	host                *host
	name, parent, level string
}

func newOrgAdd(h *host) *cobra.Command {
	c := &orgAdd{host: h}
	cmd := &cobra.Command{
		Use: "add SLUG --name NAME", Short: "Add an organization", Args: cobra.ExactArgs(1),
		Example: "  posternd org add acme --name \"Acme Inc.\"\n  posternd org add acme-berlin --name \"Acme Berlin\" --parent acme --level site",
		RunE:    h.atOffice(c.run),
	}
	cmd.Flags().StringVar(&c.name, "name", "", "how pages call it")
	cmd.Flags().StringVar(&c.parent, "parent", "", "`SLUG` of the organization that it is a part of")
	cmd.Flags().StringVar(&c.level, "level", "", "what kind of part it is, in your words")
	cobra.CheckErr(cmd.MarkFlagRequired("name"))
	return cmd
}

func (c *orgAdd) run(ctx context.Context, o *office, args []string) error {
	n := identity.NewOrganization{Slug: args[0], Name: c.name, Level: c.level}
	slugs := map[identity.ID]string{}
	if c.parent != "" {
		parent, err := o.People.OrganizationBySlug(ctx, c.parent)
		if err != nil {
			return err
		}
		n.ParentID, slugs[parent.ID] = parent.ID, parent.Slug
	}
	org, err := o.People.CreateOrganization(ctx, o.actor, n)
	if err != nil {
		return err
	}
	return c.host.show(viewOfOrg(org, slugs), table{rows: [][]string{{"Added " + org.Slug + "."}}})
}

type orgList struct{ host *host }

func newOrgList(h *host) *cobra.Command {
	c := &orgList{host: h}
	return &cobra.Command{
		Use: "list", Short: "List organizations", Args: cobra.NoArgs,
		Example: "  posternd org list --json",
		RunE:    h.atOffice(c.run),
	}
}

func (c *orgList) run(ctx context.Context, o *office, _ []string) error {
	orgs, slugs, err := everyOrg(ctx, o)
	if err != nil {
		return err
	}
	views := []orgView{}
	t := table{head: []string{"SLUG", "NAME", "PARENT", "LEVEL", "CREATED"}, empty: "No organizations."}
	for _, org := range orgs {
		views = append(views, viewOfOrg(org, slugs))
		t.add(org.Slug, org.Name, or(slugs[org.ParentID], "-"), or(org.Level, "-"), moment(org.CreatedAt))
	}
	return c.host.show(views, t)
}

// everyOrg lists all organizations, and their slugs by id.
func everyOrg(ctx context.Context, o *office) ([]identity.Organization, map[identity.ID]string, error) {
	var all []identity.Organization
	slugs := map[identity.ID]string{}
	page := identity.Page{Limit: 200}
	for {
		orgs, next, err := o.People.Organizations(ctx, "", page)
		if err != nil {
			return nil, nil, err
		}
		for _, org := range orgs {
			slugs[org.ID] = org.Slug
		}
		all = append(all, orgs...)
		if page.After = next; next == "" {
			return all, slugs, nil
		}
	}
}
