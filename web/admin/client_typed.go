package admin

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"postern/authz/client"
	"postern/templates"
)

// typedClient is a client's form as it was sent.
type typedClient struct {
	form   url.Values
	lines  []int // for each redirect URI, its line in the text area
	errors templates.Errors
	asked  bool // authz's problems are among errors
}

// metadata lays what was typed over m: a new client's empty metadata with its kind, or what a client has. Members that
// the form does not show stay as they are.
func (t *typedClient) metadata(m client.Metadata) client.Metadata {
	f := t.form
	m.Name, m.URI, m.Description = f.Get("client_name"), strings.TrimSpace(f.Get("client_uri")), f.Get("description")
	m.PolicyURI, m.TermsURI = strings.TrimSpace(f.Get("policy_uri")), strings.TrimSpace(f.Get("tos_uri"))
	m.Contacts = listOf(f.Get("contacts"))
	m.RedirectURIs = t.redirects(m.Kind)
	m.Scope = strings.Join(append(slices.Clone(f["scope"]), f.Get("scope_patterns")), " ")
	m.FirstParty = f.Get("first_party") == "1" && m.Kind != client.Machine
	m.AccessTokenFormat = client.Opaque
	if f.Get("access_token_format") == client.JWT {
		m.AccessTokenFormat = client.JWT
	}
	m.AccessTTL = t.lifetime("access_token_ttl", "1m to 24h", time.Minute, 24*time.Hour)
	m.RefreshTTL = 0
	if m.Kind != client.Machine {
		m.RefreshTTL = t.lifetime("refresh_token_ttl", "1h to 9600h (400 days)", time.Hour, 400*24*time.Hour)
	}
	t.flow(&m)
	return m
}

// flow sets the grants and what follows from them.
func (t *typedClient) flow(m *client.Metadata) {
	m.GrantTypes = t.form["grant_types"]
	if m.Kind == client.Machine {
		m.GrantTypes = []string{client.GrantCredentials}
	}
	if len(m.GrantTypes) == 0 {
		t.add("grant_types", "Grants: choose at least one")
	}
	m.ResponseTypes, m.ApplicationType, m.RequirePKCE = nil, "", nil
	if m.Kind == client.Web && slices.Contains(m.GrantTypes, client.GrantCode) {
		required := t.form.Get("require_pkce") == "1"
		m.RequirePKCE = &required
	}
	if !slices.Contains(m.GrantTypes, client.GrantRefresh) {
		m.Rotation = nil
	}
}

func (t *typedClient) redirects(kind string) []string {
	if kind == client.Machine {
		return nil
	}
	var uris []string
	n := 0
	for line := range strings.Lines(t.form.Get("redirect_uris")) {
		n++
		if uri := strings.TrimSpace(line); uri != "" {
			uris, t.lines = append(uris, uri), append(t.lines, n)
		}
	}
	return uris
}

func (t *typedClient) lifetime(field, bounds string, least, most time.Duration) client.Seconds {
	text := strings.TrimSpace(t.form.Get(field))
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	switch {
	case err != nil || d%time.Second != 0:
		t.add(field, labels[field]+": write a number and its unit, such as 15m or 720h")
	case d < least || d > most:
		t.add(field, labels[field]+": must be "+bounds)
	default:
		return client.Seconds(d / time.Second)
	}
	return 0
}

func (t *typedClient) add(field, message string) {
	t.errors = append(t.errors, templates.FieldError{Field: field, Message: message + "."})
}

// addAll takes the problems that authz found, each to its field and line.
func (t *typedClient) addAll(problems client.Problems) {
	t.asked = true
	for _, problem := range problems {
		field, message, line := problem.Field, problem.Message, 0
		var n int
		if _, err := fmt.Sscanf(message, "number %d ", &n); err == nil && field == "redirect_uris" && n >= 1 && n <= len(t.lines) {
			line, message = t.lines[n-1], strings.TrimPrefix(message, fmt.Sprintf("number %d ", n))
		}
		if field == "scope" {
			field = "scope_patterns" // ticked ones exist
		}
		if line == 0 {
			message = labelOf(field) + ": " + message
		}
		if fieldless[field] || labels[field] == "" {
			field = ""
		}
		t.errors = append(t.errors, templates.FieldError{Field: field, Line: line, Message: message + "."})
	}
}

// again is the form with what was typed and what to correct.
func (t *typedClient) again(o offers, m client.Metadata) templates.ClientForm {
	f := o.formOf(m, t.form.Get("organization"))
	f.RedirectURIs = t.form.Get("redirect_uris")
	f.AccessTTL, f.RefreshTTL = t.form.Get("access_token_ttl"), t.form.Get("refresh_token_ttl")
	f.Scopes, f.ScopePatterns = o.scopeChoices(t.form["scope"]), t.form.Get("scope_patterns")
	f.Contacts, f.Description = t.form.Get("contacts"), t.form.Get("description")
	f.Errors = t.errors
	return f
}

// labels are the form's fields as people know them.
var labels = map[string]string{
	"client_name": "Name", "client_uri": "Home page", "description": "Description", "contacts": "Contacts",
	"policy_uri": "Privacy policy", "tos_uri": "Terms", "redirect_uris": "Redirect URIs", "grant_types": "Grants",
	"scope_patterns": "Further scopes", "organization": "Publisher", "require_pkce": "Require PKCE",
	"access_token_format": "Access tokens", "access_token_ttl": "Access token lifetime",
	"refresh_token_ttl": "Refresh token lifetime", "first_party": "First-party app",
}

// fieldless are those whose control is not always there: their errors stand on top alone.
var fieldless = map[string]bool{"organization": true, "require_pkce": true}

func labelOf(field string) string {
	if label := labels[field]; label != "" {
		return label
	}
	return field
}

func listOf(text string) []string {
	var list []string
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	return list
}
