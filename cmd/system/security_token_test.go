package system_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"postern/cmd/system/systemtest"
)

// The rows of the token endpoint, whatever the grant.

func machineForm() url.Values { return url.Values{"grant_type": {"client_credentials"}} }

// TE-01, TE-03, TE-04, requirement 22 (RFC 6749 2.3.1, 3.2): credentials come in a POST's form or the Authorization
// header. What comes otherwise is refused even if it is right, so that no client gets used to it.
func TestTheTokenEndpointTakesFormsByPostAlone(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	app := s.AddClient(machine)
	auth := []string{"Authorization", basic(app.ID, app.Secret)}
	all := url.Values{"grant_type": {"client_credentials"}, "client_id": {app.ID}, "client_secret": {app.Secret}}
	multipart := "--b\r\nContent-Disposition: form-data; name=\"grant_type\"\r\n\r\nclient_credentials\r\n--b--\r\n"
	body := func(kind, text string) *http.Request {
		r := s.Request(http.MethodPost, "/oauth/token", url.Values{}, append(auth, "Content-Type", kind)...)
		r.Body, r.ContentLength = http.NoBody, 0
		q, _ := http.NewRequest(http.MethodPost, s.URL, strings.NewReader(text))
		r.Body, r.ContentLength = q.Body, q.ContentLength
		return r
	}
	rows := []struct {
		name    string
		request *http.Request
		status  []int
	}{
		{"TE-01 GET", s.Request(http.MethodGet, "/oauth/token?"+machineForm().Encode(), nil, auth...), []int{405}},
		{"TE-03 secret in the query", s.Request(http.MethodPost, "/oauth/token?"+all.Encode(), url.Values{}), []int{400, 401}},
		{"TE-03 secret in the query, the rest in the body", s.Request(http.MethodPost, "/oauth/token?client_secret="+app.Secret, url.Values{"grant_type": {"client_credentials"}, "client_id": {app.ID}}), []int{401}},
		{"TE-03 secret in the query beside a good header", s.Request(http.MethodPost, "/oauth/token?client_secret="+app.Secret, machineForm(), auth...), []int{400, 401}},
		{"TE-03 grant_type in the query", s.Request(http.MethodPost, "/oauth/token?grant_type=client_credentials", url.Values{}, auth...), []int{400}},
		{"TE-04 JSON", body("application/json", `{"grant_type":"client_credentials"}`), []int{400, 415}},
		{"TE-04 JSON that says it is a form", body("application/x-www-form-urlencoded", `{"grant_type":"client_credentials"}`), []int{400}},
		{"TE-04 multipart", body("multipart/form-data; boundary=b", multipart), []int{400, 415}},
		{"TE-04 plain text", body("text/plain", machineForm().Encode()), []int{400, 415}},
		{"TE-04 no content type", body("", machineForm().Encode()), []int{400, 415}},
		{"a form in UTF-7", body("application/x-www-form-urlencoded;charset", machineForm().Encode()), []int{400, 415}},
		{"a broken escape", body("application/x-www-form-urlencoded", "grant_type=client_credentials&scope=%zz"), []int{400}},
		{"semicolons between parameters", body("application/x-www-form-urlencoded", "grant_type=client_credentials;scope=jobs:read"), []int{400}},
	}
	for _, row := range rows {
		a := send(t, row.request)
		if !slices.Contains(row.status, a.Status) || !a.tokenFree() {
			t.Errorf("%s: status %d, want %v: %s", row.name, a.Status, row.status, a.Body)
		}
	}
	expectTokens(t, "control", send(t, body("application/x-www-form-urlencoded; charset=utf-8", machineForm().Encode())))
}

