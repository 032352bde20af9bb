package admin

import (
	"errors"
	"strings"

	"postern/authz/client"
	"postern/authz/identity"
	"postern/templates"
	"postern/web/page"
)

// organizations serves GET /admin/organizations.
func (p *Pages) organizations(v *visit) error {
	content := templates.OrganizationList{Query: v.search(), After: v.query.Get("after"), MaxClients: client.MaxClients}
	orgs, next, err := p.c.People.Organizations(v.ctx(), content.Query, identity.Page{After: content.After, Limit: perPage})
	if err != nil {
		return err
	}
	content.Next = next
	if content.Rows, err = p.organizationRows(v, orgs); err != nil {
		return err
	}
	if content.Layout, err = v.layout(); err != nil {
		return err
	}
	return v.show(content)
}

func (p *Pages) organizationRows(v *visit, orgs []identity.Organization) ([]templates.OrganizationRow, error) {
	ids := make([]identity.ID, len(orgs))
	for i, o := range orgs {
		ids[i] = o.ID
	}
	sizes, err := p.c.Board.Sizes(v.ctx(), ids)
	if err != nil {
		return nil, err
	}
	rows := make([]templates.OrganizationRow, len(orgs))
	for i, o := range orgs {
		size := sizes[o.ID]
		rows[i] = templates.OrganizationRow{
			Slug: o.Slug, Name: o.Name, Parent: size.ParentSlug, Members: size.Members, Clients: size.Clients, CreatedAt: o.CreatedAt,
		}
	}
	return rows, nil
}

// organizationNew serves GET /admin/organizations/new.
func (p *Pages) organizationNew(v *visit) error {
	layout, err := v.layout()
	if err != nil {
		return err
	}
	return v.show(templates.OrganizationNew{Layout: layout})
}

// organizationCreate serves POST /admin/organizations/new.
func (p *Pages) organizationCreate(v *visit) error {
	n := identity.NewOrganization{Name: v.form.Get("name"), Slug: strings.TrimSpace(v.form.Get("slug"))}
	o, err := p.c.People.CreateOrganization(v.ctx(), v.actor(), n)
	if errs := organizationErrors(n, err); errs != nil {
		layout, err := v.layout()
		if err != nil {
			return err
		}
		return v.again(templates.OrganizationNew{Layout: layout, Errors: errs, Name: n.Name, Slug: n.Slug})
	}
	if err != nil {
		return err
	}
	return v.done("/admin/organizations", "The organization "+o.Name+" is added.")
}

// organizationErrors words what is wrong with what was typed; nil if err is about something else.
func organizationErrors(n identity.NewOrganization, err error) templates.Errors {
	_, badName := identity.ParseName(n.Name)
	errs := page.FieldErrors(badName)
	if _, bad := identity.ParseSlug(n.Slug); bad != nil {
		errs = append(errs, templates.FieldError{Field: "slug", Message: "A short name has 2 to 40 of a-z, 0-9 and single hyphens between them."})
	}
	if errors.Is(err, identity.ErrSlugTaken) {
		errs = append(errs, templates.FieldError{Field: "slug", Message: "Another organization has this short name already."})
	}
	return errs
}
