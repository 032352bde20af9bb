package admin_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"postern/authz/client"
	"postern/authz/event"
	"postern/authz/identity"
)

// typed is a client's form as it is sent; pairs replace fields, and an empty value takes one away.
func typed(pairs ...string) url.Values {
	form := url.Values{
		"client_type": {"web"}, "client_name": {"Planner"}, "redirect_uris": {"https://planner.example/cb\r\n"},
		"grant_types": {"authorization_code", "refresh_token"}, "require_pkce": {"1"}, "access_token_format": {"opaque"},
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Del(pairs[i])
		if pairs[i+1] != "" {
			form.Set(pairs[i], pairs[i+1])
		}
	}
	return form
}

// clientOf finds the one client with this name.
func (s *stack) clientOf(name string) client.Detail {
	s.t.Helper()
	rows, _, err := s.clients.List(s.t.Context(), client.Filter{Search: name}, client.Page{Limit: 2})
	s.must(err)
	if len(rows) != 1 {
		s.t.Fatalf("%d clients are named %s", len(rows), name)
	}
	d, err := s.clients.Show(s.t.Context(), rows[0].ID)
	s.must(err)
	return d
}

func TestRegisteringAnApp(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.addScope("jobs:read")
	s.admin.get("/admin/clients/new").want(http.StatusOK, "What kind of app is it?")
	s.admin.get("/admin/clients/new?type=web").lacks(`name="version"`, "post_logout").want(http.StatusOK, "information that you consider public", `name="redirect_uris"`, "jobs:read", "authorization_code", `value="`+s.org.ID.String()+`" selected`)
	form := typed("scope", "jobs:read", "scope_patterns", "tasks:*", "contacts", "a@example.com, b@example.com",
		"access_token_ttl", "15m", "refresh_token_ttl", "720h", "first_party", "1", "organization", s.org.ID.String())
	a := s.admin.postForm("/admin/clients/new", form).want(http.StatusOK, "Planner</bdi> is registered", "You will not see it again")
	if got := a.header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("the page with the secret can be stored: %q", got)
	}
	d := s.clientOf("Planner")
	secret := a.code("secret")
	if a.code("client-id") != d.ID || !strings.HasPrefix(secret, "pcs_") || !strings.Contains(a.code("env"), "CLIENT_SECRET="+secret+"\n") {
		t.Errorf("id %s, secret %.4s..., env %q", a.code("client-id"), secret, a.code("env"))
	}
	m := d.Document
	if m.Scope != "jobs:read tasks:*" || m.AccessTTL != 900 || m.RefreshTTL != 720*3600 || !m.FirstParty || !*m.RequirePKCE || len(m.Contacts) != 2 {
		t.Errorf("stored %+v", m)
	}
	wantEvents(t, s.events(event.ObjectClient, d.ID), event.ClientCreated)
	c, err := s.mirror.Client(t.Context(), d.ID)
	s.must(err)
	if _, ok := c.Authenticate(secret, d.CreatedAt); !ok {
		t.Error("the secret that was shown does not work")
	}
	s.neverAgain(d.ID, secret)
}

// neverAgain walks every page that could show a secret (UX R10, IL-03).
func (s *stack) neverAgain(id, secret string) {
	s.t.Helper()
	at := "/admin/clients/" + id
	for _, path := range []string{
		"/admin", "/admin/clients", at, at + "/settings", at + "/secrets", at + "/activity", at + "/audit", at + "/danger", "/admin/audit",
	} {
		s.admin.get(path).want(http.StatusOK).lacks(secret, secret[4:20])
	}
	all, _, err := event.List(s.t.Context(), s.store, event.Filter{}, event.Page{Limit: 200})
	s.must(err)
	for _, e := range all {
		if strings.Contains(e.Before+e.After+e.ObjectID, secret[4:20]) {
			s.t.Errorf("%s has the secret", e.Name)
		}
	}
}

