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
		t.add("grant_types", "Choose at least one")
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
		t.add(field, "Write a number and its unit, such as 15m or 720h")
	case d < least || d > most:
		t.add(field, "Must be "+bounds)
	default:
		return client.Seconds(d / time.Second)
	}
	return 0
}

func (t *typedClient) add(field, message string) {
	t.errors = append(t.errors, fieldError(field, message))
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
		e := fieldError(field, message)
		if line > 0 { // reads on from "Line 3: "
			e.Line, e.Message = line, message+"."
		}
		t.errors = append(t.errors, e)
	}
}

// again is the form with what was typed and what to correct.
func (t *typedClient) again(o offers, m client.Metadata) templates.ClientForm {
	f := o.formOf(m, t.form.Get("organization"))
	f.RedirectURIs = t.form.Get("redirect_uris")
	f.AccessTTL, f.RefreshTTL = t.form.Get("access_token_ttl"), t.form.Get("refresh_token_ttl")
	f.Scopes, f.ScopePatterns = o.scopeChoices(t.form["scope"]), t.form.Get("scope_patterns")
	f.Contacts, f.Description = t.form.Get("contacts"), t.form.Get("description")
	f.Errors = inOrder(t.errors)
	return f
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
