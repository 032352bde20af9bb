package admin

import (
	"context"

	"postern/authz/identity"
	"postern/authz/overview"
	"postern/templates"
)

// organizations serves GET /admin/organizations.
func (p *Pages) organizations(v *visit) error {
	after, err := v.after(false)
	if err != nil {
		return err
	}
	content := templates.OrganizationList{Query: v.search(), After: after}
	rows, next, err := p.c.People.Organizations(v.ctx(), content.Query, identity.Page{After: after, Limit: perPage})
	if err != nil {
		return err
	}
	content.Next = next
	sizes, err := p.c.Board.Sizes(v.ctx())
	if err != nil {
		return err
	}
	for _, o := range rows {
		row, err := p.organizationRow(v.ctx(), o, sizes[o.ID])
		if err != nil {
			return err
		}
		content.Rows = append(content.Rows, row)
	}
	if content.Layout, err = v.layout(); err != nil {
		return err
	}
	return v.show(content)
}

func (p *Pages) organizationRow(ctx context.Context, o identity.Organization, size overview.Size) (templates.OrganizationRow, error) {
	row := templates.OrganizationRow{Slug: o.Slug, Name: o.Name, CreatedAt: o.CreatedAt, Members: size.Members, Clients: size.Clients}
	if !o.ParentID.IsZero() {
		parent, err := p.c.People.Organization(ctx, o.ParentID)
		if err != nil {
			return row, err
		}
		row.Parent = parent.Slug
	}
	return row, nil
}
