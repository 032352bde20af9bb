package browser_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"postern/authz/client"
	"postern/authz/identity"
	"postern/authz/scope"
	"postern/cmd/system/systemtest"
	"postern/storage"
)

// world is a server with what servers have after a year, and what people put into them.
type world struct {
	t   *testing.T
	s   *systemtest.Server
	app *app // verified, with a logo: what most of the walk looks at

	long, arabic, native, machine, disabled systemtest.Client

	member, blocked identity.User
}

// Texts as people type them, and as long as they may be.
const (
	arabicName  = "تطبيق التخطيط للفرق"
	arabicTitle = "قراءة المهام الخاصة بك"
)

var (
	longWord = strings.Repeat("Averylongword", 8)[:100]
	longName = strings.Repeat("A very long name of an app ", 8)[:200]
)

func newWorld(t *testing.T) *world {
	t.Helper()
	s := start(t, systemtest.Options{})
	w := &world{t: t, s: s}
	w.addPeople()
	w.addScopes()
	w.addClients()
	w.use()
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// addPeople adds an administrator, a member of two organizations, and enough others for two pages of a list.
func (w *world) addPeople() {
	ctx := w.t.Context()
	w.s.AddUser(admin, true)
	w.member = w.s.AddUser(user, false)
	_, err := w.s.People.UpdateProfile(ctx, systemtest.Actor, w.member.ID, identity.Profile{Name: "نورة عبد الله"})
	w.must(err)
	north, err := w.s.People.CreateOrganization(ctx, systemtest.Actor, identity.NewOrganization{Name: "Example Org North", Slug: "north"})
	w.must(err)
	w.must(w.s.People.PutMember(ctx, systemtest.Actor, w.member.ID, north.ID, "owner"))
	for i := range 55 {
		email := fmt.Sprintf("person-%02d@a-rather-long-domain-name.example.com", i)
		w.blocked, err = w.s.People.CreateUser(ctx, systemtest.Actor, identity.NewUser{Email: email, Name: fmt.Sprintf("Person Number %d", i)})
		w.must(err)
	}
	w.must(w.s.People.Disable(ctx, systemtest.Actor, w.blocked.ID))
}

// addScopes adds 40 scopes in four groups, of every kind.
func (w *world) addScopes() {
	groups, kinds := []string{"Jobs", "Clusters", "الفرق", "Billing and other things that have long names"}, []string{"read", "write", "destructive"}
	for i := range 40 {
		row := scope.Scope{
			Name: fmt.Sprintf("things.%02d.%s", i, kinds[i%3]), Group: groups[i%4], Kind: kinds[i%3],
			Title: fmt.Sprintf("Look after thing number %d", i), Description: "Names, states and results of the things that you can see.",
			Sensitive: i%3 == 2, Optional: i%2 == 1, Default: i == 0, Reserved: i == 39,
		}
		if i%4 == 2 {
			row.Title, row.Description = arabicTitle, "أسماء المهام وحالتها ونتائجها. jobs:read"
		}
		w.s.AddScope(row)
	}
}

// allThings are the scopes that an app may ask for.
func allThings() string {
	var names []string
	for i := range 39 {
		names = append(names, fmt.Sprintf("things.%02d.%s", i, []string{"read", "write", "destructive"}[i%3]))
	}
	return strings.Join(names, " ")
}

func (w *world) addClients() {
	ctx := w.t.Context()
	w.app = newApp(w.t, w.s, "things.00.read", "things.01.write", "things.05.destructive")
	w.app.client = w.add("Acme Planner", `"client_uri":"https://planner.example.com","description":"Plans.","contacts":["help@planner.example.com"],`+
		`"policy_uri":"https://planner.example.com/privacy","tos_uri":"https://planner.example.com/terms",`, w.app.redirect())
	w.must(w.s.Clients.Verify(ctx, systemtest.Actor, w.app.client.ID))
	w.must(w.s.Clients.SetLogo(ctx, systemtest.Actor, w.app.client.ID, logo()))
	_, _, err := w.s.Clients.AddSecret(ctx, systemtest.Actor, w.app.client.ID, client.SecretOptions{})
	w.must(err)

	w.long = w.add(longWord, "", "https://a-very-long-host-name-of-an-app.example.com/"+strings.Repeat("path/", 30))
	w.rename(w.long.ID, longName)
	w.arabic = w.add(arabicName, `"description":"`+arabicTitle+`",`, "https://arabic.example.com/callback")
	w.native = w.add("Terminal", `"kind":"native",`, "http://127.0.0.1/callback", "com.example.terminal:/callback")
	w.machine = w.s.AddClient(fmt.Sprintf(`{"client_name":"Backend","kind":"machine","organization":%q,"grant_types":["client_credentials"],"scope":"things.*"}`, w.s.Org))
	w.disabled = w.add("Old app", "", "https://old.example.com/callback")
	w.must(w.s.Clients.Disable(ctx, systemtest.Actor, w.disabled.ID))
	for i := range 50 {
		w.add(fmt.Sprintf("App %02d", i), "", "https://app.example.com/callback")
	}
}

// add registers an app that may ask for everything. members are more of its metadata, each followed by a comma.
func (w *world) add(name, members string, redirects ...string) systemtest.Client {
	w.t.Helper()
	uris, err := json.Marshal(redirects)
	w.must(err)
	return w.s.AddClient(fmt.Sprintf(`{"client_name":%q,%s"organization":%q,"redirect_uris":%s,"scope":%q}`, name, members, w.s.Org, uris, allThings()))
}

// rename gives an app a longer name than can be registered, as those have that came from elsewhere.
func (w *world) rename(id, name string) {
	w.t.Helper()
	d, err := w.s.Clients.Show(w.t.Context(), id)
	w.must(err)
	row := d.Row
	row.Metadata = strings.Replace(row.Metadata, row.Name, name, 1)
	row.Name = name
	w.must(w.s.Store.Tx(w.t.Context(), func(tx *storage.Tx) error { return tx.UpdateClient(w.t.Context(), row, row.Version) }))
}

// use leaves traces: tokens, refused requests, apps with access.
func (w *world) use() {
	b := w.s.NewBrowser()
	b.Get("/login")
	b.SignIn(user)
	for _, c := range []systemtest.Client{w.app.client, w.long, w.arabic} {
		if p := b.Get(w.request(c, "things.00.read things.02.destructive things.06.read")); p.Has("consent-page") {
			b.Press("allow", nil)
		}
	}
	b.Get(w.request(systemtest.Client{ID: w.app.client.ID, Redirect: w.app.redirect() + "/"}, "things.00.read"))
	b.Get(w.request(systemtest.Client{ID: w.app.client.ID, Redirect: w.app.redirect()}, "unknown.scope"))
	for range 3 {
		form := url.Values{"grant_type": {"client_credentials"}, "scope": {"things.00.read"}}
		r := w.s.Request(http.MethodPost, "/oauth/token", form)
		r.SetBasicAuth(w.machine.ID, w.machine.Secret)
		systemtest.Do(w.t, r)
	}
	r := w.s.Request(http.MethodPost, "/oauth/token", url.Values{"grant_type": {"authorization_code"}, "code": {"no code"}})
	r.SetBasicAuth(w.app.client.ID, w.app.client.Secret)
	systemtest.Do(w.t, r)
}

// request is an authorization request of an app.
func (w *world) request(c systemtest.Client, scopes string) string {
	return "/oauth/authorize?" + url.Values{
		"response_type": {"code"}, "client_id": {c.ID}, "redirect_uri": {c.Redirect}, "scope": {scopes}, "state": {"the-state"},
		"code_challenge": {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}, "code_challenge_method": {"S256"},
	}.Encode()
}

// logo is a picture that an app could have.
func logo() []byte {
	picture := image.NewRGBA(image.Rect(0, 0, 128, 128))
	for x := range 128 {
		for y := range 128 {
			picture.Set(x, y, color.RGBA{uint8(2 * x), 90, uint8(2 * y), 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes()
}
