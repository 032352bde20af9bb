package account_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"postern/authz/client"
	"postern/authz/identity"
	"postern/storage"
)

func appNamed(name string) client.Metadata { return client.Metadata{Name: name, Scope: "jobs:*"} }

func TestNoAppIsExplained(t *testing.T) {
	t.Parallel()
	s := open(t)
	a := s.signIn(s.user("user@example.com")).get("/account/apps")
	wantText(t, a, http.StatusOK, "No app has access to your account.")
}

func TestAppsAreListedInWords(t *testing.T) {
	t.Parallel()
	s := open(t)
	u := s.user("user@example.com")
	s.app(u, appNamed("<b>Planner</b>"), "jobs:read", "gone:scope")
	s.app(s.user("other@example.com"), appNamed("Somebody else's"), "jobs:read")
	a := s.signIn(u).get("/account/apps")
	wantText(t, a, http.StatusOK, "<b>Planner</b>", "See your jobs", "gone:scope", "by <bdi>Default", "never", "it loses its access at once")
	for _, absent := range []string{"Somebody else", "Start and change jobs", "jobs:read", "Unused"} {
		if strings.Contains(a.text, absent) {
			t.Errorf("the page says %q", absent)
		}
	}
}

func TestAppsOfAnOrganizationStandTogether(t *testing.T) {
	t.Parallel()
	s := open(t)
	u := s.user("user@example.com")
	org, err := s.people.CreateOrganization(t.Context(), tester, identity.NewOrganization{Slug: "zoo", Name: "Zoo"})
	must(t, err)
	must(t, s.people.PutMember(t.Context(), tester, u.ID, org.ID, identity.RoleMember))
	for _, name := range []string{"Beta", "Alpha"} {
		c := s.app(u, appNamed(name), "jobs:read")
		found, err := s.clients.Show(t.Context(), c.ClientID)
		must(t, err)
		s.allow(u, found.Row, org.ID, "jobs:read")
	}
	a := s.signIn(u).get("/account/apps")
	wantText(t, a, http.StatusOK)
	order := orderOf(a.text, `Alpha</bdi>`, `Beta</bdi>`, `Default</bdi></h2>`, `Zoo</bdi></h2>`)
	if order != "Default</bdi></h2> Alpha</bdi> Beta</bdi> Zoo</bdi></h2> Alpha</bdi> Beta</bdi>" {
		t.Errorf("the order is %s:\n%s", order, a.text)
	}
}

// orderOf tells in which order words stand in text.
func orderOf(text string, words ...string) string {
	var found []string
	for i := range text {
		for _, word := range words {
			if strings.HasPrefix(text[i:], word) {
				found = append(found, word)
			}
		}
	}
	return strings.Join(found, " ")
}

func TestUXG4AppsUnusedFor90DaysAreSuggested(t *testing.T) {
	t.Parallel()
	s := open(t)
	u := s.user("user@example.com")
	s.app(u, appNamed("Old"), "jobs:read")
	s.pass(89 * 24 * time.Hour)
	if strings.Contains(s.signIn(u).get("/account/apps").text, "not used for 90 days") {
		t.Error("an app is called unused after 89 days")
	}
	s.app(u, appNamed("New"), "jobs:read")
	s.pass(25 * time.Hour)
	a := s.signIn(u).get("/account/apps")
	wantText(t, a, http.StatusOK, "1 app not used for 90 days")
	if n := strings.Count(a.text, ">Unused<"); n != 1 {
		t.Errorf("%d apps are marked unused, want 1", n)
	}
}

func TestUXG2TheEffectOnJWTsIsExplained(t *testing.T) {
	t.Parallel()
	s := open(t)
	u := s.user("user@example.com")
	m := appNamed("Planner")
	m.AccessTokenFormat = client.JWT
	s.app(u, m, "jobs:read")
	wantText(t, s.signIn(u).get("/account/apps"), http.StatusOK, "may still let it in for at most 10 minutes")
}

