package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"postern/cmd/system/systemtest"
)

// Commands work beside a running server, which honours what they change within a second. Each row does one thing on the
// command line, and sees it over HTTP.
func TestTheServerHonoursCommandsWithinASecond(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, database, _ string) {
		d, web, cookies := furnished(t, database)
		machine := d.addApp(`{"client_name":"Nightly","kind":"machine","grant_types":["client_credentials"],"scope":"jobs:read"}`)
		watch := d.addApp(`{"client_name":"Watch","kind":"machine","grant_types":["client_credentials"],"scope":"jobs:read","introspect_any_token":true}`)
		form, err := web.code(cookies)
		if err != nil {
			t.Fatal(err)
		}
		user := web.must("/oauth/token", form)
		credentials := url.Values{"grant_type": {"client_credentials"}, "scope": {"jobs:read"}}
		token := machine.must("/oauth/token", credentials)
		if !watch.active(token.Access) || !watch.active(user.Access) {
			t.Fatal("tokens are not active to begin with")
		}
		works := func() bool { return machine.must("/oauth/token", credentials).Status == http.StatusOK }
		old, next := *machine, *machine

		soon := func(what string, seen func() bool, stdin string, args ...string) string {
			t.Helper()
			out := d.run(stdin, args...)
			systemtest.InForce(t, what, time.Now(), time.Second, seen)
			return out
		}
		before := keySet(t, d)
		soon("client rotate-secret: the old secret is refused", func() bool { return !works() }, "", "client", "rotate-secret", machine.id, "--overlap", "0s")
		var rotated struct {
			Secret string `json:"client_secret"`
		}
		d.decode(d.run("", "client", "rotate-secret", machine.id, "--overlap", "0s"), &rotated)
		next.secret = rotated.Secret
		systemtest.InForce(t, "client rotate-secret: the new secret works", time.Now(), time.Second, func() bool {
			return next.must("/oauth/token", credentials).Status == http.StatusOK
		})
		if got := old.must("/oauth/token", credentials); got.Error != "invalid_client" {
			t.Errorf("the oldest secret: %d %s", got.Status, got.Error)
		}
		*machine = next
		soon("scope add: the scope can be asked for", func() bool {
			return web.asks(cookies, "jobs:write")
		}, "", "scope", "add", "jobs:write", "--title", "Change your jobs")
		soon("key rotate --now: the key set has another key", func() bool { return keySet(t, d) != before }, "", "key", "rotate", "--now")
		soon("key revoke: what the key made is dead", func() bool { return !watch.active(token.Access) }, "", "key", "revoke", sealedBy(t, d))
		token = machine.must("/oauth/token", credentials)
		soon("client disable: it is refused, and its tokens are dead", func() bool {
			return !works() && !watch.active(token.Access)
		}, "", "client", "disable", machine.id)
		soon("client enable: it works again", works, "", "client", "enable", machine.id)
		soon("user disable: refresh token and session are dead", func() bool {
			form, err := web.code(cookies)
			return web.refresh(user.Refresh).Error == "invalid_grant" && err == nil && form.Get("code") == ""
		}, "", "user", "disable", "user@example.com")
		soon("client delete: it is unknown", func() bool { return !works() }, "", "client", "delete", machine.id)
	})
}

// asks tells whether the app may ask for a scope: the visitor then sees the consent page.
func (a *app) asks(cookies, scope string) bool {
	a.d.t.Helper()
	r, err := http.NewRequest(http.MethodGet, a.d.issuer+"/oauth/authorize?response_type=code&client_id="+a.id+"&scope="+scope+
		"&code_challenge_method=S256&code_challenge="+strings.Repeat("A", 43), nil)
	if err != nil {
		a.d.t.Fatal(err)
	}
	r.Header.Set("Cookie", cookies)
	resp, _ := systemtest.Do(a.d.t, r)
	return strings.HasPrefix(resp.Header.Get("Location"), "/consent")
}

func keySet(t *testing.T, d *daemon) string {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, d.issuer+"/.well-known/jwks.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, body := systemtest.Do(t, r)
	return body
}

// sealedBy is the key that made opaque tokens before the last rotation.
func sealedBy(t *testing.T, d *daemon) string {
	t.Helper()
	var keys []struct {
		ID    string `json:"kid"`
		Use   string `json:"use"`
		State string `json:"state"`
	}
	d.decode(d.run("", "key", "list", "--json"), &keys)
	for _, k := range keys {
		if k.Use == "seal" && k.State == "verifying" {
			return k.ID
		}
	}
	t.Fatalf("no such key: %v", keys)
	return ""
}