func TestFormsThatCannotBeTaken(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	row, _ := s.addClient(nil)
	for _, test := range []struct {
		name  string
		form  url.Values
		wants []string
	}{
		{"R7 each redirect URI has its own message, with its line", typed("redirect_uris", "http://planner.example/cb\n\nhttps://planner.example/#x\nhttps://*.example/cb"),
			[]string{"Line 1: must use https", "Line 3: fragment not allowed", "Line 4: wildcards not allowed", "3 things", "https://*.example/cb"}},
		{"RU-24 a script is no redirect URI", typed("redirect_uris", "javascript:alert(1)"), []string{"Line 1: scheme javascript/data/vbscript not allowed"}},
		{"no redirect URI", typed("redirect_uris", ""), []string{">Enter at least one redirect URI.<", "Redirect URIs: enter at least one"}},
		{"no name", typed("client_name", " "), []string{">Enter a name.<", ">Name: enter a name.<"}},
		{"DC-10 a script is no home page", typed("client_uri", "javascript:alert(1)"), []string{"Home page: must be an absolute"}},
		{"no grant", typed("grant_types", ""), []string{"Grants: choose at least one"}},
		{"a grant that there is not", typed("grant_types", "password"), []string{"password, which is not supported"}},
		{"a lifetime without a unit", typed("access_token_ttl", "3600"), []string{"Access token lifetime: write a number and its unit", `value="3600"`}},
		{"a lifetime that is too long", typed("access_token_ttl", "25h"), []string{"Access token lifetime: must be 1m to 24h"}},
		{"a refresh lifetime that is too short", typed("refresh_token_ttl", "1m"), []string{"Refresh token lifetime: must be 1h"}},
		{"a scope pattern that covers everything", typed("scope_patterns", "*"), []string{"Further scopes:"}},
		{"all at once", typed("access_token_ttl", "x", "client_name", "", "redirect_uris", "/cb"), []string{"3 things", "Redirect URIs, line 1: must be absolute", "Line 1: must be absolute", "Name:", "Access token lifetime:"}},
		{"DC-13 hostile text comes back escaped", typed("client_name", `"><script>alert(1)</script>`, "client_uri", "x"), []string{`"><script>alert(1)</script>`}},
	} {
		for _, path := range []string{"/admin/clients/new", "/admin/clients/" + row.ID + "/settings"} {
			t.Run(test.name+" at "+path[strings.LastIndex(path, "/"):], func(t *testing.T) {
				a := s.admin.postForm(path, test.form)
				a.t = t
				a.want(http.StatusUnprocessableEntity, append(test.wants, `role="alert"`)...)
				if strings.Contains(a.body, "<script>alert") {
					t.Error("not escaped")
				}
			})
		}
	}
	rows, _, err := s.clients.List(t.Context(), client.Filter{}, client.Page{Limit: 10})
	s.must(err)
	if len(rows) != 1 || rows[0].Version != row.Version {
		t.Error("a form that was refused changed something")
	}
	s.admin.postForm("/admin/clients/new", typed("organization", "none")).want(http.StatusUnprocessableEntity, "Publisher:")
	s.admin.postForm("/admin/clients/new", typed("organization", s.me.ID.String())).want(http.StatusUnprocessableEntity, "Publisher: does not exist")
}

