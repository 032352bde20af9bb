package main

import (
	"context"
	"maps"
	"slices"

	"postern/authz/identity"
)

// userState is what apply compares of a user.
type userState struct {
	Name        string            `json:"name"`
	Admin       bool              `json:"admin"`
	Disabled    bool              `json:"disabled"`
	Memberships map[string]string `json:"memberships,omitempty"`
}

// planUsers compares users by their normalised addresses.
func planUsers(ctx context.Context, o *office, s *state) (wanted, surplus []change, err error) {
	if s.Users == nil {
		return nil, nil, nil
	}
	users, err := everyUser(ctx, o, identity.UserFilter{})
	if err != nil {
		return nil, nil, err
	}
	byKey := map[string]identity.User{}
	for _, u := range users {
		byKey[u.EmailKey] = u
	}
	declared := map[string]bool{}
	for _, d := range s.Users {
		email, err := identity.ParseEmail(d.Email)
		if err != nil {
			return nil, nil, err
		}
		declared[email.Key] = true
		step, err := d.plan(ctx, o, byKey[email.Key])
		if err != nil {
			return nil, nil, err
		}
		wanted = append(wanted, step...)
	}
	for _, u := range users {
		if !declared[u.EmailKey] {
			surplus = append(surplus, change{Action: "delete", Object: "user", ID: u.Email, do: func(ctx context.Context) (string, error) {
				return "", o.People.Delete(ctx, o.actor, u.ID)
			}})
		}
	}
	return wanted, surplus, nil
}

// plan is the step for one user; u is zero if there is none yet.
func (d declaredUser) plan(ctx context.Context, o *office, u identity.User) ([]change, error) {
	after := userState{d.Name, d.Admin, d.Disabled, d.Memberships}
	if u.ID.IsZero() {
		return []change{{Action: "create", Object: "user", ID: d.Email, Changes: differences(nil, after), do: d.create(o)}}, nil
	}
	memberships, err := o.People.Memberships(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	before := userState{u.Name, u.IsAdmin, !u.DisabledAt.IsZero(), map[string]string{}}
	for _, m := range memberships {
		if d.Memberships[m.OrgSlug] != "" { // what is not declared is left alone
			before.Memberships[m.OrgSlug] = m.Role
		}
	}
	after.Name = or(d.Name, u.Name)
	found := differences(before, after)
	if len(found) == 0 {
		return nil, nil
	}
	return []change{{Action: "update", Object: "user", ID: u.Email, Changes: found, do: d.update(o, u, before, after)}}, nil
}

func (d declaredUser) create(o *office) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		n := identity.NewUser{Email: d.Email, Name: d.Name, Admin: d.Admin, PasswordHash: d.PasswordHash}
		if d.PasswordFile != "" {
			password, err := readSecretFile(d.PasswordFile)
			if err != nil {
				return "", err
			}
			n.Password = password
		}
		slugs := slices.Sorted(maps.Keys(d.Memberships))
		if len(slugs) > 0 {
			org, err := o.People.OrganizationBySlug(ctx, slugs[0])
			if err != nil {
				return "", err
			}
			n.OrgID, n.Role = org.ID, d.Memberships[slugs[0]]
		}
		u, err := o.People.CreateUser(ctx, o.actor, n)
		if err != nil {
			return "", err
		}
		if err := d.join(ctx, o, u, nil); err != nil {
			return "", err
		}
		return d.firstAccess(ctx, o, u)
	}
}

// firstAccess makes the link of a user who has no password, or keeps out one who is declared disabled.
func (d declaredUser) firstAccess(ctx context.Context, o *office, u identity.User) (string, error) {
	if d.Disabled {
		return "", o.People.Disable(ctx, o.actor, u.ID)
	}
	if u.PasswordHash != "" {
		return "", nil
	}
	token, _, err := o.People.ResetLink(ctx, o.actor, u.ID)
	if err != nil {
		return "", err
	}
	return o.link("/reset", token), nil
}

func (d declaredUser) update(o *office, u identity.User, before, after userState) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		if err := setAdmin(ctx, o, u, before.Admin, after.Admin); err != nil {
			return "", err
		}
		if before.Name != after.Name {
			if _, err := o.People.UpdateProfile(ctx, o.actor, u.ID, identity.Profile{Name: after.Name}); err != nil {
				return "", err
			}
		}
		if err := d.join(ctx, o, u, before.Memberships); err != nil {
			return "", err
		}
		switch {
		case after.Disabled && !before.Disabled:
			return "", o.People.Disable(ctx, o.actor, u.ID)
		case before.Disabled && !after.Disabled:
			return "", o.People.Enable(ctx, o.actor, u.ID)
		}
		return "", nil
	}
}

func setAdmin(ctx context.Context, o *office, u identity.User, before, after bool) error {
	switch {
	case after && !before:
		return o.People.MakeAdmin(ctx, o.actor, u.ID)
	case before && !after:
		return o.People.RemoveAdmin(ctx, o.actor, u.ID)
	}
	return nil
}

// join makes u a member where it is not yet, or with another role.
func (d declaredUser) join(ctx context.Context, o *office, u identity.User, have map[string]string) error {
	for _, slug := range slices.Sorted(maps.Keys(d.Memberships)) {
		if have[slug] == d.Memberships[slug] {
			continue
		}
		org, err := o.People.OrganizationBySlug(ctx, slug)
		if err != nil {
			return err
		}
		if err := o.People.PutMember(ctx, o.actor, u.ID, org.ID, d.Memberships[slug]); err != nil {
			return err
		}
	}
	return nil
}
