package redirect_test

import (
	"strings"
	"testing"

	"postern/authz/redirect"
)

const (
	registered = "https://app.example/cb"
	loopback   = "http://127.0.0.1:8000/cb?from=cli"
)

// The rows of SECURITY.md about one request's redirect_uri. Those about the rest of a request belong to the endpoint.
func TestMatchRefuses(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, uri string
		native    bool
	}{
		{"RU-01 another host", "https://evil.example/cb", false},
		{"RU-02 the host as a prefix", "https://app.example.evil.example/cb", false},
		{"RU-03 a further path segment", "https://app.example/cb/evil", false},
		{"RU-03 a trailing slash", "https://app.example/cb/", false},
		{"RU-04 the path as a prefix", "https://app.example/cbevil", false},
		{"RU-05 path traversal", "https://app.example/cb/../evil", false},
		{"RU-06 encoded traversal", "https://app.example/cb/%2e%2e%2fevil", false},
		{"RU-07 matrix traversal", "https://app.example/cb/..;/evil", false},
		{"RU-11 backslash authority", `http://evil.example\@app.example/cb`, false},
		{"RU-12 a fragment", "https://app.example/cb#x", false},
		{"RU-13 a query parameter", "https://app.example/cb?x=1", false},
		{"RU-13 an empty query", "https://app.example/cb?", false},
		{"RU-14 other letter case in the path", "https://app.example/CB", false},
		{"RU-14 other letter case in the host", "https://App.example/cb", false},
		{"RU-15 another scheme", "http://app.example/cb", false},
		{"RU-15 other letter case in the scheme", "HTTPS://app.example/cb", false},
		{"RU-17 another port", "https://app.example:8443/cb", false},
		{"RU-17 the default port written out", "https://app.example:443/cb", false},
		{"RU-17 another loopback port, web app", "http://127.0.0.1:9000/cb?from=cli", false},
		{"RU-19 one character percent-encoded", "https://app.example/%63b", false},
		{"RU-20 doubly encoded traversal", "https://app.example/cb/%252e%252e%252fevil", false},
		{"RU-21 CR LF", "https://app.example/cb\r\nLocation: https://evil.example", false},
		{"RU-22 NUL", "https://app.example/cb\x00", false},
		{"RU-24 javascript", "javascript:alert(1)", false},
		{"RU-26 inside the query of an evil one", "https://evil.example/?u=https://app.example/cb", false},
		{"RU-27 dots replaced", "https://app-example/cb", false},
		{"RU-28 a sub-domain", "https://www.app.example/cb", false},
		{"RU-29 full-width host", "https://ａpp.example/cb", false},
		{"RU-29 loopback as a decimal", "http://2130706433:8000/cb?from=cli", true},
		{"RU-32 protocol-relative", "//app.example/cb", false},
		{"RU-33 a wildcard", "*", false},
		{"RU-34 another path with a free port", "http://127.0.0.1:9000/evil?from=cli", true},
		{"RU-35 a further query parameter with a free port", "http://127.0.0.1:9000/cb?from=cli&x=1", true},
		{"RU-35 without the query that is registered", "http://127.0.0.1:9000/cb", true},
		{"RU-37 localhost instead of 127.0.0.1", "http://localhost:8000/cb?from=cli", true},
		{"RU-37 [::1] instead of 127.0.0.1", "http://[::1]:8000/cb?from=cli", true},
		{"RU-40 another host that begins like loopback", "http://127.0.0.1.evil.example/cb?from=cli", true},
		{"RU-11 userinfo that looks like loopback and a port", "http://127.0.0.1:80@evil.example/cb?from=cli", true},
		{"RU-11 the same with a slash's look-alike", `http://127.0.0.1:80\cb?from=cli`, true},
		{"RU-15 https on loopback", "https://127.0.0.1:9000/cb?from=cli", true},
		{"RU-17 a port that is no number", "http://127.0.0.1:9x/cb?from=cli", true},
		{"RU-17 port zero", "http://127.0.0.1:0/cb?from=cli", true},
		{"RU-17 a port beyond 65535", "http://127.0.0.1:65536/cb?from=cli", true},
		{"RU-17 an empty port", "http://127.0.0.1:/cb?from=cli", true},
		{"RU-17 a free port elsewhere than on loopback", "https://app.example:9000/cb", true},
		{"RU-54 none at all", "", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if matched, ok := redirect.Match([]string{registered, loopback}, row.uri, row.native); ok {
				t.Errorf("%q matched %q", row.uri, matched)
			}
		})
	}
}

