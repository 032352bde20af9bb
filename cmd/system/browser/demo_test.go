package browser_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"postern/cmd/system/systemtest"
	"postern/web/demo"
)

// startDemo runs the demo's app beside a server, as another site.
func startDemo(t *testing.T, s *systemtest.Server) (address string) {
	t.Helper()
	h := httptest.NewUnstartedServer(http.NotFoundHandler())
	address = strings.Replace("http://"+h.Listener.Addr().String(), "127.0.0.1", "localhost", 1)
	client := s.AddClient(fmt.Sprintf(`{"client_name":"Acme Planner","redirect_uris":["%s/callback"],"scope":"jobs:*"}`, address))
	api := s.AddClient(`{"client_name":"Jobs API","kind":"machine","grant_types":["client_credentials"],"introspect_any_token":true}`)
	handler, err := demo.New(demo.Config{
		Issuer: s.URL, URL: address, App: demo.Credentials{ID: client.ID, Secret: client.Secret},
		Resource: demo.Credentials{ID: api.ID, Secret: api.Secret}, Scopes: []string{"jobs:read", "jobs:write"},
		Now: s.Clock.Now, Logger: slog.New(slog.NewJSONHandler(s.Log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	h.Config.Handler = handler
	h.Start()
	t.Cleanup(h.Close)
	return address
}

// tryDemo is what a newcomer does first.
func tryDemo(t *testing.T, c *chromium, javascript bool) {
	s := startWith(t, systemtest.Options{})
	home := startDemo(t, s)
	w := c.open(t, home, javascript)
	w.open("/")
	w.look("demo")
	w.press(`a[href="/connect"], form[action="/connect"] button`)
	w.signIn(user, systemtest.Password)
	w.press("#deny")
	w.reads("access_denied")
	w.look("demo error")

	w.open("/connect")
	w.press("#allow")
	w.reads("Call the API")
	w.look("demo connected")
	w.button("Refresh the token")
	w.button("Call the API")
	w.reads("200")
	w.look("demo call")
	w.open("/")
	w.button("Forget the tokens")
	w.look("demo forgotten")
}