// TE-10, TE-11, TE-28, requirement 3 (RFC 6749 3.2): two readers of one request, a gateway and we, may pick different
// ones of two values. The same goes for array notation.
func TestRepeatedAndArrayParametersAreRefusedAtTheProtocolEndpoints(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	app := s.AddClient(machine)
	for _, path := range []string{"/oauth/token", "/oauth/introspect", "/oauth/revoke"} {
		for _, name := range []string{
			"grant_type", "scope", "client_id", "client_secret", "code", "redirect_uri", "code_verifier", "refresh_token", "token",
			"token_type_hint", "anything",
		} {
			form := url.Values{"grant_type": {"client_credentials"}, "token": {"x"}}
			form[name] = []string{"client_credentials", "client_credentials"}
			a := tell(t, s, path, app, form)
			if a.Status != http.StatusBadRequest || a.code() != "invalid_request" || !a.tokenFree() {
				t.Errorf("TE-10, TE-11 %s: %s twice: status %d, error %q", path, name, a.Status, a.code())
			}
		}
		for _, query := range []string{
			"client_id[]=x", "client_secret[$ne]=", "grant_type[0]=client_credentials", "client_secret%5B%24ne%5D=", "scope[]=jobs:read",
			"$where=1", "__proto__[x]=1",
		} {
			form := url.Values{"grant_type": {"client_credentials"}, "token": {"x"}}.Encode() + "&" + query
			r := s.Request(http.MethodPost, path, url.Values{}, "Authorization", basic(app.ID, app.Secret))
			q, _ := http.NewRequest(http.MethodPost, s.URL, strings.NewReader(form))
			r.Body, r.ContentLength = q.Body, q.ContentLength
			if a := send(t, r); a.Status < 400 || a.Status > 499 || !a.tokenFree() {
				t.Errorf("TE-28 %s %s: status %d", path, query, a.Status)
			}
		}
	}
}

// TE-13, TE-16, TE-32, TE-33: grants that do not exist, or that this client has not.
func TestGrantsThatAClientHasNot(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	service, web, spa := s.AddClient(machine), s.AddClient(webApp), s.AddClient(spaApp)
	none := "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9."
	for _, row := range []struct {
		name string
		app  systemtest.Client
		form url.Values
		want string
	}{
		{"TE-13 password", service, url.Values{"grant_type": {"password"}, "username": {"user@example.com"}, "password": {systemtest.Password}}, "unsupported_grant_type"},
		{"TE-13 implicit", service, url.Values{"grant_type": {"implicit"}}, "unsupported_grant_type"},
		{"TE-13 another case", service, url.Values{"grant_type": {"Client_Credentials"}}, "unsupported_grant_type"},
		{"TE-13 a blank behind", service, url.Values{"grant_type": {"client_credentials "}}, "unsupported_grant_type"},
		{"TE-13 two in one", service, url.Values{"grant_type": {"client_credentials refresh_token"}}, "unsupported_grant_type"},
		{"no grant_type", service, url.Values{"scope": {"jobs:read"}}, "invalid_request"},
		{"TE-16 confidential", web, machineForm(), "unauthorized_client"},
		{"TE-16 public", spa, machineForm(), "unauthorized_client"},
		{"a code for a machine", service, url.Values{"grant_type": {"authorization_code"}, "code": {"x"}}, "unauthorized_client"},
		{"a refresh for a machine", service, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"x"}}, "unauthorized_client"},
		{"TE-32 jwt-bearer", service, url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {none}}, "unsupported_grant_type"},
		{"TE-32 token exchange", service, url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:token-exchange"}, "subject_token": {none}}, "unsupported_grant_type"},
		{"TE-33 foreign resource", service, with(machineForm(), "resource", "https://api.example"), "invalid_target"},
		{"a scope that it may not have", service, with(machineForm(), "scope", "teams.read"), "invalid_scope"},
		{"a wildcard of its own", service, with(machineForm(), "scope", "jobs:*"), "invalid_scope"},
		{"a scope in capitals", service, with(machineForm(), "scope", "JOBS:READ"), "invalid_scope"},
	} {
		a := tell(t, s, "/oauth/token", row.app, row.form)
		if a.Status != http.StatusBadRequest || a.code() != row.want || !a.tokenFree() {
			t.Errorf("%s: status %d, error %q, want 400 %s", row.name, a.Status, a.code(), row.want)
		}
	}
	d := expectTokens(t, "TE-33 audience", tell(t, s, "/oauth/token", service, with(machineForm(), "audience", "https://api.example")))
	about := tell(t, s, "/oauth/introspect", service, url.Values{"token": {d["access_token"].(string)}})
	if strings.Contains(about.Body, "api.example") {
		t.Errorf("TE-33: the token is for the audience that the client named: %s", about.Body)
	}
}

