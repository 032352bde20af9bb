package client_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"postern/authz/client"
)

func TestCompleteByKind(t *testing.T) {
	t.Parallel()
	yes := true
	for _, row := range []struct {
		name, document string
		want           client.Metadata
	}{
		{"a web app keeps a secret and uses PKCE", `{"client_name":"App","redirect_uris":["https://app.example/cb"]}`, client.Metadata{
			Name: "App", Kind: client.Web, ApplicationType: "web", RedirectURIs: []string{"https://app.example/cb"},
			AuthMethod: client.AuthBasic, GrantTypes: []string{client.GrantCode, client.GrantRefresh}, ResponseTypes: []string{"code"},
			RequirePKCE: &yes, Rotation: &yes, AccessTokenFormat: client.Opaque,
		}},
		{"without a secret and with https it is a single-page app", `{"client_name":"App","redirect_uris":["https://app.example/cb"],"token_endpoint_auth_method":"none"}`, client.Metadata{
			Name: "App", Kind: client.SPA, ApplicationType: "web", RedirectURIs: []string{"https://app.example/cb"},
			AuthMethod: client.AuthNone, GrantTypes: []string{client.GrantCode, client.GrantRefresh}, ResponseTypes: []string{"code"},
			RequirePKCE: &yes, Rotation: &yes, AccessTokenFormat: client.Opaque,
		}},
		{"without a secret and with another scheme it is a native app", `{"client_name":"App","redirect_uris":["com.example.app:/cb"],"token_endpoint_auth_method":"none"}`, client.Metadata{
			Name: "App", Kind: client.Native, ApplicationType: "native", RedirectURIs: []string{"com.example.app:/cb"},
			AuthMethod: client.AuthNone, GrantTypes: []string{client.GrantCode, client.GrantRefresh}, ResponseTypes: []string{"code"},
			RequirePKCE: &yes, Rotation: &yes, AccessTokenFormat: client.Opaque,
		}},
		{"client_credentials alone make a machine", `{"client_name":"Job","grant_types":["client_credentials"],"scope":"jobs:*,jobs:read"}`, client.Metadata{
			Name: "Job", Kind: client.Machine, AuthMethod: client.AuthBasic, GrantTypes: []string{client.GrantCredentials},
			Scope: "jobs:* jobs:read", AccessTokenFormat: client.Opaque,
		}},
		{"a machine says so", `{"client_name":"Job","kind":"machine"}`, client.Metadata{
			Name: "Job", Kind: client.Machine, AuthMethod: client.AuthBasic, GrantTypes: []string{client.GrantCredentials},
			AccessTokenFormat: client.Opaque,
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			m, err := client.Decode([]byte(row.document))
			if err != nil {
				t.Fatal(err)
			}
			got, problems := m.Complete()
			if len(problems) > 0 || !reflect.DeepEqual(got, row.want) {
				t.Errorf("got %+v, %v", got, problems)
			}
			if again, _ := got.Complete(); !reflect.DeepEqual(again, got) {
				t.Errorf("not idempotent: %+v", again)
			}
		})
	}
}

