package redirect_test

import (
	"slices"
	"strings"
	"testing"

	"postern/authz/redirect"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, kind, uri, want string }{
		{"https", "web", "https://app.example/cb", ""},
		{"with a port, query and trailing slash", "web", "https://app.example:8443/cb/?tenant=1", ""},
		{"OIDC 46 a query is accepted", "spa", "https://app.example/cb?a=b&c=d", ""},
		{"without a path", "web", "https://app.example", ""},
		{"a host in punycode", "web", "https://xn--bcher-kva.example/cb", ""},
		{"an address with four parts", "web", "https://192.0.2.7/cb", ""},
		{"an IPv6 address", "web", "https://[2001:db8::7]:8443/cb", ""},
		{"a host of one label", "web", "https://intranet/cb", ""},
		{"a percent sign that stands for itself", "web", "https://app.example/100%25", ""},
		{"http on localhost while developing", "web", "http://localhost:3000/cb", ""},
		{"the same for a single-page app", "spa", "http://127.0.0.1:5173/", ""},
		{"RFC 8252 7.3 loopback for native apps", "native", "http://[::1]/cb", ""},
		{"RFC 8252 7.1 private-use scheme", "native", "com.example.app:/callback", ""},
		{"with an authority", "native", "com.example.app://callback", ""},

		{"empty", "web", "", "must be absolute"},
		{"R7 a path", "web", "/cb", "must be absolute"},
		{"RU-32 protocol-relative", "web", "//app.example/cb", "must be absolute"},
		{"no host", "web", "https:///cb", "must be absolute: it has no host"},
		{"no slashes", "web", "https:app.example/cb", "must be absolute"},
		{"R7 http", "web", "http://app.example/cb", "must use https (http allowed only for localhost/127.0.0.1/[::1])"},
		{"http on a host that only begins like localhost", "native", "http://localhost.evil.example/cb", "must use https (http allowed only for localhost/127.0.0.1/[::1])"},
		{"http on another loopback address", "native", "http://127.0.0.2/cb", "must use https (http allowed only for localhost/127.0.0.1/[::1])"},
		{"DC-04 RU-12 fragment", "web", "https://app.example/cb#x", "fragment not allowed"},
		{"DC-04 an empty fragment", "web", "https://app.example/cb#", "fragment not allowed"},
		{"DC-05 RU-33 wildcard alone", "web", "*", "wildcards not allowed"},
		{"DC-05 wildcard host", "web", "https://*.example/cb", "wildcards not allowed"},
		{"DC-05 wildcard path", "web", "https://app.example/*", "wildcards not allowed"},
		{"DC-02 RU-24 javascript", "native", "javascript:alert(1)", "scheme javascript/data/vbscript not allowed"},
		{"DC-02 in other case", "native", "JaVaScRiPt:alert(1)", "scheme javascript/data/vbscript not allowed"},
		{"DC-02 that looks like a URL", "native", "javascript://app.example/%0aalert(1)", "scheme javascript/data/vbscript not allowed"},
		{"DC-02 behind a blank", "native", " javascript:alert(1)", "must not contain spaces or control characters"},
		{"DC-02 with a line break inside", "native", "java\nscript:alert(1)", "must not contain spaces or control characters"},
		{"DC-02 behind a control character", "native", "\x01javascript:alert(1)", "must not contain spaces or control characters"},
		{"DC-02 percent-encoded", "native", "%6aavascript:alert(1)", "must be absolute"},
		{"DC-02 data", "native", "data:text/html,x", "scheme javascript/data/vbscript not allowed"},
		{"DC-02 vbscript", "native", "VBScript:x", "scheme javascript/data/vbscript not allowed"},
		{"file", "native", "file:///etc/passwd", "scheme file not allowed"},
		{"blob around a page", "native", "blob:https://app.example/x", "scheme blob not allowed"},
		{"view-source", "native", "view-source:https://app.example", "scheme view-source not allowed"},
		{"intent", "native", "intent://x#Intent;end", "fragment not allowed"},
		{"the out-of-band URN", "native", "urn:ietf:wg:oauth:2.0:oob", "scheme urn not allowed"},
		{"R7 code in the query", "web", "https://app.example/cb?code=1", "must not contain `code`/`state` query parameters"},
		{"R7 state in the query, encoded", "web", "https://app.example/cb?%73tate=1", "must not contain `code`/`state` query parameters"},
		{"R7 iss in the query of a private-use scheme", "native", "com.example.app:/cb?iss=x", "must not contain `code`/`state` query parameters"},
		{"R7 code in the query without a path", "web", "https://app.example?code=1", "must not contain `code`/`state` query parameters"},
		{"a query that parsers read differently", "web", "https://app.example/cb?a;code=1", "has a query that cannot be read"},
		{"R8 private-use scheme without a dot", "native", "myapp:/callback", "private-use scheme needs a dot (as in com.example.app:/callback)"},
		{"R8 a dot at the end is none", "native", "myapp.:/callback", "private-use scheme needs a dot (as in com.example.app:/callback)"},
		{"R8 private-use scheme of a web app", "web", "com.example.app:/callback", "private-use schemes are for native apps only"},
		{"userinfo", "web", "https://user:pw@app.example/cb", "user name and password not allowed"},
		{"userinfo that looks like a host", "web", "https://app.example@evil.example/cb", "user name and password not allowed"},
		{"userinfo in front of loopback", "native", "http://127.0.0.1:80@evil.example/cb", "user name and password not allowed"},
		{"userinfo with a private-use scheme", "native", "com.example.app://a@b/cb", "user name and password not allowed"},
		{"RU-11 backslash authority", "web", `https://evil.example\@app.example/cb`, "backslash not allowed"},
		{"RU-21 CR LF", "web", "https://app.example/cb\r\nX: y", "must not contain spaces or control characters"},
		{"RU-21 CR LF encoded", "web", "https://app.example/cb%0d%0aX", "must not contain spaces or control characters"},
		{"RU-22 NUL", "web", "https://app.example/cb\x00", "must not contain spaces or control characters"},
		{"RU-22 NUL encoded", "web", "https://app.example/cb%00", "must not contain spaces or control characters"},
		{"RU-29 full-width host", "web", "https://ａpp.example/cb", "must be ASCII (write the host in punycode and percent-encode the rest)"},
		{"RU-29 host as a decimal", "web", "https://3221225991/cb", "host must not be a number (write an address with four parts)"},
		{"RU-29 host in hexadecimal", "web", "https://0xc0000207/cb", "host must not be a number (write an address with four parts)"},
		{"RU-29 octal parts", "web", "https://0300.0.2.7/cb", "host must not be a number (write an address with four parts)"},
		{"RU-29 percent-encoded host", "web", "https://app%2eexample/cb", "host is not a name or an address"},
		{"a host with an empty label", "web", "https://app..example/cb", "host is not a name or an address"},
		{"a host with a dot behind it", "web", "https://app.example./cb", "host is not a name or an address"},
		{"an IPv6 address with a zone", "web", "https://[fe80::1%25eth0]/cb", "host is not a name or an address"},
		{"an IPv4 address in brackets", "web", "https://[127.0.0.1]/cb", "host is not a name or an address"},
		{"an empty port", "web", "https://app.example:/cb", "port must be a number from 1 to 65535"},
		{"a port out of range", "web", "https://app.example:65536/cb", "port must be a number from 1 to 65535"},
		{"RU-05 dot segments", "web", "https://app.example/cb/../evil", "path must not contain . or .. segments"},
		{"RU-06 encoded dot segments", "web", "https://app.example/cb/%2e%2e%2fevil", "path must not contain . or .. segments"},
		{"RU-20 doubly encoded ones", "web", "https://app.example/cb/%252e%252e%252fevil", "path must not contain . or .. segments"},
		{"RU-07 matrix parameters", "web", "https://app.example/cb/..;/evil", "path must not contain . or .. segments"},
		{"RU-05 encoded backslash", "web", "https://app.example/cb/..%5cevil", "path must not contain . or .. segments"},
		{"RU-05 a single dot at the end", "web", "https://app.example/cb/.", "path must not contain . or .. segments"},
		{"broken percent-encoding", "web", "https://app.example/%zz", "has a broken percent-encoding"},
		{"RU-20 encoded a thousand times over", "web", "https://app.example/%" + strings.Repeat("25", 900), "has a broken percent-encoding"},
		{"quotes and angle brackets", "web", "https://app.example/<b>", "has a character that URIs cannot have"},
		{"too long", "web", "https://app.example/" + strings.Repeat("a", redirect.MaxLen), "must have at most 2,000 characters"},
		{"a machine", "machine", "https://app.example/cb", "machine clients have no redirect URIs"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := ""
			if p := redirect.Check(row.uri, row.kind); p != nil {
				got = p.Message
			}
			if got != row.want {
				t.Errorf("%q: got %q, want %q", row.uri, got, row.want)
			}
		})
	}
}