// TE-18, TE-31 (RFC 6749 5.1, 5.2): what every answer has.
func TestTokenAnswersHaveTheRightHeaders(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	app := s.AddClient(machine)
	for name, a := range map[string]answer{
		"success":       tell(t, s, "/oauth/token", app, machineForm()),
		"wrong secret":  send(t, s.Request("POST", "/oauth/token", machineForm(), "Authorization", basic(app.ID, "wrong"))),
		"wrong request": tell(t, s, "/oauth/token", app, url.Values{"grant_type": {"x"}}),
		"wrong method":  send(t, s.Request("GET", "/oauth/token", nil)),
		"introspection": tell(t, s, "/oauth/introspect", app, url.Values{"token": {"x"}}),
		"revocation":    tell(t, s, "/oauth/revoke", app, url.Values{"token": {"x"}}),
	} {
		if a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("TE-18 %s: Cache-Control %q, X-Content-Type-Options %q", name, a.Header.Get("Cache-Control"), a.Header.Get("X-Content-Type-Options"))
		}
		if a.Header.Get("Content-Type") != "application/json" || len(a.document()) == 0 && a.Body != "{}" {
			t.Errorf("TE-31 %s: %q %s", name, a.Header.Get("Content-Type"), a.Body)
		}
		if challenge := a.Header.Get("WWW-Authenticate"); (a.Status == http.StatusUnauthorized) != strings.HasPrefix(challenge, "Basic ") {
			t.Errorf("TE-31 %s: status %d with WWW-Authenticate %q", name, a.Status, challenge)
		}
	}
}

// TE-19 (CWE-942): a page on another site has its visitor's browser ask. It may not read what comes back, and no cookie
// would count anyway.
func TestForeignOriginsReadNothing(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	spa := s.AddClient(spaApp)
	origins := []string{
		"https://evil.example", "null", "https://spa.example.evil.example", "https://evilspa.example", "http://spa.example",
		"https://spa.example:8443", "https://SPA.example", "https://spa.example/", "file://", s.URL,
	}
	for _, path := range []string{"/oauth/token", "/oauth/introspect", "/oauth/revoke"} {
		for _, origin := range origins {
			form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"x"}, "token": {"x"}, "client_id": {spa.ID}}
			a := send(t, s.Request(http.MethodPost, path, form, "Origin", origin))
			if allowed := a.Header.Get("Access-Control-Allow-Origin"); allowed != "" {
				t.Errorf("TE-19 %s from %s: Access-Control-Allow-Origin %q", path, origin, allowed)
			}
			expectNoCredentials(t, path+" from "+origin, a)
			pre := send(t, s.Request(http.MethodOptions, path, nil, "Origin", origin, "Access-Control-Request-Method", "POST"))
			expectNoCredentials(t, "preflight of "+path+" from "+origin, pre)
		}
		own := send(t, s.Request(http.MethodPost, path, url.Values{"client_id": {spa.ID}, "grant_type": {"x"}}, "Origin", "https://spa.example"))
		if own.Header.Get("Access-Control-Allow-Origin") != "https://spa.example" || !slices.Contains(own.Header.Values("Vary"), "Origin") {
			t.Errorf("%s from the app's own origin: %q, Vary %q", path, own.Header.Get("Access-Control-Allow-Origin"), own.Header.Values("Vary"))
		}
	}
	for _, path := range []string{"/login", "/consent", "/account", "/admin", "/oauth/authorize", "/setup", "/reset", "/logout", "/healthz"} {
		for _, method := range []string{"GET", "OPTIONS", "POST"} {
			a := send(t, s.Request(method, path, url.Values{}, "Origin", "https://evil.example", "Access-Control-Request-Method", "POST"))
			for name := range a.Header {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("TE-19 %s %s: %s: %s", method, path, name, a.Header.Get(name))
				}
			}
		}
	}
}

