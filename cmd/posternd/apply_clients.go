package main

import (
	"context"
	"errors"

	"postern/authz/client"
)

// clientState is what apply compares of a client.
type clientState struct {
	client.Metadata
	Disabled bool   `json:"disabled"`
	Secret   string `json:"client_secret,omitempty"` // whether the declared one is live, never the secret
}

const (
	secretThere   = "as in the file"
	secretMissing = "another"
)

// planClients compares apps by their ids.
func planClients(ctx context.Context, o *office, s *state) (wanted, surplus []change, err error) {
	if s.Clients == nil {
		return nil, nil, nil
	}
	declared := map[string]bool{}
	for _, d := range s.Clients {
		declared[d.ID] = true
		step, err := d.plan(ctx, o)
		if err != nil {
			return nil, nil, err
		}
		wanted = append(wanted, step...)
	}
	rows, err := everyClient(ctx, o, client.Filter{})
	if err != nil {
		return nil, nil, err
	}
	for _, row := range rows {
		if !declared[row.ID] {
			surplus = append(surplus, change{Action: "delete", Object: "client", ID: row.ID, do: func(ctx context.Context) (string, error) {
				return "", o.Clients.Delete(ctx, o.actor, row.ID)
			}})
		}
	}
	return wanted, surplus, nil
}

func (d declaredClient) plan(ctx context.Context, o *office) ([]change, error) {
	secret, err := d.secret()
	if err != nil {
		return nil, err
	}
	stored, err := o.Clients.Show(ctx, d.ID)
	if errors.Is(err, client.ErrNotFound) {
		m, problems := d.Metadata.Complete()
		if err := problems.Err(); err != nil {
			return nil, err
		}
		found := differences(nil, clientState{Metadata: m, Disabled: d.Disabled})
		return []change{{Action: "create", Object: "client", ID: d.ID, Changes: found, do: d.create(o, secret)}}, nil
	}
	if err != nil {
		return nil, err
	}
	before, after, err := d.compare(o, stored, secret)
	if err != nil {
		return nil, err
	}
	found := differences(before, after)
	if len(found) == 0 {
		return nil, nil
	}
	return []change{{Action: "update", Object: "client", ID: d.ID, Changes: found, do: d.update(o, stored, before, after, secret)}}, nil
}

func (d declaredClient) secret() (string, error) {
	if d.SecretFile == "" {
		return "", nil
	}
	return readSecretFile(d.SecretFile)
}

// compare lays the stored app beside the declared one. What the file does not say of publisher and scope stays.
func (d declaredClient) compare(o *office, stored client.Detail, secret string) (before, after clientState, err error) {
	m := d.Metadata
	m.Kind = or(m.Kind, stored.Kind)
	m.Scope = or(m.Scope, stored.Document.Scope)
	m.Organization = or(m.Organization, stored.OrgSlug)
	m, problems := m.Complete()
	before = clientState{Metadata: stored.Document, Disabled: !stored.DisabledAt.IsZero()}
	after = clientState{Metadata: m, Disabled: d.Disabled}
	if secret != "" {
		before.Secret, after.Secret = secretMissing, secretThere
		live, err := client.Parse(stored.Row, stored.Secrets, client.Defaults{})
		if err != nil {
			return before, after, err
		}
		if _, ok := live.Authenticate(secret, o.now()); ok {
			before.Secret = secretThere
		}
	}
	return before, after, problems.Err()
}

func (d declaredClient) create(o *office, secret string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		options := client.Options{ID: d.ID, Secret: secret}
		if d.Metadata.Organization == "" {
			org, err := o.People.EnsureDefaultOrganization(ctx, o.actor)
			if err != nil {
				return "", err
			}
			options.Org = org.ID
		}
		_, made, err := o.Clients.Create(ctx, o.actor, d.Metadata, options)
		if err == nil && d.Disabled {
			err = o.Clients.Disable(ctx, o.actor, d.ID)
		}
		if secret != "" {
			made = ""
		}
		return made, err
	}
}

func (d declaredClient) update(o *office, stored client.Detail, before, after clientState, secret string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		version := stored.Version
		if after.Organization != before.Organization {
			org, err := o.People.OrganizationBySlug(ctx, after.Organization)
			if err != nil {
				return "", err
			}
			if err := o.Clients.Transfer(ctx, o.actor, d.ID, org.ID); err != nil {
				return "", err
			}
			version++
		}
		plain, stated := after.Metadata, before.Metadata
		plain.Organization, stated.Organization = "", ""
		if len(differences(stated, plain)) > 0 {
			if _, err := o.Clients.Update(ctx, o.actor, d.ID, version, plain); err != nil {
				return "", err
			}
		}
		if before.Secret != after.Secret {
			if _, _, err := o.Clients.AddSecret(ctx, o.actor, d.ID, client.SecretOptions{Secret: secret}); err != nil {
				return "", err
			}
		}
		switch {
		case after.Disabled && !before.Disabled:
			return "", o.Clients.Disable(ctx, o.actor, d.ID)
		case before.Disabled && !after.Disabled:
			return "", o.Clients.Enable(ctx, o.actor, d.ID)
		}
		return "", nil
	}
}
