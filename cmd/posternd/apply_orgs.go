package main

import (
	"context"

	"postern/authz/identity"
)

// planOrgs compares organizations. They are made in the file's order, so a parent stands before its parts.
func planOrgs(ctx context.Context, o *office, s *state) (wanted, _ []change, err error) {
	orgs, slugs, err := everyOrg(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	bySlug := map[string]identity.Organization{}
	for _, org := range orgs {
		bySlug[org.Slug] = org
	}
	for _, d := range s.Organizations {
		org, exists := bySlug[d.Slug]
		if !exists {
			wanted = append(wanted, change{Action: "create", Object: "organization", ID: d.Slug, Changes: differences(nil, d), do: d.create(o)})
			continue
		}
		before := declaredOrg{org.Slug, org.Name, slugs[org.ParentID], org.Level}
		if d.Parent == "" {
			d.Parent = before.Parent
		}
		if found := differences(before, d); len(found) > 0 {
			wanted = append(wanted, change{Action: "update", Object: "organization", ID: d.Slug, Changes: found, do: d.update(o, org, before.Parent)})
		}
	}
	return wanted, nil, nil
}

func (d declaredOrg) create(o *office) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		n := identity.NewOrganization{Slug: d.Slug, Name: d.Name, Level: d.Level}
		if d.Parent != "" {
			parent, err := o.People.OrganizationBySlug(ctx, d.Parent)
			if err != nil {
				return "", err
			}
			n.ParentID = parent.ID
		}
		_, err := o.People.CreateOrganization(ctx, o.actor, n)
		return "", err
	}
}

func (d declaredOrg) update(o *office, org identity.Organization, parent string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		if d.Parent != parent {
			return "", usagef("an organization's parent cannot be changed")
		}
		_, err := o.People.UpdateOrganization(ctx, o.actor, org.ID, d.Name, d.Level)
		return "", err
	}
}