// web is a good web app with these members in front of the others.
func web(members string) string {
	return `{` + members + `"client_name":"App","redirect_uris":["https://app.example/cb"]}`
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, document, code, want string }{
		{"R1 a name is needed", `{"client_name":" ","redirect_uris":["https://app.example/cb"]}`, "invalid_client_metadata", "client_name must not be empty"},
		{"a redirect URI is needed", `{"client_name":"App"}`, "invalid_redirect_uri", "redirect_uris needs at least one URI"},
		{"DC-02 javascript", `{"client_name":"App","kind":"native","redirect_uris":["com.example:/","jAvAsCrIpT:alert(1)"]}`, "invalid_redirect_uri", "redirect_uris number 2 scheme javascript/data/vbscript not allowed"},
		{"DC-04 fragment", `{"client_name":"App","redirect_uris":["https://a.example/#x"]}`, "invalid_redirect_uri", "redirect_uris number 1 fragment not allowed"},
		{"DC-05 wildcard", `{"client_name":"App","redirect_uris":["https://*.example/"]}`, "invalid_redirect_uri", "redirect_uris number 1 wildcards not allowed"},
		{"the same URI twice", `{"client_name":"App","redirect_uris":["https://a.example/","https://a.example/"]}`, "invalid_redirect_uri", "redirect_uris number 2 is there twice"},
		{"DC-09 the password grant", web(`"grant_types":["password","authorization_code"],`), "invalid_client_metadata", "grant_types has password, which is not supported"},
		{"DC-09 token exchange", web(`"grant_types":["authorization_code","urn:ietf:params:oauth:grant-type:token-exchange"],`), "invalid_client_metadata", "grant_types has urn:ietf:params:oauth:grant-type:token-exchange, which is not supported"},
		{"DC-09 client_credentials without a secret", web(`"kind":"spa","grant_types":["authorization_code","client_credentials"],`), "invalid_client_metadata", "grant_types must not have client_credentials for a public client"},
		{"DC-09 every scope", web(`"scope":"*",`), "invalid_client_metadata", "scope is refused: scope pattern * has a wildcard that is not its whole last segment"},
		{"DC-09 Postern's own scopes as a pattern", web(`"scope":"postern.*",`), "invalid_client_metadata", "scope is refused: scope pattern postern.* covers reserved scopes: name each of them"},
		{"DC-10 javascript in logo_uri", web(`"logo_uri":"javascript:alert(1)",`), "invalid_client_metadata", "logo_uri must be an absolute https or http URL"},
		{"DC-10 data in client_uri", web(`"client_uri":"data:text/html,x",`), "invalid_client_metadata", "client_uri must be an absolute https or http URL"},
		{"DC-10 a tab inside javascript in tos_uri", web(`"tos_uri":"java\tscript:alert(1)",`), "invalid_client_metadata", "tos_uri must be a URL"},
		{"DC-10 a blank before javascript in policy_uri", web(`"policy_uri":" javascript:alert(1)",`), "invalid_client_metadata", "policy_uri must be a URL"},
		{"DC-10 userinfo", web(`"client_uri":"https://app.example@evil.example",`), "invalid_client_metadata", "client_uri must not have a user name or password"},
		{"DC-15 response type token", web(`"response_types":["token"],`), "invalid_client_metadata", "response_types must be code alone: tokens never travel through the browser"},
		{"DC-15 response type id_token token", web(`"response_types":["code","id_token token"],`), "invalid_client_metadata", "response_types must be code alone: tokens never travel through the browser"},
		{"DC-15 response type code of a machine", `{"client_name":"Job","kind":"machine","response_types":["code"]}`, "invalid_client_metadata", "response_types needs the grant type authorization_code"},
		{"DC-17 a private key", web(`"jwks":{"keys":[{"kty":"EC","crv":"P-256","x":"a","y":"b","d":"c"}]},`), "invalid_client_metadata", "jwks has a private or symmetric key (number 1): register public keys only"},
		{"DC-17 a symmetric key", web(`"jwks":{"keys":[{"kty":"oct","k":"YWJj"}]},`), "invalid_client_metadata", "jwks has a private or symmetric key (number 1): register public keys only"},
		{"DC-17 a symmetric key without its value", web(`"jwks":{"keys":[{"kty":"oct"}]},`), "invalid_client_metadata", "jwks has a private or symmetric key (number 1): register public keys only"},
		{"DC-17 a private key in other letter case", web(`"jwks":{"keys":[{"kty":"EC"},{"kty":"RSA","D":"c"}]},`), "invalid_client_metadata", "jwks has a private or symmetric key (number 2): register public keys only"},
		{"DC-17 no key set", web(`"jwks":"https://app.example",`), "invalid_client_metadata", "jwks must be an object with an array keys of at least one key"},
		{"R13 a single-page app with a secret", web(`"kind":"spa","token_endpoint_auth_method":"client_secret_post",`), "invalid_client_metadata", "token_endpoint_auth_method must be none for a spa app: it cannot keep a secret"},
		{"R13 PKCE off for a public client", web(`"kind":"spa","require_pkce":false,`), "invalid_client_metadata", "require_pkce must be true for a public client"},
		{"RT-01 rotation off for a public client", web(`"kind":"spa","refresh_token_rotation":false,`), "invalid_client_metadata", "refresh_token_rotation must be true for a public client"},
		{"RI-02 introspection by a public client", web(`"kind":"spa","introspect_any_token":true,`), "invalid_client_metadata", "introspect_any_token must be false for a public client: it cannot authenticate"},
		{"a web app without a secret", web(`"kind":"web","token_endpoint_auth_method":"none",`), "invalid_client_metadata", "token_endpoint_auth_method must not be none for a web app: it keeps a secret"},
		{"a method that is not offered", web(`"token_endpoint_auth_method":"client_secret_jwt",`), "invalid_client_metadata", "token_endpoint_auth_method must be client_secret_basic, client_secret_post or none"},
		{"a machine with a redirect URI", web(`"kind":"machine",`), "invalid_redirect_uri", "redirect_uris number 1 machine clients have no redirect URIs"},
		{"a machine with users", `{"client_name":"Job","kind":"machine","grant_types":["authorization_code"]}`, "invalid_client_metadata", "grant_types must not have authorization_code for a machine: it has no users"},
		{"refresh tokens out of nothing", `{"client_name":"Job","kind":"machine","grant_types":["client_credentials","refresh_token"]}`, "invalid_client_metadata", "grant_types has refresh_token without a grant that gives refresh tokens"},
		{"a kind that does not exist", web(`"kind":"mcp",`), "invalid_client_metadata", "kind must be web, spa, native or machine"},
		{"kinds that contradict", web(`"kind":"web","application_type":"native",`), "invalid_client_metadata", "application_type contradicts kind web"},
		{"an access token for two days", web(`"access_token_ttl":172800,`), "invalid_client_metadata", "access_token_ttl must be 60 to 86400 (24 hours) seconds"},
		{"an access token for minus one second", web(`"access_token_ttl":-1,`), "invalid_client_metadata", "access_token_ttl must be 60 to 86400 (24 hours) seconds"},
		{"an idle limit under an hour", web(`"refresh_idle_ttl":60,`), "invalid_client_metadata", "refresh_idle_ttl must be 3600 to 34560000 (400 days), or 0 for no limit seconds"},
		{"an idle limit beyond the absolute one", web(`"refresh_idle_ttl":7200,"refresh_token_ttl":3600,`), "invalid_client_metadata", "refresh_idle_ttl must not be longer than refresh_token_ttl"},
		{"a grace of an hour", web(`"refresh_grace":3600,`), "invalid_client_metadata", "refresh_grace must be 0 to 600 (10 minutes) seconds"},
		{"a format that does not exist", web(`"access_token_format":"saml",`), "invalid_client_metadata", "access_token_format must be opaque or jwt"},
		{"a name that turns text around", `{"client_name":"App \u202egnp","redirect_uris":["https://a.example/"]}`, "invalid_client_metadata", "client_name must not have control or invisible characters"},
		{"TE-23 NUL in a contact", web(`"contacts":["a\u0000@b"],`), "invalid_client_metadata", "contacts must not have control or invisible characters"},
		{"DC-14 a name of 101 characters", `{"client_name":"` + strings.Repeat("é", 101) + `","redirect_uris":["https://a.example/"]}`, "invalid_client_metadata", "client_name must have at most 100 characters"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			m, err := client.Decode([]byte(row.document))
			if err != nil {
				t.Fatal(err)
			}
			_, problems := m.Complete()
			if problems.Error() != row.want || problems.Code() != row.code {
				t.Errorf("got %s: %s", problems.Code(), problems)
			}
		})
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	_, problems := client.Metadata{Kind: client.SPA, RedirectURIs: []string{"x", "https://a.example/#"}, Scope: "*"}.Complete()
	if got := problems.Of("redirect_uris"); !slices.Equal(got, []string{"number 1 must be absolute", "number 2 fragment not allowed"}) {
		t.Errorf("redirect_uris: %q", got)
	}
	if len(problems.Of("client_name")) != 1 || len(problems.Of("scope")) != 1 || problems.Err() == nil {
		t.Errorf("got %v", problems)
	}
	var none client.Problems
	if none.Err() != nil {
		t.Error("no problems are an error")
	}
}