func TestOneAppLosesAccess(t *testing.T) {
	t.Parallel()
	s := open(t)
	u := s.user("user@example.com")
	gone := s.app(u, appNamed("Planner"), "jobs:read")
	kept := s.app(u, appNamed("Diary"), "jobs:read")
	s.signIn(u).act("/account/apps/revoke", url.Values{"id": {gone.ID.String()}}, "/account/apps", "Planner has no access any more.")
	s.wantConsent(gone, false)
	s.wantConsent(kept, true)
}

func TestAllAppsLoseAccess(t *testing.T) {
	t.Parallel()
	s := open(t)
	u, stranger := s.user("user@example.com"), s.user("other@example.com")
	first := s.app(u, appNamed("Planner"), "jobs:read")
	second := s.app(u, appNamed("Diary"), "jobs:read")
	foreign := s.app(stranger, appNamed("Else"), "jobs:read")
	b := s.signIn(u)
	b.act("/account/apps/revoke-all", url.Values{}, "/account/apps", "Removed 2 apps.")
	b.act("/account/apps/revoke-all", url.Values{}, "/account/apps", "No app had access.")
	s.wantConsent(first, false)
	s.wantConsent(second, false)
	s.wantConsent(foreign, true)
}

func (s *site) wantConsent(c identity.Consent, want bool) {
	s.t.Helper()
	now, err := s.people.Consent(s.t.Context(), c.UserID, c.ClientID, c.OrgID)
	must(s.t, err)
	if now.ID.IsZero() == want {
		s.t.Errorf("the consent for %s is there: %t, want %t", c.ClientID, !want, want)
	}
}

// firstParty registers an app that does not ask, and gives it a grant of u.
func (s *site) firstParty(u identity.User, name string) client.Row {
	s.t.Helper()
	memberships, err := s.people.Memberships(s.t.Context(), u.ID)
	must(s.t, err)
	m := appNamed(name)
	m.Kind, m.RedirectURIs, m.FirstParty = client.Web, []string{"https://own.example/callback"}, true
	row, _, err := s.clients.Create(s.t.Context(), tester, m, client.Options{Org: memberships[0].OrgID})
	must(s.t, err)
	now := s.now()
	must(s.t, s.store.InsertGrant(s.t.Context(), storage.Grant{
		ID: storage.NewID(now), ClientID: row.ID, UserID: u.ID, OrgID: memberships[0].OrgID, Scopes: []string{"jobs:write"},
		ClientEpoch: row.Epoch, UserEpoch: u.Epoch, AuthTime: now, RotatedAt: now, AccessTTL: time.Hour,
		ExpiresAt: now.Add(30 * 24 * time.Hour), CreatedAt: now,
	}))
	return row
}

func TestFirstPartyAppsThatWereUsedAreListed(t *testing.T) {
	t.Parallel()
	s := open(t)
	u, stranger := s.user("user@example.com"), s.user("other@example.com")
	row := s.firstParty(u, "Board")
	s.firstParty(stranger, "Somebody else's")
	b := s.signIn(u)
	a := b.get("/account/apps")
	wantText(t, a, http.StatusOK, "Board", "Start and change jobs", "without asking", "just now")
	if strings.Contains(a.text, "Somebody else") {
		t.Error("TI-11 another's app is listed")
	}
	memberships, err := s.people.Memberships(t.Context(), u.ID)
	must(t, err)
	id := memberships[0].OrgID.String() + "." + row.ID
	if foreign := s.signIn(stranger).post("/account/apps/revoke", url.Values{"id": {id}}); foreign.status != http.StatusNotFound {
		t.Errorf("TI-11 another's app: status %d, want 404", foreign.status)
	}
	b.act("/account/apps/revoke", url.Values{"id": {id}}, "/account/apps", "Board has no access any more.")
	left, err := s.store.LiveGrants(t.Context(), row.ID, s.now())
	if must(t, err); left != 0 {
		t.Errorf("%d grants are left", left)
	}
	wantText(t, b.get("/account/apps"), http.StatusOK, "No app has access to your account.")
}
