package signin

import (
	"net/url"
	"testing"
)

func TestDestination(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		uri, host, scheme string
		loopback          bool
	}{
		{"https://app.example/cb", "app.example", "", false},
		{"https://app.example:8443/cb?x=1", "app.example:8443", "", false},
		{"https://app.example?x=https://other.example/", "app.example", "", false},
		{"http://127.0.0.1:5000/cb", "127.0.0.1:5000", "", true},
		{"http://[::1]:5000/cb", "[::1]:5000", "", true},
		{"http://[::1]/cb", "[::1]", "", true},
		{"http://localhost/cb", "localhost", "", true},
		{"https://localhost.evil.example/cb", "localhost.evil.example", "", false},
		{"com.example.app:/cb", "", "com.example.app", false},
	} {
		host, scheme, loopback := destination(row.uri)
		if host != row.host || scheme != row.scheme || loopback != row.loopback {
			t.Errorf("%s: %q, %q, %t", row.uri, host, scheme, loopback)
		}
	}
}

// The host that a person is shown is the host that the browser goes to.
func FuzzDestination(f *testing.F) {
	f.Add("https://app.example:8443/cb?x=1")
	f.Add("http://[::1]:80/")
	f.Add("com.example:/x")
	f.Fuzz(func(t *testing.T, uri string) {
		u, err := url.Parse(uri)
		if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.Fragment != "" {
			return // authz/redirect registers none of these
		}
		if host, _, _ := destination(uri); u.Scheme+"://"+host != u.Scheme+"://"+u.Host && uri[:6] == "https:" && uri[6:8] == "//" {
			t.Fatalf("%q: shown %q, sent to %q", uri, host, u.Host)
		}
	})
}