func TestDecode(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, document, want string }{
		{"RFC 7591 2 unknown members are ignored", web(`"client_id":"mine","client_secret":"x","first-party":true,"x":{},`), ""},
		{"null is nothing", web(`"scope":null,"jwks":null,"contacts":null,"refresh_grace":null,`), ""},
		{"DC-14 no object", `[]`, "the document is not a JSON object"},
		{"DC-14 nothing", ``, "the document is not a JSON object"},
		{"DC-14 broken", `{"client_name":`, "the document is not well-formed JSON"},
		{"DC-14 something behind it", `{} {}`, "the document is not well-formed JSON"},
		{"DC-14 huge", `{"x":"` + strings.Repeat("a", client.MaxBody) + `"}`, "the document is longer than 65536 bytes"},
		{"TE-24 invalid UTF-8", "{\"client_name\":\"\xff\"}", "the document is not UTF-8"},
		{"text for a list", web(`"grant_types":"authorization_code",`), "grant_types must be an array of strings"},
		{"a number for text", web(`"scope":1,`), "scope must be text"},
		{"text for a boolean", web(`"first_party":"true",`), "first_party must be true or false"},
		{"text for seconds", web(`"access_token_ttl":"1h",`), "access_token_ttl must be a whole number of seconds"},
		{"a fraction of a second", web(`"refresh_grace":1.5,`), "refresh_grace must be a whole number of seconds"},
		{"all of them, in order", web(`"scope":1,"first_party":2,"contacts":3,`), "contacts must be an array of strings; first_party must be true or false; scope must be text"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, err := client.Decode([]byte(row.document))
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != row.want {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestDC09MembersAreKnownByTheirExactNames(t *testing.T) {
	t.Parallel()
	m, err := client.Decode([]byte(`{"First_Party":true,"INTROSPECT_ANY_TOKEN":true}`))
	if err != nil || m.FirstParty || m.IntrospectAny {
		t.Errorf("got %+v, %v", m, err)
	}
}

func TestEveryMemberCanBeDecoded(t *testing.T) {
	t.Parallel()
	for _, field := range reflect.VisibleFields(reflect.TypeFor[client.Metadata]()) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		values := map[reflect.Kind]string{reflect.String: `"x"`, reflect.Bool: `true`, reflect.Int64: `1`, reflect.Slice: `["x"]`}
		kind := field.Type.Kind()
		if kind == reflect.Pointer {
			kind = field.Type.Elem().Kind()
		}
		m, err := client.Decode([]byte(`{"` + name + `":` + values[kind] + `}`))
		if err != nil || reflect.ValueOf(m).FieldByIndex(field.Index).IsZero() {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, web(""), web(`"jwks":{"keys":[{}]},`), web(`"refresh_grace":1e99,`), `{"client_name":"\ud800"}`, `{"redirect_uris":[null]}`, "{\"scope\":\"\xff\"}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		m, err := client.Decode(document)
		if err != nil {
			checkDescription(t, err.Error())
			return
		}
		m, problems := m.Complete()
		checkDescription(t, problems.Error())
		if len(problems) > 0 {
			return
		}
		if m.Public() && (slices.Contains(m.GrantTypes, client.GrantCredentials) || !*m.RequirePKCE) {
			t.Errorf("a public client with %v", m.GrantTypes)
		}
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		again, err := client.Decode(text)
		if err != nil {
			t.Fatalf("%s does not decode: %v", text, err)
		}
		if _, problems := again.Complete(); len(problems) > 0 {
			t.Errorf("%s: %v", text, problems)
		}
	})
}

// checkDescription wants text that can stand in an error_description (RFC 6749, section 5.2).
func checkDescription(t *testing.T, text string) {
	t.Helper()
	illegal := func(r rune) bool { return r < ' ' || r > 0x7e || r == '"' || r == '\\' }
	if len(text) > 1000 || strings.ContainsFunc(text, illegal) {
		t.Errorf("unfit: %q", text)
	}
}