func TestNotes(t *testing.T) {
	t.Parallel()
	if got := redirect.Notes("https://app.example/cb", "web"); !slices.Equal(got, []string{"case-sensitive", "trailing slash matters"}) {
		t.Errorf("https: %q", got)
	}
	if got := redirect.Notes("http://localhost:3000/cb", "web"); !strings.Contains(got[2], "development only") {
		t.Errorf("http on loopback, web: %q", got)
	}
	if got := redirect.Notes("http://127.0.0.1/cb", "native"); got[2] != "any port is accepted" {
		t.Errorf("http on loopback, native: %q", got)
	}
}

func FuzzCheck(f *testing.F) {
	for _, uri := range []string{
		"https://app.example/cb", "http://127.0.0.1:80@evil/", "javascript:x", "com.example.app:/cb?a=%", "https://[::1%25]/", "https://a:%30/",
	} {
		f.Add(uri, true)
	}
	f.Fuzz(func(t *testing.T, uri string, native bool) {
		kind := "web"
		if native {
			kind = "native"
		}
		if p := redirect.Check(uri, kind); p != nil {
			if p.Message == "" {
				t.Error("refused without a word")
			}
			return
		}
		if len(uri) > redirect.MaxLen || strings.ContainsAny(uri, "#*\\ \r\n\x00<>\"") {
			t.Errorf("%q was taken", uri)
		}
		lower := strings.ToLower(uri)
		if !native && !strings.HasPrefix(lower, "https://") && !strings.HasPrefix(lower, "http://") {
			t.Errorf("%q was taken for a web app", uri)
		}
		if matched, ok := redirect.Match([]string{uri}, uri, native); !ok || matched != uri {
			t.Errorf("%q does not match itself", uri)
		}
	})
}
