package main

import (
	"context"
	"strings"

	"postern/authz/catalogue"
	"postern/authz/scope"
)

// planScopes compares the catalogue.
func planScopes(ctx context.Context, o *office, s *state) (wanted, surplus []change, err error) {
	all, err := o.Scopes.List(ctx)
	if err != nil {
		return nil, nil, err
	}
	left := map[string]catalogue.Scope{}
	for _, sc := range all {
		left[sc.Name] = sc
	}
	for _, d := range s.Scopes {
		entry := d.entry()
		before, exists := left[d.Name]
		delete(left, d.Name)
		found := differences(viewOfScope(before), viewOfScope(entry))
		switch {
		case !exists:
			found = differences(nil, viewOfScope(entry))
			wanted = append(wanted, change{Action: "create", Object: "scope", ID: d.Name, Changes: found, do: func(ctx context.Context) (string, error) {
				_, err := o.Scopes.Add(ctx, o.actor, entry)
				return "", err
			}})
		case len(found) > 0:
			wanted = append(wanted, change{Action: "update", Object: "scope", ID: d.Name, Changes: found, do: func(ctx context.Context) (string, error) {
				_, err := o.Scopes.Update(ctx, o.actor, entry)
				return "", err
			}})
		}
	}
	for _, sc := range all {
		if _, undeclared := left[sc.Name]; undeclared && s.Scopes != nil {
			surplus = append(surplus, change{Action: "delete", Object: "scope", ID: sc.Name, do: func(ctx context.Context) (string, error) {
				return "", o.Scopes.Delete(ctx, o.actor, sc.Name)
			}})
		}
	}
	return wanted, surplus, nil
}

// entry is d as the catalogue will have it.
func (d declaredScope) entry() catalogue.Scope {
	s := catalogue.Scope{
		Name: d.Name, Title: strings.Join(strings.Fields(d.Title), " "), Description: strings.TrimSpace(d.Description),
		Group: strings.Join(strings.Fields(d.Group), " "), Kind: or(d.Kind, catalogue.Read),
		Sensitive: d.Sensitive, Default: d.Default, Optional: d.Optional, Reserved: d.Reserved,
	}
	s.Reserved = s.Reserved || strings.HasPrefix(s.Name, scope.ReservedPrefix)
	return s
}
