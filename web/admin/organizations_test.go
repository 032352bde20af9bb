package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"postern/authz/event"
	"postern/authz/identity"
)

func TestOrganizations(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	_, err := s.people.CreateOrganization(t.Context(), setUp, identity.NewOrganization{Slug: "north", Name: "<b>North</b>", ParentID: s.org.ID})
	s.must(err)
	s.addClient(nil)
	a := s.admin.get("/admin/organizations").want(http.StatusOK, "<b>North</b>", "<code>default</code>", "at most 1,000 clients").lacks("<td><b>North")
	for name, row := range map[string][2]string{"default": {"2", "1"}, "north": {"0", "0"}} {
		_, rest, _ := strings.Cut(a.body, "<small><code>"+name)
		rest, _, _ = strings.Cut(rest, "</tr>")
		if !strings.Contains(rest, `"Members">`+row[0]+"<") || !strings.Contains(rest, `"Clients">`+row[1]+"<") {
			t.Errorf("%s has not %s members and %s clients: %s", name, row[0], row[1], rest)
		}
	}
	s.admin.get("/admin/organizations?q=nor").want(http.StatusOK, "north")
	s.admin.get("/admin/organizations?q=none").want(http.StatusOK, "No organization matches")
}

func TestAddingAnOrganization(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	const at = "/admin/organizations/new"
	s.admin.get(at).want(http.StatusOK, `name="slug"`)
	for _, test := range []struct{ name, slug, want string }{
		{"", "south", "A name has 1 to 100 visible characters."},
		{"South", "South Pole", "A short name has 2 to 40"},
		{"South", "", "A short name has 2 to 40"},
		{"South", "default", "Another organization has this short name already."},
		{`"><script>alert(1)`, "-", "A short name has 2 to 40"},
	} {
		a := s.admin.post(at, "name", test.name, "slug", test.slug).want(http.StatusUnprocessableEntity, test.want, `role="alert"`, `value="`+test.slug+`"`)
		if strings.Contains(a.body, "<script>alert") {
			t.Error("DC-13 not escaped")
		}
	}
	s.admin.done(s.admin.post(at, "name", "<i>South</i>", "slug", " south "), "/admin/organizations", "The organization <i>South</i> is added.").lacks("<i>South")
	o, err := s.people.OrganizationBySlug(t.Context(), "south")
	s.must(err)
	wantEvents(t, s.events(event.ObjectOrganization, o.ID.String()), event.OrgCreated)
}

func TestMembersOfOrganizations(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	north, err := s.people.CreateOrganization(t.Context(), setUp, identity.NewOrganization{Slug: "north", Name: "<b>North</b>"})
	s.must(err)
	u, err := s.people.UserByEmail(t.Context(), "member@example.com")
	s.must(err)
	at, id := "/admin/users/"+u.ID.String(), north.ID.String()
	s.admin.get(at).want(http.StatusOK, `<option value="`+id+`"><b>North</b>`, `<option value="member" selected>Member`).lacks("<b>North")

	s.admin.done(s.admin.post(at+"/organizations", "organization", id, "role", "developer"), at, "In <b>North</b> the role of member@example.com is now: developer.").
		want(http.StatusOK, "Role in <b>North</b>", `<option value="developer" selected>`).lacks(`id="organization"`)
	s.admin.done(s.admin.post(at+"/organizations", "organization", id, "role", "owner"), at, "is now: owner.")
	s.wantRole(u, north.ID, "owner")
	s.admin.post(at+"/organizations", "organization", id, "role", "king").want(http.StatusBadRequest)
	s.admin.post(at+"/organizations", "organization", id).want(http.StatusBadRequest)
	for _, none := range []string{"", "x", s.me.ID.String()} {
		s.admin.post(at+"/organizations", "organization", none, "role", "member").want(http.StatusNotFound)
		s.admin.post(at+"/organizations/remove", "organization", none).want(http.StatusNotFound)
	}
	s.admin.post("/admin/users/"+id+"/organizations", "organization", id, "role", "member").want(http.StatusNotFound)
	s.wantRole(u, north.ID, "owner")

	s.admin.done(s.admin.post(at+"/organizations/remove", "organization", id), at, "member@example.com is no member of <b>North</b> any more.")
	s.wantRole(u, north.ID, "")
	s.admin.post(at+"/organizations/remove", "organization", id).want(http.StatusNotFound)
	wantEvents(t, s.events(event.ObjectUser, u.ID.String()), event.MembershipAdded, event.MembershipChanged, event.MembershipRemoved)
}

func (s *stack) wantRole(u identity.User, org identity.ID, want string) {
	s.t.Helper()
	memberships, err := s.people.Memberships(s.t.Context(), u.ID)
	s.must(err)
	got := ""
	for _, m := range memberships {
		if m.OrgID == org {
			got = m.Role
		}
	}
	if got != want {
		s.t.Errorf("%s has the role %q, want %q", u.Email, got, want)
	}
}
