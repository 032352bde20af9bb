package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"postern/authz/identity"
)

// TestTheTrailNamesTheApp: what people allowed is known by its app, also in an entry that keeps only what changed, and
// after the app is gone.
func TestTheTrailNamesTheApp(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	row, _ := s.addClient(nil)
	member, err := s.people.UserByEmail(t.Context(), "member@example.com")
	s.must(err)
	in := identity.ConsentInput{UserID: member.ID, ClientID: row.ID, OrgID: s.org.ID, Scopes: []string{"jobs:read"}, RedirectHost: "planner.example", PublisherID: s.org.ID}
	consent, err := s.people.Allow(t.Context(), setUp, in)
	s.must(err)
	in.Scopes = []string{"jobs:read", "jobs:write"}
	_, err = s.people.Allow(t.Context(), setUp, in)
	s.must(err)
	at := "/admin/audit?event=consent.given"
	named := `</b>: <a href="/admin/clients/` + row.ID + `"><bdi>Planner</bdi></a>`
	a := s.admin.get(at).want(http.StatusOK, named, consent.ID.String(), "Planner ("+row.ID+")", "member@example.com ("+member.ID.String()+")")
	if n := strings.Count(a.body, named); n != 2 {
		t.Errorf("%d entries name the app, want 2", n)
	}
	s.must(s.clients.Delete(t.Context(), setUp, row.ID))
	s.admin.get("/admin/audit?event=client.created").want(http.StatusOK, "</b>: <bdi>Planner</bdi>")
	s.admin.get(at).want(http.StatusOK, "</b>: <bdi>Planner</bdi>")
}
