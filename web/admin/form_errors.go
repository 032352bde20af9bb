package admin

import (
	"cmp"
	"slices"
	"strings"

	"postern/templates"
)

// control is one field of a form: its name, and what people know it by. The control of a fieldless one is not always
// there, so its errors stand on top alone.
type control struct {
	name, label string
	fieldless   bool
}

// controls are the fields of the forms of clients and scopes, in the order in which each form has them.
var controls = []control{
	{name: "client_name", label: "Name"},
	{name: "client_uri", label: "Home page"},
	{name: "name", label: "Name"},
	{name: "title", label: "Title"},
	{name: "description", label: "Description"},
	{name: "group", label: "Group"},
	{name: "contacts", label: "Contacts"},
	{name: "policy_uri", label: "Privacy policy"},
	{name: "tos_uri", label: "Terms"},
	{name: "redirect_uris", label: "Redirect URIs"},
	{name: "grant_types", label: "Grants"},
	{name: "scope_patterns", label: "Further scopes"},
	{name: "organization", label: "Publisher", fieldless: true},
	{name: "require_pkce", label: "Require PKCE", fieldless: true},
	{name: "access_token_format", label: "Access tokens"},
	{name: "access_token_ttl", label: "Access token lifetime"},
	{name: "refresh_token_ttl", label: "Refresh token lifetime"},
	{name: "first_party", label: "First-party app"},
	{name: "kind", label: "It lets an app"},
	{name: "default", label: "Default"},
}

func controlOf(name string) int {
	return slices.IndexFunc(controls, func(c control) bool { return c.name == name })
}

// inOrder sorts errors as the form has their fields. What has none comes first.
func inOrder(errs templates.Errors) templates.Errors {
	slices.SortStableFunc(errs, func(a, b templates.FieldError) int {
		return cmp.Or(cmp.Compare(controlOf(a.Field), controlOf(b.Field)), cmp.Compare(a.Line, b.Line))
	})
	return errs
}

// better words what is wrong with a field where the registry's words do not tell people what to do.
var better = map[string]string{
	"client_name must not be empty":                                               "Enter a name",
	"redirect_uris needs at least one URI":                                        "Enter at least one redirect URI",
	"grant_types has refresh_token without a grant that gives refresh tokens":     "Stay signed in needs Sign people in",
	"name is refused: a scope name is empty":                                      "Enter a name",
	"title must not be empty: people read it on the consent page":                 "Enter a title: people read it on the consent page",
	"kind must be read, write or destructive":                                     "Choose one",
	"default must be false for a reserved scope, which clients are given by name": "A reserved scope cannot be a default: clients are given it by name",
}

// fieldError is what is wrong with a field, as a sentence. message may read on from the field's name, as authz has it.
func fieldError(field, message string) templates.FieldError {
	if words, ok := better[field+" "+message]; ok {
		message = words
	}
	message = strings.TrimPrefix(message, "is refused: ")
	e := templates.FieldError{Field: field, Label: field, Message: strings.ToUpper(message[:1]) + message[1:] + "."}
	i := controlOf(field)
	if i >= 0 {
		e.Label = controls[i].label
	}
	if i < 0 || controls[i].fieldless {
		e.Field = ""
	}
	return e
}