func expectNoCredentials(t *testing.T, what string, a answer) {
	t.Helper()
	if a.Header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("TE-19 %s: Access-Control-Allow-Credentials %q", what, a.Header.Get("Access-Control-Allow-Credentials"))
	}
}

// TE-20 (CWE-400): a body that would fill the memory, with its length given and without.
func TestHugeBodiesAreRefused(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	app := s.AddClient(machine)
	huge := strings.Repeat("a", 10<<20)
	for _, path := range []string{"/oauth/token", "/oauth/introspect", "/oauth/revoke", "/oauth/authorize", "/login", "/consent", "/setup", "/reset", "/logout"} {
		for _, chunked := range []bool{false, true} {
			r := s.Request(http.MethodPost, path, url.Values{"grant_type": {"client_credentials"}, "scope": {huge}}, "Authorization", basic(app.ID, app.Secret))
			if chunked {
				r.ContentLength = -1
			}
			resp, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				continue // the connection was closed while we still sent: as good a refusal
			}
			resp.Body.Close()
			if resp.StatusCode < 400 || resp.StatusCode > 499 {
				t.Errorf("TE-20 %s, chunked %t: status %d", path, chunked, resp.StatusCode)
			}
		}
	}
}

// TE-34 (RFC 9112 6.1, CWE-444): a proxy and we may disagree where a request ends, and a second one hides in the first.
// There is one answer, to one request; what is left of the bytes is no request of anybody's.
func TestNoRequestHidesInAnother(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	app := s.AddClient(machine)
	hidden := "POST /oauth/token HTTP/1.1\r\nHost: x\r\nAuthorization: " + basic(app.ID, app.Secret) +
		"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 29\r\nConnection: close\r\n\r\ngrant_type=client_credentials"
	const head = "POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
	for name, text := range map[string]string{
		"both lengths, chunked counts":      head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"both lengths, content counts":      head + "Transfer-Encoding: chunked\r\nContent-Length: " + fmt.Sprint(len(hidden)+5) + "\r\n\r\n0\r\n\r\n",
		"two lengths":                       head + "Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
		"a list of lengths":                 head + "Content-Length: 0, 5\r\n\r\n",
		"a signed length":                   head + "Content-Length: +0\r\n\r\n",
		"a negative length":                 head + "Content-Length: -1\r\n\r\n",
		"a length in hexadecimal":           head + "Content-Length: 0x0\r\n\r\n",
		"a blank before the colon":          head + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
		"an encoding that nobody knows":     head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"two encodings":                     head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
		"chunked in the middle":             head + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
		"a vertical tab":                    head + "Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
		"a folded header":                   head + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
		"a bare line feed":                  "POST /oauth/token HTTP/1.1\nHost: x\nContent-Length: 0\nTransfer-Encoding: chunked\n\n0\n\n",
		"a chunk size that is none":         head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
		"a chunk size with a sign":          head + "Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n",
		"HTTP/1.0 with an encoding":         strings.Replace(head, "1.1", "1.0", 1) + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"no host":                           "POST /oauth/token HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
		"two hosts":                         "POST /oauth/token HTTP/1.1\r\nHost: x\r\nHost: y\r\nContent-Length: 0\r\n\r\n",
		"a NUL in a header":                 head + "X: a\x00b\r\nContent-Length: 0\r\n\r\n",
		"a header without a name":           head + ": x\r\nContent-Length: 0\r\n\r\n",
		"a second request line as a header": head + "GET /oauth/token HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
	} {
		got, closed := s.Raw(text + hidden)
		if answers := strings.Count(got, "HTTP/1.1 "); answers > 1 || strings.Contains(got, "access_token") {
			t.Errorf("TE-34 %s: %d answers\n%s", name, answers, got)
		}
		if !closed {
			t.Errorf("TE-34 %s: the connection stays open", name)
		}
		if strings.Contains(got, "HTTP/1.1 5") && !strings.Contains(got, "HTTP/1.1 501 ") {
			t.Errorf("TE-34 %s: a fault of ours\n%s", name, got)
		}
	}
	if got, _ := s.Raw(hidden); !strings.Contains(got, "access_token") {
		t.Errorf("control: the hidden request by itself gets\n%s", got)
	}
}

