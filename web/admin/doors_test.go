package admin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"postern/authz/client"
	"postern/storage"
	"postern/storage/storagetest"
)

// TestEveryDoor walks every registered route as each sort of person (TI-01, TI-11, SE-10).
func TestEveryDoor(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.addScope("jobs:read")
	row, _ := s.addClient(nil)
	detail, err := s.clients.Show(t.Context(), row.ID)
	s.must(err)
	missing := s.plain.get("/admin/no-such-page").want(http.StatusNotFound).body
	fill := strings.NewReplacer("{client}", row.ID, "{user}", s.me.ID.String(), "{secret}", detail.Secrets[0].ID.String())
	for _, pattern := range s.patterns {
		method, path, _ := strings.Cut(fill.Replace(pattern), " ")
		path += map[string]string{
			"/admin/scopes/edit": "?name=jobs:read", "/admin/scopes/delete": "?name=jobs:read", "/admin/keys/revoke": "?kid=" + s.keys.List()[0].ID,
		}[path]
		do := func(b *browser) answer {
			if method == http.MethodGet {
				return b.get(path)
			}
			return b.post(path)
		}
		t.Run(method+" "+path, func(t *testing.T) {
			a := do(s.visitor)
			if a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/login?flow=") {
				t.Errorf("TI-01 without a session: %d to %q, want 303 to sign in", a.status, a.header.Get("Location"))
			}
			a = do(s.plain)
			if a.status != http.StatusNotFound || ids.ReplaceAllString(a.body, "") != ids.ReplaceAllString(missing, "") {
				t.Errorf("TI-11 somebody who is no administrator: %d, or another text than for what does not exist", a.status)
			}
			if method == http.MethodGet && path != "/admin/" {
				do(s.admin).want(http.StatusOK)
			}
		})
	}
	if len(s.patterns) < 40 {
		t.Errorf("only %d routes were walked", len(s.patterns))
	}
}

func TestTheRoleIsReadWithEachRequest(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	other := s.addUser("new@example.com", true)
	b := s.browser()
	b.signIn("new@example.com")
	b.get("/admin").want(http.StatusOK)
	s.must(s.people.RemoveAdmin(t.Context(), setUp, other.ID))
	b.get("/admin").want(http.StatusNotFound)
	b.post("/admin/users/" + s.me.ID.String() + "/disable").want(http.StatusNotFound)
	s.must(s.people.MakeAdmin(t.Context(), setUp, other.ID))
	b.get("/admin").want(http.StatusOK)
	s.must(s.people.Disable(t.Context(), setUp, other.ID))
	if a := b.get("/admin"); a.status != http.StatusSeeOther {
		t.Errorf("a disabled administrator gets %d", a.status)
	}
}

func TestWhatDoesNotExistIs404(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	row, _ := s.addClient(nil)
	nobody := s.org.ID.String() // an id of something else
	for _, path := range []string{
		"/admin/clients/none", "/admin/clients/none/settings", "/admin/clients/" + strings.Repeat("x", 300),
		"/admin/clients/" + row.ID + "/secrets/" + nobody + "/revoke", "/admin/clients/" + row.ID + "/nothing",
		"/admin/users/none", "/admin/users/" + nobody, "/admin/users/" + strings.ToUpper(s.me.ID.String()),
		"/admin/scopes/edit", "/admin/scopes/edit?name=none", "/admin/scopes/delete?name=a,b", "/admin/keys/revoke?kid=none",
		"/admin/", "/admin/Clients", "/admin/clients/", "/ADMIN", "/admin/clients;x", "/admin%2fclients",
	} {
		if a := s.admin.get(path); a.status != http.StatusNotFound {
			t.Errorf("TI-08 GET %s: %d, want 404", path, a.status)
		}
	}
	for _, path := range []string{
		"/admin/clients/none/disable", "/admin/clients/none/secrets", "/admin/users/" + nobody + "/disable", "/admin/users/x/reset-link",
		"/admin/clients/" + row.ID + "/secrets/" + nobody + "/revoke", "/admin/scopes/delete?name=none", "/admin/keys/revoke?kid=none",
	} {
		if a := s.admin.post(path, "confirm", "none"); a.status != http.StatusNotFound {
			t.Errorf("POST %s: %d, want 404", path, a.status)
		}
	}
}