func TestMatchAccepts(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, registered, uri string
		native                bool
	}{
		{"RFC 9700 4.1.3 the very string", registered, registered, false},
		{"the very string on loopback, web app", loopback, loopback, false},
		{"RFC 8252 7.3 another port", loopback, "http://127.0.0.1:51004/cb?from=cli", true},
		{"RFC 8252 7.3 no port", loopback, "http://127.0.0.1/cb?from=cli", true},
		{"RFC 8252 7.3 a port where none is registered", "http://[::1]/cb", "http://[::1]:51004/cb", true},
		{"localhost, native app", "http://localhost/cb", "http://localhost:51004/cb", true},
		{"without a path", "http://127.0.0.1", "http://127.0.0.1:51004", true},
		{"a private-use scheme", "com.example.app:/cb", "com.example.app:/cb", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			matched, ok := redirect.Match([]string{"https://other.example/", row.registered}, row.uri, row.native)
			if !ok || matched != row.registered {
				t.Errorf("%q: %q, %v", row.uri, matched, ok)
			}
		})
	}
}

func TestExplainR9(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, uri, closest, message string }{
		{"a trailing slash", registered + "/", registered, `character 23: expected the end, received "/"`},
		{"something missing", "https://app.example/c", registered, `character 22: expected "b", received the end`},
		{"another port", "http://127.0.0.1:9000/cb?from=cli", loopback, `character 18: expected "8000/cb?from=cli", received "9000/cb?from=cli"`},
		{"another scheme: what is equal at the end counts", "http://app.example/cb", registered, `character 5: expected "s://app.example/cb", received "://app.example/cb"`},
		{"XS-02 hostile input is escaped", "https://app.example/\x1b\u202e", registered, `character 21: expected "cb", received "\x1b\u202e"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			e := redirect.Explain([]string{registered, loopback}, row.uri)
			if e.Closest != row.closest || e.Message != row.message {
				t.Errorf("got %+v", e)
			}
		})
	}
	if e := redirect.Explain(nil, registered); e.Closest != "" || e.Message != "this client has no redirect URIs" {
		t.Errorf("nothing registered: %+v", e)
	}
	if e := redirect.Explain([]string{registered}, strings.Repeat("\xff", 5000)); len(e.Received) > 300 || len(e.Message) > 300 {
		t.Errorf("too long: %+v", e)
	}
}

func FuzzMatch(f *testing.F) {
	f.Add(loopback, "http://127.0.0.1:1/cb?from=cli")
	f.Add(registered, "https://app.example@evil/cb")
	f.Add("http://[::1]/", "http://[::1]:80@evil/")
	f.Fuzz(func(t *testing.T, is, asked string) {
		list := []string{is}
		if matched, ok := redirect.Match(list, asked, false); ok != (is == asked) || ok && matched != asked {
			t.Errorf("web: %q and %q: %v", is, asked, ok)
		}
		if _, ok := redirect.Match(list, asked, true); ok && is != asked && !strings.HasPrefix(asked, "http://") {
			t.Errorf("native: %q and %q", is, asked)
		}
		if e := redirect.Explain(list, asked); len(e.Received) > 300 || is[:e.At] != asked[:e.At] {
			t.Errorf("%q and %q: %+v", is, asked, e)
		}
	})
}
