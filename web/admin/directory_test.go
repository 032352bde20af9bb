package admin_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/authz/catalogue"
	"postern/authz/client"
	"postern/authz/event"
	"postern/authz/identity"
	"postern/authz/key"
)

func encode(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestUsers(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.admin.get("/admin/users").want(http.StatusOK, "admin@example.com", "member@example.com", "Administrator")
	s.admin.get("/admin/users?q=MEMBER").want(http.StatusOK, "member@example.com").lacks(`/admin/users/` + s.me.ID.String())
	s.admin.get("/admin/users?state=disabled").want(http.StatusOK, "No user matches")
	s.admin.get("/admin/users/new").want(http.StatusOK, "Default")
	for _, test := range []struct{ name, email, org, want string }{
		{"", "new@example.com", "", "A name has 1 to 100 visible characters."},
		{"New", "new", "", "This is not an e-mail address."},
		{"New", "ADMIN@example.com", "", "Somebody has this e-mail address already."},
		{"New", "new@example.com", "x", "Choose an organization of the list."},
		{"New", "new@example.com", s.me.ID.String(), "Choose an organization of the list."},
		{"<b>\u202e", "new@example.com", "", "A name has 1 to 100 visible characters."},
	} {
		s.admin.post("/admin/users/new", "name", test.name, "email", test.email, "organization", test.org, "admin", "1").
			want(http.StatusUnprocessableEntity, test.want, `value="`+test.email+`"`, "checked").lacks("<b>\u202e")
	}
	a := s.admin.post("/admin/users/new", "name", "<b>New</b>", "email", "new@example.com", "organization", s.org.ID.String()).
		want(http.StatusOK, "The user is added", "It works once")
	if strings.Contains(a.body, "<b>New") {
		t.Error("the name is not escaped")
	}
	s.checkLink(a, "new@example.com")
}

// checkLink follows a link that was shown once, and looks for it elsewhere.
func (s *stack) checkLink(a answer, email string) {
	s.t.Helper()
	token, ok := strings.CutPrefix(a.code("reset-link"), s.issuer+"/reset?token=")
	u, err := s.people.ResetUser(s.t.Context(), token)
	if !ok || err != nil || u.Email != email {
		s.t.Fatalf("the link is of %q: %v", u.Email, err)
	}
	at := "/admin/users/" + u.ID.String()
	for _, path := range []string{at, "/admin/audit", "/admin/users"} {
		s.admin.get(path).want(http.StatusOK).lacks(token, token[20:60])
	}
	if a.header.Get("Cache-Control") != "no-store" {
		s.t.Error("the page with the link can be stored")
	}
	wantEvents(s.t, s.events(event.ObjectUser, u.ID.String()), event.UserResetLinkMade)
}

func TestTheListOfUsersIsPaged(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	for i := range 50 {
		_, err := s.people.CreateUser(t.Context(), setUp, identity.NewUser{Email: fmt.Sprintf("person-%02d@example.com", i)})
		s.must(err)
	}
	a := s.admin.get("/admin/users").want(http.StatusOK, "admin@example.com", "person-00@", "Next page").lacks("person-49@")
	_, rest, _ := strings.Cut(a.body, `href="/admin/users?after=`)
	cursor, _, _ := strings.Cut(rest, `"`)
	s.admin.get("/admin/users?after="+cursor).want(http.StatusOK, "person-49@", "First page").lacks("person-00@", "Next page")
}

func TestOneUser(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	member, err := s.people.UserByEmail(t.Context(), "member@example.com")
	s.must(err)
	at := "/admin/users/" + member.ID.String()
	s.addScope("jobs:read")
	row, _ := s.addClient(nil)
	consent, err := s.people.Allow(t.Context(), setUp, identity.ConsentInput{
		UserID: member.ID, ClientID: row.ID, OrgID: s.org.ID, Scopes: []string{"jobs:read"}, RedirectHost: "planner.example", PublisherID: s.org.ID,
	})
	s.must(err)
	s.admin.get(at).want(http.StatusOK, "Default", "member", "Firefox on Linux", "Planner", "See jobs:read", "127.0.0.1")

	s.checkLink(s.admin.post(at+"/reset-link").want(http.StatusOK, "The link is made."), "member@example.com")
	s.admin.done(s.admin.post(at+"/apps/revoke", "id", consent.ID.String()), at, "The app has no access any more.")
	s.admin.post(at+"/apps/revoke", "id", consent.ID.String()).want(http.StatusNotFound)
	sessions, err := s.people.Sessions(t.Context(), member.ID)
	s.must(err)
	s.admin.post("/admin/users/"+s.me.ID.String()+"/sessions/end", "id", sessions[0].ID.String()).want(http.StatusNotFound)
	s.admin.done(s.admin.post(at+"/sessions/end", "id", sessions[0].ID.String()), at, "The session is ended.")
	s.plain.get("/admin").want(http.StatusSeeOther)
	s.plain.signIn("member@example.com")
	s.admin.done(s.admin.post(at+"/sessions/end-all"), at, "is signed out everywhere")
	s.plain.get("/admin").want(http.StatusSeeOther)
	s.plain.signIn("member@example.com")
	s.admin.done(s.admin.post(at+"/admin", "value", "grant"), at, "is an administrator now")
	s.plain.get("/admin").want(http.StatusOK)
	s.admin.done(s.admin.post(at+"/admin", "value", "remove"), at, "is not an administrator any more")
	s.admin.post(at+"/admin", "value", "x").want(http.StatusBadRequest)
	s.admin.done(s.admin.post(at+"/disable"), at, "is disabled and signed out everywhere")
	s.plain.get("/admin").want(http.StatusSeeOther)
	s.admin.post(at+"/reset-link").want(http.StatusConflict, "The account is disabled.")
	s.admin.done(s.admin.post(at+"/enable"), at, "is enabled")
	wantEvents(t, s.events(event.ObjectUser, member.ID.String()), event.SessionEnded, event.UserSignedOutEverywhere, event.UserAdminGiven,
		event.UserAdminTaken, event.UserDisabled, event.UserEnabled)
}

// TestAdministratorsCannotLockThemselvesOut, nor leave the server without one.
func TestAdministratorsCannotLockThemselvesOut(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	at := "/admin/users/" + s.me.ID.String()
	s.admin.get(at).want(http.StatusOK, "This is your own account", "This device").lacks(at + "/disable")
	s.admin.post(at+"/disable").want(http.StatusConflict, "This is your own account.")
	s.admin.post(at+"/admin", "value", "remove").want(http.StatusConflict, "This is your own account.")
	sessions, err := s.people.Sessions(t.Context(), s.me.ID)
	s.must(err)
	s.admin.post(at+"/sessions/end", "id", sessions[0].ID.String()).want(http.StatusConflict, "This is the session that you are in.")
	other := s.browser()
	other.signIn("admin@example.com")
	s.admin.done(s.admin.post(at+"/sessions/end-all"), at, "You are signed out everywhere else.")
	other.get("/admin").want(http.StatusSeeOther)
}

func TestScopes(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.admin.get("/admin/scopes").want(http.StatusOK, "No scopes yet")
	s.admin.get("/admin/scopes/new").want(http.StatusOK)
	s.admin.post("/admin/scopes/new", "name", "a, b", "title", "", "kind", "x").
		want(http.StatusUnprocessableEntity, "Name: scope a, b has a character", "Title: enter a title", "It lets an app: choose one", `value="a, b"`)
	s.admin.done(s.admin.post("/admin/scopes/new", "name", "jobs:<i>", "title", "See <i>jobs</i>", "group", "Jobs", "kind", "read", "sensitive", "1"),
		"/admin/scopes", "The scope jobs:<i> is added.").lacks("<i>jobs</i></")
	s.admin.post("/admin/scopes/new", "name", "jobs:<i>", "title", "x", "kind", "read").want(http.StatusUnprocessableEntity, "There is a scope of this name already.")
	s.admin.post("/admin/scopes/new", "name", "postern.x", "title", "x", "kind", "read", "default", "1").want(http.StatusUnprocessableEntity, "Default: a reserved scope cannot be a default")
	_, err := s.scopes.Add(t.Context(), setUp, catalogue.Scope{Name: "mail", Title: "Mail", Optional: true})
	s.must(err)
	s.addClient(func(m *client.Metadata) { m.Scope = "mail jobs:*" })
	s.admin.get("/admin/scopes/edit?name=mail").want(http.StatusOK, `value="Mail"`)
	s.admin.post("/admin/scopes/edit?name=mail", "title", " ", "kind", "read").want(http.StatusUnprocessableEntity, "Enter a title")
	s.admin.get("/admin/scopes").want(http.StatusOK, ">Optional<", "Scopes: 2 of 1,000 used")
	s.admin.get("/admin/scopes/edit?name=mail").want(http.StatusOK, `name="optional" value="1" checked`)
	s.admin.done(s.admin.post("/admin/scopes/edit?name=mail", "title", "Mail", "kind", "read"), "/admin/scopes", "is saved").lacks(">Optional<")
	s.admin.done(s.admin.post("/admin/scopes/edit?name=mail", "name", "other", "title", "Read your mail", "kind", "destructive", "optional", "1"),
		"/admin/scopes", "The scope mail is saved.")
	if got, err := s.scopes.Show(t.Context(), "mail"); err != nil || got.Title != "Read your mail" || got.Kind != "destructive" || !got.Optional {
		t.Errorf("stored %+v, %v", got, err)
	}
	s.admin.get("/admin/scopes/delete?name=mail").want(http.StatusOK, "1 client may ask for it")
	s.admin.post("/admin/scopes/delete?name=mail", "confirm", "Mail").want(http.StatusUnprocessableEntity, "This is not the scope’s name.")
	s.admin.done(s.admin.post("/admin/scopes/delete?name=mail", "confirm", "mail"), "/admin/scopes", "The scope mail is deleted.")
	s.admin.get("/admin/scopes/edit?name=mail").want(http.StatusNotFound)
	wantEvents(t, s.events(event.ObjectScope, "mail"), event.ScopeCreated, event.ScopeUpdated, event.ScopeDeleted)
}

func TestKeys(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.admin.get("/admin/keys").want(http.StatusOK, "ES256", "signing", "sealing", "announced for 5 minutes")
	count := func(state key.State) (n int) {
		for _, k := range s.keys.List() {
			if k.State == state {
				n++
			}
		}
		return n
	}
	s.admin.done(s.admin.post("/admin/keys/rotate", "when", "announce"), "/admin/keys", "New keys are announced.")
	if got := count(key.StateAnnounced); got != 2 {
		t.Errorf("%d keys are announced, want one that signs and one that seals", got)
	}
	s.admin.done(s.admin.post("/admin/keys/rotate", "when", "now"), "/admin/keys", "New keys are in use.")
	s.admin.post("/admin/keys/rotate", "when", "never").want(http.StatusBadRequest)
	i := slices.IndexFunc(s.keys.List(), func(k key.Status) bool { return k.Use == key.UseSig && k.State == key.StateActive })
	kid := s.keys.List()[i].ID
	s.admin.get("/admin/keys/revoke?kid="+kid).want(http.StatusOK, "Everything that it made stops working")
	s.admin.post("/admin/keys/revoke?kid="+kid, "confirm", "").want(http.StatusUnprocessableEntity, "This is not the key ID.")
	s.admin.done(s.admin.post("/admin/keys/revoke?kid="+kid, "confirm", kid), "/admin/keys", "The key "+kid+" is revoked")
	if count(key.StateRevoked) != 1 {
		t.Error("the key is not revoked")
	}
	s.admin.get("/admin/audit?object="+kid).want(http.StatusOK, "Revoked a key", "admin@example.com")
	s.admin.get("/admin/audit?event="+event.KeyRotated).want(http.StatusOK, "Rotated a key", "admin@example.com")
}

func TestAuditTrail(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	row, _ := s.addClient(func(m *client.Metadata) { m.Name = "<b>Planner</b>" })
	member, err := s.people.UserByEmail(t.Context(), "member@example.com")
	s.must(err)
	s.admin.post("/admin/users/" + member.ID.String() + "/disable").want(http.StatusSeeOther)
	s.admin.get("/admin/audit").want(http.StatusOK, "Registered an app", "<b>Planner</b>", "Disabled a user and ended their access", "posternd test").lacks("<bdi><b>Planner")
	today := time.Now().UTC().Format(time.DateOnly)
	for query, has := range map[string]string{
		"event=client.created":                  "Registered an app by posternd test",
		"object=client":                         "Registered an app",
		"object=" + row.ID:                      "Registered an app",
		"actor=admin@example.com&object=user":   "Disabled a user and ended their access",
		"object=member@example.com":             "Disabled a user and ended their access",
		"actor=posternd+test&object=" + row.ID:  "Registered an app",
		"from=" + today + "&to=" + today:        "Registered an app",
		"object=default&event=org.created":      "Created an organization",
		"from=2001-01-01&event=client.created":  "Registered an app",
		"actor=" + s.me.ID.String() + "&event=": "Disabled a user and ended their access",
	} {
		first, _, _ := strings.Cut(has, " by ")
		s.admin.get("/admin/audit?"+query).want(http.StatusOK, first+"</b>")
	}
	for _, query := range []string{"to=2001-01-01", "actor=nobody@example.com", "object=none", "event=none", "event=client.deleted"} {
		s.admin.get("/admin/audit?"+query).want(http.StatusOK, "Nothing matches.")
	}
	for _, query := range []string{"from=yesterday", "to=2026-13-01", "from=2026-11-22&to=2026-11-21", "from=1"} {
		s.admin.get("/admin/audit?"+query).want(http.StatusUnprocessableEntity, `role="alert"`)
	}
}

// TestTheTrailIsPaged walks it to its end: each entry once.
func TestTheTrailIsPaged(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	for i := range 120 {
		s.addScope("s:" + string(rune('a'+i/26)) + string(rune('a'+i%26)))
	}
	seen, path := map[string]bool{}, "/admin/audit?event=scope.created"
	for pages := 1; ; pages++ {
		a := s.admin.get(path).want(http.StatusOK)
		for part := range strings.SplitSeq(a.body, `/admin/scopes/edit?name=`) {
			if name, _, ok := strings.Cut(part, `"`); ok && strings.HasPrefix(name, "s%3A") {
				seen[name] = true
			}
		}
		_, rest, more := strings.Cut(a.body, `" rel="next"`)
		if !more {
			if pages != 3 || len(seen) != 120 {
				t.Errorf("%d pages with %d entries, want 3 with 120", pages, len(seen))
			}
			return
		}
		before := a.body[:len(a.body)-len(rest)]
		path = before[strings.LastIndex(before, `href="`)+len(`href="`):]
		path, _, _ = strings.Cut(strings.ReplaceAll(path, "&amp;", "&"), `"`)
	}
}