func TestKindsOfApps(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	for _, kind := range []string{"spa", "native", "machine"} {
		form := typed("client_type", kind, "client_name", "The "+kind, "require_pkce", "")
		if kind == "machine" {
			form.Del("grant_types")
			form.Del("redirect_uris")
		}
		s.admin.get("/admin/clients/new?type=" + kind).want(http.StatusOK)
		a := s.admin.postForm("/admin/clients/new", form).want(http.StatusOK, "The "+kind+"</bdi> is registered")
		d := s.clientOf("The " + kind)
		if public := kind != "machine"; public {
			a.lacks("pcs_", `id="secret"`)
			if len(d.Secrets) != 0 || !d.Document.Public() {
				t.Errorf("R13 a public client has a secret")
			}
			s.admin.get("/admin/clients/"+d.ID+"/secrets").want(http.StatusOK, "has no secret")
			s.admin.post("/admin/clients/"+d.ID+"/secrets", "expires", "").want(http.StatusUnprocessableEntity, "has no secret")
		} else if !slices.Equal(d.Document.GrantTypes, []string{"client_credentials"}) {
			t.Errorf("a machine has %v", d.Document.GrantTypes)
		}
		s.admin.get("/admin/clients/"+d.ID).want(http.StatusOK, "The "+kind)
		s.admin.done(s.admin.postForm("/admin/clients/"+d.ID+"/settings", form), "/admin/clients/"+d.ID+"/settings", "are saved")
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	row, _ := s.addClient(func(m *client.Metadata) {
		m.AuthMethod, m.SoftwareID, m.IntrospectAny, m.Scope = client.AuthPost, "kept", true, "later:* unknown"
	})
	at := "/admin/clients/" + row.ID + "/settings"
	s.admin.get(at).want(http.StatusOK, `value="Planner"`, "later:* unknown")
	form := typed("client_name", "Planner 2", "require_pkce", "", "access_token_format", "jwt", "scope_patterns", "later:* unknown")
	s.admin.done(s.admin.postForm(at, form), at, "The settings of Planner 2 are saved.")
	d := s.clientOf("Planner 2")
	if m := d.Document; *m.RequirePKCE || m.AccessTokenFormat != "jwt" || m.AuthMethod != client.AuthPost || m.SoftwareID != "kept" || !m.IntrospectAny || m.Scope != "later:* unknown" {
		t.Errorf("stored %+v", m)
	}
	s.admin.get("/admin/clients/"+row.ID+"/audit").want(http.StatusOK, "Changed the settings of an app", "client_name", "admin@example.com")
	s.admin.get("/admin/clients/"+row.ID).want(http.StatusOK, "Not required", "JWT, 10 minutes")

	form.Set("grant_types", "client_credentials")
	form.Del("redirect_uris")
	s.admin.done(s.admin.postForm(at, form), at, "are saved")
}

// TestALostUpdateIsRefused: two administrators have the same form open; the second learns that the first was faster.
func TestALostUpdateIsRefused(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	row, _ := s.addClient(nil)
	at := "/admin/clients/" + row.ID + "/settings"
	version := strconv.FormatInt(row.Version, 10)
	hidden := `<input type="hidden" name="version" value="` + version + `">`
	s.admin.get(at).want(http.StatusOK, hidden)
	s.admin.postForm(at, typed("version", version, "client_name", "")).want(http.StatusUnprocessableEntity, hidden)
	s.admin.postForm(at, typed("version", version, "client_name", "First")).want(http.StatusSeeOther)
	s.admin.postForm(at, typed("version", version, "client_name", "Second")).want(http.StatusConflict, "Somebody else changed this")
	s.admin.postForm(at, typed("version", "x")).want(http.StatusBadRequest)
	s.admin.get(at).want(http.StatusOK, "First").lacks(hidden)
	s.clientOf("First")
}

func TestListOfClients(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.admin.get("/admin/clients").want(http.StatusOK, "No clients yet")
	for i := range 53 {
		s.addClient(func(m *client.Metadata) { m.Name = "App " + strconv.Itoa(100+i) })
	}
	row, _ := s.addClient(func(m *client.Metadata) { m.Name, m.Kind, m.RedirectURIs = "<i>Nightly</i>", client.Machine, nil })
	s.must(s.clients.Disable(t.Context(), setUp, row.ID))
	a := s.admin.get("/admin/clients").want(http.StatusOK, "Clients: 54 of 1,000 used", "Next page").lacks("<i>Nightly")
	_, rest, _ := strings.Cut(a.body, `href="/admin/clients?after=`)
	cursor, _, _ := strings.Cut(rest, `"`)
	s.admin.get("/admin/clients?after="+cursor).want(http.StatusOK, "First page", "App 152").lacks("App 101", "Next page")
	s.admin.get("/admin/clients?q=nightly").want(http.StatusOK, "<i>Nightly</i>").lacks("App 1")
	s.admin.get("/admin/clients?type=machine&state=disabled").want(http.StatusOK, "<i>Nightly</i>").lacks("App 1")
	s.admin.get("/admin/clients?type=spa").want(http.StatusOK, "No client matches")
	s.admin.get("/admin/clients?state=gone&type=router").want(http.StatusOK, "App 101")
	_, err := s.people.CreateOrganization(t.Context(), setUp, identity.NewOrganization{Slug: "north", Name: "North"})
	s.must(err)
	s.admin.get("/admin/clients").want(http.StatusOK).lacks("of 1,000")
}
