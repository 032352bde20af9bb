package system_test

import (
	"encoding/base64"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"postern/authz/client"
	"postern/cmd/system/systemtest"
)

// The rows of client authentication. private_key_jwt (CA-20 to CA-39) is not offered yet: assertions of every make are
// refused.

func expectClientRefused(t *testing.T, what string, a answer) {
	t.Helper()
	if a.Status != http.StatusUnauthorized || a.code() != "invalid_client" || !a.tokenFree() || a.Header.Get("WWW-Authenticate") == "" {
		t.Errorf("%s: status %d, error %q; want 401 invalid_client", what, a.Status, a.code())
	}
}

// CA-03, CA-05, CA-06, CA-07 (comparison by prefix, as C strings, by collation, trimmed): only the very secret is the
// secret, in the header and in the body.
func TestOnlyTheVerySecretIsTheSecret(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	app := s.AddClient(machine)
	poster := s.AddClient(`{"client_name":"Poster","kind":"machine","grant_types":["client_credentials"],"scope":"jobs:*","token_endpoint_auth_method":"client_secret_post"}`)
	for name, secret := range manglings(app.Secret) {
		if secret == app.Secret || strings.HasPrefix(name, "percent") { // decoding once is what RFC 6749 2.3.1 asks for
			continue
		}
		a := send(t, s.Request("POST", "/oauth/token", machineForm(), "Authorization", basic(app.ID, secret)))
		expectClientRefused(t, "CA-03 to CA-07 Basic, "+name, a)
	}
	s.Clock.Advance(time.Hour) // failures slow the address down: let that pass
	for name, secret := range manglings(poster.Secret) {
		if secret == poster.Secret {
			continue
		}
		a := send(t, s.Request("POST", "/oauth/token", with(machineForm(), "client_id", poster.ID, "client_secret", secret)))
		if a.Status != http.StatusUnauthorized && a.Status != http.StatusBadRequest || !a.tokenFree() {
			t.Errorf("CA-03 to CA-07 body, %s: status %d", name, a.Status)
		}
	}
	expectTokens(t, "the very secret", tell(t, s, "/oauth/token", app, machineForm()))
}

// CA-09, CA-10, CA-13, CA-17, CA-20, TE-07, TE-09 (RFC 6749 2.3): one client, one method, the registered one.
func TestOneClientOneMethodTheRegisteredOne(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	app, second, public := s.AddClient(machine), s.AddClient(machine), s.AddClient(spaApp)
	good := basic(app.ID, app.Secret)
	for _, row := range wrongClients(s, app, second, public) {
		a := send(t, s.Request("POST", "/oauth/token", with(machineForm(), row.form...), row.headers...))
		if a.Status == http.StatusBadRequest && a.code() == "invalid_request" && a.tokenFree() && strings.HasPrefix(row.name, "TE-09") {
			continue // two methods at once: refused before either is looked at
		}
		expectClientRefused(t, row.name, a)
	}
	for name, headers := range map[string][]string{
		"TE-07 header and body, both right":   {"Authorization", good},
		"TE-07 two Authorization headers":     {"Authorization", good, "Authorization", good},
		"TE-07 two headers, the second right": {"Authorization", basic(app.ID, "x"), "Authorization", good},
	} {
		form := machineForm()
		if len(headers) == 2 {
			form = with(form, "client_id", app.ID, "client_secret", app.Secret)
		}
		a := send(t, s.Request("POST", "/oauth/token", form, headers...))
		if a.Status != http.StatusBadRequest || a.code() != "invalid_request" || !a.tokenFree() {
			t.Errorf("%s: status %d, error %q", name, a.Status, a.code())
		}
	}
	for name, header := range map[string]string{"mixed case": strings.Replace(good, "Basic", "bASIC", 1), "raw, not form-encoded": "Basic " + b64(app.ID+":"+app.Secret)} {
		expectTokens(t, "control: "+name, send(t, s.Request("POST", "/oauth/token", machineForm(), "Authorization", header)))
	}
}

// presentation is a way to say which client calls.
type presentation struct {
	name    string
	form    []string
	headers []string
}

