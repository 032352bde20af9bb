package main

import (
	"context"
	"errors"

	"postern/authz/catalogue"
)

// demoScopes is the demo's catalogue, in both styles of names, as its consent page shows it.
var demoScopes = []catalogue.Scope{
	{Name: "jobs:read", Group: "Jobs", Kind: catalogue.Read, Default: true,
		Title: "See your jobs", Description: "Names, states and results of the jobs that you can see."},
	{Name: "jobs:write", Group: "Jobs", Kind: catalogue.Write, Optional: true,
		Title: "Start and change jobs", Description: "Start new jobs, and stop or restart those that you can see."},
	{Name: "jobs:delete", Group: "Jobs", Kind: catalogue.Destructive, Sensitive: true, Optional: true,
		Title: "Delete jobs", Description: "Delete jobs with their results. This cannot be undone."},
	{Name: "clusters:read", Group: "Clusters", Kind: catalogue.Read,
		Title: "See your clusters", Description: "Names, sizes and load of the clusters that your jobs run on."},
	{Name: "clusters:write", Group: "Clusters", Kind: catalogue.Write, Sensitive: true, Optional: true,
		Title: "Resize clusters", Description: "Add and remove machines. This can cost money."},
	{Name: "vani.teams.read", Group: "Teams", Kind: catalogue.Read, Optional: true,
		Title: "See your teams", Description: "Which teams you are in, and who else is."},
	{Name: "vani.teams.create", Group: "Teams", Kind: catalogue.Write,
		Title: "Make new teams", Description: "Make teams that you own, and invite people to them."},
	{Name: "vani.teams.update", Group: "Teams", Kind: catalogue.Write,
		Title: "Change your teams", Description: "Rename the teams that you own, and change who is in them."},
}

// demoAppScopes are what the demo's app asks people for.
var demoAppScopes = []string{"jobs:read", "jobs:write", "jobs:delete", "clusters:read", "vani.teams.read"}

// catalogue adds the scopes that are missing. One that is there may have been changed by hand: it stays.
func (s *seeding) catalogue(ctx context.Context) error {
	for _, entry := range demoScopes {
		if _, err := s.scopes.Add(ctx, demoActor, entry); err != nil && !errors.Is(err, catalogue.ErrExists) {
			return err
		}
	}
	return nil
}
