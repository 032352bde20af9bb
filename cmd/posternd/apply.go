package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"postern/authz/event"
)

func newApply(h *host) *cobra.Command {
	c := &apply{host: h}
	cmd := &cobra.Command{
		Use: "apply -f FILE", Short: "Bring organizations, scopes, users and apps to a declared state", Long: applyLong, Args: cobra.NoArgs,
		Example: "  posternd apply -f state.yaml --dry-run\n  posternd apply -f state.yaml\n  posternd apply -f state.yaml --prune",
		RunE:    h.atOffice(c.run),
	}
	cmd.Flags().StringVarP(&c.file, "file", "f", "", "`FILE` with the state in YAML, - for standard input")
	cmd.Flags().BoolVar(&c.dryRun, "dry-run", false, "only show what would change")
	cmd.Flags().BoolVar(&c.prune, "prune", false, "delete what the file does not have, of the kinds that it has")
	cobra.CheckErr(cmd.MarkFlagRequired("file"))
	return cmd
}

const applyLong = `Bring organizations, scopes, users and apps to the state that a file declares. What is as declared is left alone, so
that applying a file twice changes nothing the second time. Things are matched by slug, name, e-mail address and
client_id. What the file does not mention stays, unless --prune is given; organizations are never deleted. Members that a thing
leaves out take their defaults. The steps are taken one after the other, and each is whole: after an error, run it again.

  organizations:
    - {slug: acme, name: Acme Inc.}
  scopes:
    - {name: "jobs:read", title: See your jobs, group: Jobs}
  users:
    - email: user@example.com
      name: Example User
      admin: true
      password_file: user.password      # or password_hash; for a new user only. Neither: a link is printed once
      memberships: {acme: owner}
  clients:                             # the metadata of "posternd client add", and:
    - client_id: nightly
      client_secret_file: nightly.secret # a new app without it gets a secret that is printed once
      client_name: Nightly
      grant_types: [client_credentials]
      organization: acme
      scope: jobs:read

Files are named relative to the working directory.`

type apply struct {
	host          *host
	file          string
	dryRun, prune bool
}

// change is one step from what is to what is declared.
type change struct {
	Action  string         `json:"action"` // create, update, delete
	Object  string         `json:"object"`
	ID      string         `json:"id"`
	Changes []event.Change `json:"changes,omitempty"`
	Once    string         `json:"secret,omitempty"` // what is printed this once: a secret or a link
	do      func(ctx context.Context) (once string, err error)
}

// maxState bounds the file, in bytes.
const maxState = 4 << 20

func (c *apply) run(ctx context.Context, o *office, _ []string) error {
	text, err := c.host.readInput(c.file, maxState)
	if err != nil {
		return err
	}
	state, err := parseState(text)
	if err != nil {
		return fmt.Errorf("%s: %w", c.file, err)
	}
	plan, err := c.plan(ctx, o, state)
	if err != nil {
		return err
	}
	done, failed := c.carryOut(ctx, plan)
	if err := c.report(done); err != nil {
		return err
	}
	return failed
}

// plan lists the steps: first what others stand on, and deletions last, the other way round.
func (c *apply) plan(ctx context.Context, o *office, s *state) ([]change, error) {
	var plan, last []change
	for _, part := range []func(context.Context, *office, *state) (wanted, surplus []change, err error){
		planOrgs, planScopes, planUsers, planClients,
	} {
		wanted, surplus, err := part(ctx, o, s)
		if err != nil {
			return nil, err
		}
		plan = append(plan, wanted...)
		last = append(surplus, last...)
	}
	if c.prune {
		plan = append(plan, last...)
	}
	return plan, nil
}

// carryOut does the steps up to the first that fails, and returns those that were done.
func (c *apply) carryOut(ctx context.Context, plan []change) ([]change, error) {
	if c.dryRun {
		return plan, nil
	}
	for i := range plan {
		once, err := plan[i].do(ctx)
		if err != nil {
			return plan[:i], fmt.Errorf("%s %s %s: %w", plan[i].Action, plan[i].Object, plan[i].ID, err)
		}
		plan[i].Once = once
	}
	return plan, nil
}

var signs = map[string]string{"create": "+", "update": "~", "delete": "-"}

// report prints the steps as a diff.
func (c *apply) report(done []change) error {
	if c.host.json {
		return c.host.printJSON(append([]change{}, done...))
	}
	if len(done) == 0 {
		return c.host.say("Everything is as declared.")
	}
	for _, step := range done {
		if err := c.host.say("%s %s %s", signs[step.Action], step.Object, printable(step.ID)); err != nil {
			return err
		}
		for _, d := range step.Changes {
			c.host.say("    %s: %s -> %s", d.Field, or(printable(d.Before), "(none)"), or(printable(d.After), "(none)"))
		}
		if step.Once != "" {
			c.host.say("    shown this once: %s", step.Once)
		}
	}
	if c.dryRun {
		return c.host.say("Nothing was changed: this was a dry run.")
	}
	return nil
}

// differences lists the members in which two objects differ.
func differences(before, after any) []event.Change {
	all := event.Changes(event.Event{Before: asJSON(before), After: asJSON(after)})
	var differing []event.Change
	for _, d := range all {
		if d.Before != d.After {
			differing = append(differing, d)
		}
	}
	return differing
}

func asJSON(v any) string {
	if v == nil {
		return ""
	}
	text, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(text)
}
