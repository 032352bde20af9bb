package admin

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"postern/authz/client"
	"postern/authz/identity"
	"postern/authz/scope"
	"postern/templates"
)

// grantChoices are the grants that each kind can choose from. A machine has no choice.
var grantChoices = map[string][]templates.Choice{
	client.Web: {
		{Value: client.GrantCode, Label: "Sign people in", Help: client.GrantCode},
		{Value: client.GrantRefresh, Label: "Stay signed in", Help: client.GrantRefresh},
		{Value: client.GrantCredentials, Label: "Act for itself", Help: client.GrantCredentials},
	},
	client.SPA:    publicGrants,
	client.Native: publicGrants,
}

var publicGrants = []templates.Choice{
	{Value: client.GrantCode, Label: "Sign people in", Help: client.GrantCode},
	{Value: client.GrantRefresh, Label: "Stay signed in", Help: client.GrantRefresh},
}

// offers is what a form lets choose from.
type offers struct {
	scopes        []scope.Scope
	organizations []identity.Organization // nil: the publisher is not chosen here
}

func (p *Pages) offers(v *visit, organizations bool) (offers, error) {
	var o offers
	var err error
	if o.scopes, err = p.c.Scopes.List(v.ctx()); err != nil || !organizations {
		return o, err
	}
	o.organizations, _, err = p.c.People.Organizations(v.ctx(), "", identity.Page{Limit: 200})
	return o, err
}

// formOf shows metadata in a form.
func (o offers) formOf(m client.Metadata, org string) templates.ClientForm {
	allowance := strings.Fields(m.Scope)
	f := templates.ClientForm{
		Type: templates.ClientType(m.Kind), Name: m.Name, HomeURL: m.URI, Description: m.Description,
		RedirectURIs: strings.Join(m.RedirectURIs, "\n"), Contacts: strings.Join(m.Contacts, ", "),
		Grants: chosen(grantChoices[m.Kind], m.GrantTypes),
		Scopes: o.scopeChoices(allowance), ScopePatterns: strings.Join(o.further(allowance), " "),
		Organizations: o.organizationChoices(org),
		PolicyURL:     m.PolicyURI, TermsURL: m.TermsURI,
		RequirePKCE: m.RequirePKCE == nil || *m.RequirePKCE, JWT: m.AccessTokenFormat == client.JWT,
		AccessTTL: durationText(m.AccessTTL), RefreshTTL: durationText(m.RefreshTTL),
		FirstParty: m.FirstParty, MaxRedirectURIs: client.MaxRedirectURIs,
	}
	return f
}

func chosen(choices []templates.Choice, values []string) []templates.Choice {
	list := slices.Clone(choices)
	for i := range list {
		list[i].Selected = slices.Contains(values, list[i].Value)
	}
	return list
}

func (o offers) scopeChoices(allowance []string) []templates.ScopeChoices {
	var groups []templates.ScopeChoices
	for _, s := range o.scopes {
		title := groupTitle(s.Group)
		i := slices.IndexFunc(groups, func(g templates.ScopeChoices) bool { return g.Title == title })
		if i < 0 {
			i, groups = len(groups), append(groups, templates.ScopeChoices{Title: title})
		}
		groups[i].Scopes = append(groups[i].Scopes, templates.Choice{
			Value: s.Name, Label: s.Title, Selected: slices.Contains(allowance, s.Name),
		})
	}
	return groups
}

func groupTitle(group string) string {
	if group == "" {
		return "Other"
	}
	return group
}

// further is what of an allowance is no scope of the catalogue: patterns, and names that are not there (yet).
func (o offers) further(allowance []string) []string {
	var list []string
	for _, name := range allowance {
		if !o.has(name) {
			list = append(list, name)
		}
	}
	return list
}

func (o offers) has(name string) bool {
	return slices.ContainsFunc(o.scopes, func(s scope.Scope) bool { return s.Name == name })
}

func (o offers) organizationChoices(selected string) []templates.Choice {
	var list []templates.Choice
	for _, org := range o.organizations {
		id := org.ID.String()
		list = append(list, templates.Choice{Value: id, Label: org.Name, Selected: id == selected})
	}
	return list
}

// durationText writes a lifetime as it is typed: 15m, 720h. Nothing stands for the server's setting.
func durationText(s client.Seconds) string {
	switch d := s.Duration(); {
	case d == 0:
		return ""
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	default:
		return d.String()
	}
}
