package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"postern/authz/catalogue"
)

func newScope(h *host) *cobra.Command {
	return group("scope", "Look after the catalogue of scopes", newScopeAdd(h), newScopeList(h), newScopeDelete(h))
}

// scopeView is a scope for machines.
type scopeView struct {
	Name        string `json:"name"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Group       string `json:"group"`
	Kind        string `json:"kind"`
	Sensitive   bool   `json:"sensitive"`
	Default     bool   `json:"default"`
	Optional    bool   `json:"optional"`
	Reserved    bool   `json:"reserved"`
}

func viewOfScope(s catalogue.Scope) scopeView {
	return scopeView{s.Name, s.Title, s.Description, s.Group, s.Kind, s.Sensitive, s.Default, s.Optional, s.Reserved}
}

// flags are the words for what a scope is besides.
func (v scopeView) flags() string {
	var words []string
	for _, f := range []struct {
		on   bool
		word string
	}{{v.Sensitive, "sensitive"}, {v.Default, "default"}, {v.Optional, "optional"}, {v.Reserved, "reserved"}} {
		if f.on {
			words = append(words, f.word)
		}
	}
	return or(strings.Join(words, " "), "-")
}

type scopeAdd struct {
	host  *host
	scope catalogue.Scope
}

func newScopeAdd(h *host) *cobra.Command {
	c := &scopeAdd{host: h}
	cmd := &cobra.Command{
		Use: "add NAME --title TITLE", Short: "Add a scope", Args: cobra.ExactArgs(1),
		Example: `  posternd scope add jobs:read --title "See your jobs" --description "Names, states and logs" --group Jobs
  posternd scope add jobs:delete --title "Delete your jobs" --group Jobs --kind destructive --sensitive`,
		RunE: h.atOffice(c.run),
	}
	f := cmd.Flags()
	f.StringVar(&c.scope.Title, "title", "", "what it allows, as the consent page says it")
	f.StringVar(&c.scope.Description, "description", "", "more about it, in a sentence")
	f.StringVar(&c.scope.Group, "group", "", "heading that it stands under")
	f.StringVar(&c.scope.Kind, "kind", catalogue.Read, "read, write or destructive")
	f.BoolVar(&c.scope.Sensitive, "sensitive", false, "mark it on the consent page")
	f.BoolVar(&c.scope.Default, "default", false, "give it when a request names no scope")
	f.BoolVar(&c.scope.Optional, "optional", false, "let people leave it out")
	f.BoolVar(&c.scope.Reserved, "reserved", false, "give it only to apps whose allowance names it in full")
	cobra.CheckErr(cmd.MarkFlagRequired("title"))
	return cmd
}

func (c *scopeAdd) run(ctx context.Context, o *office, args []string) error {
	c.scope.Name = args[0]
	s, err := o.Scopes.Add(ctx, o.actor, c.scope)
	if err != nil {
		return err
	}
	return c.host.show(viewOfScope(s), table{rows: [][]string{{"Added " + s.Name + "."}}})
}

type scopeList struct{ host *host }

func newScopeList(h *host) *cobra.Command {
	c := &scopeList{host: h}
	return &cobra.Command{
		Use: "list", Short: "List scopes", Args: cobra.NoArgs,
		Example: "  posternd scope list --json",
		RunE:    h.atOffice(c.run),
	}
}

func (c *scopeList) run(ctx context.Context, o *office, _ []string) error {
	all, err := o.Scopes.List(ctx)
	if err != nil {
		return err
	}
	views := []scopeView{}
	t := table{head: []string{"NAME", "TITLE", "GROUP", "KIND", "FLAGS"}, empty: "No scopes."}
	for _, s := range all {
		view := viewOfScope(s)
		views = append(views, view)
		t.add(s.Name, s.Title, or(s.Group, "-"), s.Kind, view.flags())
	}
	return c.host.show(views, t)
}

func newScopeDelete(h *host) *cobra.Command {
	return &cobra.Command{
		Use: "delete NAME", Short: "Delete a scope; grants lose it at their next refresh", Args: cobra.ExactArgs(1),
		Example: "  posternd scope delete jobs:delete",
		RunE: h.atOffice(func(ctx context.Context, o *office, args []string) error {
			if err := o.Scopes.Delete(ctx, o.actor, args[0]); err != nil {
				return err
			}
			return h.say("Deleted %s.", args[0])
		}),
	}
}