// TE-23, TE-24, requirement 23 (CWE-20, CWE-158): NUL bytes and text that is not UTF-8, in every parameter of every
// endpoint. PostgreSQL refuses to store either; an answer must come before it has to.
func TestTextThatIsNoneIsRefusedEverywhere(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := start(t, e)
		s.AddUser("user@example.com", false)
		app, web := s.AddClient(machine), s.AddClient(webApp)
		values := map[string]string{
			"NUL": "a\x00b", "invalid UTF-8": "\xff\xfe", "a surrogate": "\xed\xa0\x80", "overlong": "\xc0\xaf",
			"CR LF": "a\r\nX-Evil: 1", "direction override": "\u202egpj", "100,000 characters": strings.Repeat("a", 50_000),
		}
		protocol := []string{
			"grant_type", "client_id", "client_secret", "scope", "code", "redirect_uri", "code_verifier", "refresh_token", "token",
			"token_type_hint", "resource", "audience", "client_assertion",
		}
		for name, value := range values {
			for _, path := range []string{"/oauth/token", "/oauth/introspect", "/oauth/revoke"} {
				for _, parameter := range protocol {
					form := url.Values{"grant_type": {"client_credentials"}, "token": {"x"}}
					form.Set(parameter, value)
					a := tell(t, s, path, app, form)
					if a.Status >= 500 || a.Status < 400 && (name == "NUL" || !utf8Name(name)) || a.Header.Get("X-Evil") != "" {
						t.Errorf("TE-23, TE-24 %s with %s in %s: status %d", path, name, parameter, a.Status)
					}
				}
				a := tell(t, s, path, app, url.Values{"grant_type": {"client_credentials"}, "token": {"x"}, value: {"x"}})
				if a.Status >= 500 {
					t.Errorf("TE-23, TE-24 %s with %s as a name: status %d", path, name, a.Status)
				}
			}
			for _, credentials := range []string{value + ":x", app.ID + ":" + value, url.QueryEscape(value) + ":x", app.ID + ":" + url.QueryEscape(value)} {
				a := send(t, s.Request("POST", "/oauth/token", machineForm(), "Authorization", "Basic "+b64(credentials)))
				if a.Status != http.StatusUnauthorized && a.Status != http.StatusBadRequest && a.Status != http.StatusRequestHeaderFieldsTooLarge {
					t.Errorf("TE-23, TE-24 Basic with %s in %.20q: status %d", name, credentials, a.Status)
				}
			}
			for _, parameter := range slices.Sorted(maps.Keys(good(web))) {
				p := s.NewBrowser().Get("/oauth/authorize?" + with(good(web), parameter, value).Encode())
				if p.Status >= 500 || p.Away != nil && p.Away.Query().Has("code") || p.Header.Get("X-Evil") != "" {
					t.Errorf("TE-23, TE-24 /oauth/authorize with %s in %s: status %d", name, parameter, p.Status)
				}
			}
		}
	})
}

// utf8Name tells whether the values of that name are text that a parameter without meaning may have.
func utf8Name(name string) bool {
	return name == "CR LF" || name == "direction override" || name == "100,000 characters"
}