// wrongClients are presentations that are not that of app by its registered method.
func wrongClients(s *systemtest.Server, app, second, public systemtest.Client) []presentation {
	good := basic(app.ID, app.Secret)
	none := "eyJhbGciOiJub25lIn0." + base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"`+app.ID+`","sub":"`+app.ID+`","aud":"`+s.URL+`","exp":99999999999}`)) + "."
	assertion := []string{"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "client_assertion", none}
	return []presentation{
		{"CA-09 client_id alone", []string{"client_id", app.ID}, nil},
		{"CA-09 an empty secret in the header", nil, []string{"Authorization", basic(app.ID, "")}},
		{"CA-09 nothing at all", nil, nil},
		{"another method than the registered one", []string{"client_id", app.ID, "client_secret", app.Secret}, nil},
		{"a public client with a secret", []string{"client_id", public.ID, "client_secret", "x"}, nil},
		{"a public client in the header", nil, []string{"Authorization", basic(public.ID, "")}},
		{"CA-10 client_id in capitals", nil, []string{"Authorization", basic(strings.ToUpper(app.ID), app.Secret)}},
		{"CA-10 client_id with a blank", nil, []string{"Authorization", basic(app.ID+" ", app.Secret)}},
		{"CA-10 client_id with a NUL", nil, []string{"Authorization", basic(app.ID+"\x00", app.Secret)}},
		{"another client's secret", nil, []string{"Authorization", basic(app.ID, second.Secret)}},
		{"TE-09 wrong in the header, another client's right one in the body", []string{"client_id", second.ID, "client_secret", second.Secret}, []string{"Authorization", basic(app.ID, "wrong")}},
		{"two clients", []string{"client_id", second.ID}, []string{"Authorization", good}},
		{"CA-13, CA-20 an assertion with alg none", append(assertion, "client_id", app.ID), nil},
		{"CA-20 an assertion without client_id", assertion, nil},
		{"CA-20 an assertion beside a good secret", assertion, []string{"Authorization", good}},
		{"CA-17 a client certificate by header", []string{"client_id", app.ID}, []string{
			"X-SSL-Client-Verify", "SUCCESS", "X-SSL-Client-S-DN", "CN=" + app.ID, "X-Forwarded-Client-Cert", "Subject=\"CN=" + app.ID + "\"", "X-Client-Cert", "x",
			"X-Forwarded-User", app.ID, "Client-Cert", ":x:",
		}},
		{"a bearer token", []string{"client_id", app.ID}, []string{"Authorization", "Bearer " + app.Secret}},
		{"no colon", nil, []string{"Authorization", "Basic " + b64(app.ID)}},
		{"no base64", nil, []string{"Authorization", "Basic " + app.ID + ":" + app.Secret}},
		{"base64 with stray bits", nil, []string{"Authorization", good + "!"}},
		{"a scheme that begins like it", nil, []string{"Authorization", strings.Replace(good, "Basic", "Basic2", 1)}},
		{"the scheme alone", nil, []string{"Authorization", "Basic"}},
		{"by Proxy-Authorization", nil, []string{"Proxy-Authorization", good}},
		{"by cookie", nil, []string{"Cookie", "client_id=" + app.ID + "; client_secret=" + app.Secret}},
	}
}

// CA-14 (CWE-204): which clients exist. Unknown, disabled, wrong secret and wrong method answer alike but for the request's
// id, at every endpoint.
func TestUnknownClientsAndWrongSecretsAnswerAlike(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	app, disabled := s.AddClient(machine), s.AddClient(machine)
	check(t, s.Clients.Disable(t.Context(), systemtest.Actor, disabled.ID))
	eventually(t, func() bool {
		return tell(t, s, "/oauth/token", disabled, machineForm()).Status == http.StatusUnauthorized
	})
	for _, path := range []string{"/oauth/token", "/oauth/introspect", "/oauth/revoke"} {
		var first answer
		for i, header := range []string{
			basic(app.ID, "wrong"), basic("nobody", "wrong"), basic(disabled.ID, disabled.Secret), basic(app.ID, s.AddClient(machine).Secret),
			basic("' or 1=1 --", "x"), basic(strings.Repeat("a", 500), "x"),
		} {
			a := send(t, s.Request("POST", path, with(machineForm(), "token", "x"), "Authorization", header, "X-Request-Id", "same"))
			a.Header.Del("Date")
			if i == 0 {
				first = a
			}
			if a.Status != first.Status || a.Body != first.Body || len(a.Header) != len(first.Header) {
				t.Errorf("CA-14 %s, the %dth: status %d %s, want %d %s", path, i, a.Status, a.Body, first.Status, first.Body)
			}
		}
	}
}

// CA-40, CA-41, IL-09 (RFC 6819 5.1.4.1.3): somebody reads the database's files. No secret, password, token, code or
// cookie is in them, only what checks it; and no comparison reads more than a hash, so that time tells nothing about it.
func TestTheDatabaseAloneGivesNoCredential(t *testing.T) {
	t.Parallel()
	e := engines[0]
	c := e.config(t)
	s := systemtest.Start(t, c, systemtest.Options{})
	s.AddScopes("jobs:read", "jobs:write", "teams.read")
	s.AddUser("user@example.com", false)
	x := allowed(t, s, webApp)
	imported := s.AddClient(machine)
	_, second, err := s.Clients.AddSecret(t.Context(), systemtest.Actor, imported.ID, client.SecretOptions{})
	check(t, err)
	code := x.code(t)
	expectTokens(t, "control", tell(t, s, "/oauth/token", x.app, code))
	live := x.tokens(t)
	next := refresh(t, s, x.app, live.Refresh)
	reset, _, err := s.People.ResetLink(t.Context(), systemtest.Actor, userID(t, s, "user@example.com"))
	check(t, err)
	secrets := map[string]string{
		"password": systemtest.Password, "client secret": x.app.Secret, "second secret": second, "code": code.Get("code"), "access token": live.Access,
		"refresh token": live.Refresh, "its successor": next.Refresh, "session": x.b.Cookie("postern_session"),
		"device": x.b.Cookie("postern_device"), "reset link": reset, "verifier": code.Get("code_verifier"), "the secret of the server": "a secret for tests alone",
		"a private key": "PRIVATE KEY", "a private JWK": `"d":"`,
	}
	path := strings.TrimPrefix(c.URL, "sqlite:")
	found := 0
	for _, file := range []string{path, path + "-wal"} {
		data, err := os.ReadFile(file)
		check(t, err)
		text := string(data)
		if strings.Contains(text, "user@example.com") {
			found++
		}
		for name, secret := range secrets {
			if raw, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(secret, secret[:min(4, len(secret))])); err == nil && len(raw) > 20 && strings.Contains(text, string(raw)) {
				t.Errorf("CA-41 %s: the bytes of the %s", file, name)
			}
			if secret == "" || strings.Contains(text, secret) {
				t.Errorf("CA-41 %s: the %s", file, name)
			}
		}
	}
	if found == 0 {
		t.Error("control: the files do not have what is stored in the clear")
	}
}
