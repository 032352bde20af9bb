package grant

import (
	"encoding/base64"
	"net/url"
	"slices"
	"testing"
)

func basic(text string) []string {
	return []string{"Basic " + base64.StdEncoding.EncodeToString([]byte(text))}
}

func TestReadClient(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name          string
		authorization []string
		form, query   string
		id, method    string
		secrets       []string
		code          Code
	}{
		{"basic, form-encoded (RFC 6749 2.3.1)", basic("my%20app:s%2Bcret"), "", "", "my app", "client_secret_basic", []string{"s+cret", "s%2Bcret"}, ""},
		{"basic, raw as many clients send it", basic("app:a+b"), "", "", "app", "client_secret_basic", []string{"a b", "a+b"}, ""},
		{"basic, a broken escape is meant raw", basic("app:100%"), "", "", "app", "client_secret_basic", []string{"100%"}, ""},
		{"basic, a colon in the secret", basic("app:a:b"), "", "", "app", "client_secret_basic", []string{"a:b"}, ""},
		{"basic, scheme in another case (RFC 9110 11.1)", []string{"bAsIc " + base64.StdEncoding.EncodeToString([]byte("a:b"))}, "", "", "a", "client_secret_basic", []string{"b"}, ""},
		{"basic, the same client_id in the body", basic("app:s"), "client_id=app", "", "app", "client_secret_basic", []string{"s"}, ""},
		{"post", nil, "client_id=app&client_secret=s", "", "app", "client_secret_post", []string{"s"}, ""},
		{"none", nil, "client_id=app", "", "app", "none", nil, ""},
		{"TE-07 basic and post", basic("app:s"), "client_id=app&client_secret=s", "", "", "", nil, InvalidRequest},
		{"TE-09 basic of one, post of another", basic("app:wrong"), "client_id=other&client_secret=s", "", "", "", nil, InvalidRequest},
		{"OIDC 71 client_id of another beside basic", basic("app:s"), "client_id=other", "", "", "", nil, InvalidClient},
		{"two headers", append(basic("app:s"), basic("app:s")...), "", "", "", "", nil, InvalidRequest},
		{"TE-03 the secret in the query", nil, "client_id=app", "client_secret=s", "", "", nil, InvalidClient},
		{"CA-13 an assertion", nil, "client_id=app&client_assertion=e30.e30.&client_assertion_type=x", "", "", "", nil, InvalidClient},
		{"nothing", nil, "", "", "", "", nil, InvalidClient},
		{"a bearer token", []string{"Bearer x"}, "", "", "", "", nil, InvalidClient},
		{"no base64", []string{"Basic !!!"}, "", "", "", "", nil, InvalidClient},
		{"no colon", basic("app"), "", "", "", "", nil, InvalidClient},
		{"CA-05 a NUL byte", basic("app:s\x00"), "", "", "", "", nil, InvalidClient},
		{"no UTF-8", basic("app:\xff"), "", "", "", "", nil, InvalidClient},
	} {
		form, _ := url.ParseQuery(row.form)
		query, _ := url.ParseQuery(row.query)
		p, err := readClient(&Call{Form: form, Query: query, Authorization: row.authorization})
		if row.code != "" {
			if err == nil || AsError(err).Code != row.code {
				t.Errorf("%s: %v, want %s", row.name, err, row.code)
			}
			continue
		}
		if err != nil || p.id != row.id || p.method != row.method || !slices.Equal(p.secrets, row.secrets) {
			t.Errorf("%s: %+v, %v", row.name, p, err)
		}
	}
}

func FuzzReadBasic(f *testing.F) {
	f.Add("Basic YTpi", "", "")
	f.Add("basic  YTpi", "a", "b")
	f.Add("Basic JTAwOiUwMA==", "", "")
	f.Fuzz(func(t *testing.T, header, id, secret string) {
		p, err := readBasic(header, id, secret)
		if err != nil {
			return
		}
		if p.method != "client_secret_basic" || len(p.secrets) == 0 || secret != "" || id != "" && id != p.id {
			t.Fatalf("%+v from %q, %q, %q", p, header, id, secret)
		}
	})
}