func TestBadInputIsRefusedEverywhere(t *testing.T) {
	t.Parallel()
	storagetest.Engines(t, func(t *testing.T, open func(...storagetest.Option) *storage.Store) {
		refuseBadInput(t, newStackOn(t, open()))
	})
}

func refuseBadInput(t *testing.T, s *stack) {
	row, _ := s.addClient(nil)
	for _, query := range []string{"%00", "%ff%fe", "a%zz"} {
		for _, path := range []string{"/admin/clients?q=", "/admin/users?q=", "/admin/audit?object=", "/admin/audit?after=", "/admin/organizations?after="} {
			if a := s.admin.get(path + query); a.status != http.StatusBadRequest {
				t.Errorf("TE-23, TE-24 GET %s: %d, want 400", path+query, a.status)
			}
		}
	}
	if a := s.admin.get("/admin/clients/%00"); a.status != http.StatusBadRequest {
		t.Errorf("TE-23 a NUL in the path: %d, want 400", a.status)
	}
	// AA, _w and YQA are the base64 of what is no text.
	for _, after := range []string{"x", "AA.x", "_w.x", "YQA.x", "YQ.%c3", "../..", "%27;--", strings.Repeat("x", 300)} {
		for _, path := range []string{"/admin/clients", "/admin/users", "/admin/audit", "/admin/organizations", "/admin/clients/" + row.ID + "/audit"} {
			if a := s.admin.get(path + "?after=" + after); a.status >= 500 {
				t.Errorf("GET %s after %q: %d", path, after, a.status)
			}
		}
	}
	s.admin.post("/admin/clients/new", "client_type", "web", "client_name", "\x00").want(http.StatusBadRequest)
	s.admin.post("/admin/clients/new", "client_type", "router").want(http.StatusBadRequest)
	s.admin.post("/admin/clients/new", "client_type", "web", "description", strings.Repeat("x", 70<<10)).want(http.StatusBadRequest)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.issuer+"/admin/users/new", strings.NewReader(`{"email":"x@example.com"}`))
	s.must(err)
	r.Header.Set("Content-Type", "application/json")
	s.admin.send(r).want(http.StatusBadRequest)
}

// TestAFormComesBackToItsPage: who signs in again after a session has ended lands on the page that the form was on.
func TestAFormComesBackToItsPage(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	row, _ := s.addClient(func(m *client.Metadata) { m.Name = "<b>bold</b>" })
	for from, to := range map[string]string{
		"/admin/clients/" + row.ID + "/disable":         "/admin/clients/" + row.ID + "/danger",
		"/admin/keys/rotate":                            "/admin/keys",
		"/admin/scopes/edit?name=a:b":                   "/admin/scopes/edit?name=a:b",
		"/admin/users/" + s.me.ID.String() + "/disable": "/admin/users/" + s.me.ID.String(),
	} {
		b := s.browser()
		a := b.post(from)
		if got := s.next(b, a.header.Get("Location")); got != to {
			t.Errorf("%s comes back to %q, want %q", from, got, to)
		}
	}
}

// next opens the sealed flow of a sign-in page's address.
func (s *stack) next(b *browser, location string) string {
	s.t.Helper()
	at, err := url.Parse(s.issuer + location)
	s.must(err)
	for _, c := range b.http.Jar.Cookies(at) {
		if c.Name == "postern_flow" {
			return s.openFlow(at.Query().Get("flow"), c.Value)
		}
	}
	s.t.Fatalf("no flow cookie with %s", location)
	return ""
}
