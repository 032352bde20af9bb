package inbound

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

var proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}

func TestForwardedFor(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		header []string
		want   string
	}{
		{"no header: the proxy itself", nil, "10.0.0.1"},
		{"one hop", []string{"192.0.2.7"}, "192.0.2.7"},
		{"PX-06 what stands before the last untrusted hop anybody may have written", []string{"198.51.100.9, 192.0.2.7"}, "192.0.2.7"},
		{"two of our own proxies", []string{"192.0.2.7, 10.2.3.4"}, "192.0.2.7"},
		{"several headers are one list (RFC 9110 5.3)", []string{"198.51.100.9", "192.0.2.7, 10.2.3.4"}, "192.0.2.7"},
		{"only our own proxies", []string{"10.9.9.9, 10.2.3.4"}, "10.9.9.9"},
		{"LG-09 garbage is not an address", []string{"evil'; drop table users, 10.2.3.4"}, "10.2.3.4"},
		{"IPv4 in IPv6 is IPv4", []string{"::ffff:192.0.2.7"}, "192.0.2.7"},
		{"a zone is dropped", []string{"fe80::1%eth0"}, "fe80::1"},
		{"an empty last hop ends the walk", []string{"192.0.2.7, "}, "10.0.0.1"},
		{"a port is not an address", []string{"192.0.2.7:1234"}, "10.0.0.1"},
	} {
		r := &http.Request{Header: http.Header{"X-Forwarded-For": row.header}}
		if got := forwardedFor(r, proxies, netip.MustParseAddr("10.0.0.1")); got.String() != row.want {
			t.Errorf("%s: %s, want %s", row.name, got, row.want)
		}
	}
}

// Whatever the header holds, the answer is an address: one of the untrusted ones in it, or one of our proxies.
func FuzzForwardedFor(f *testing.F) {
	f.Add("192.0.2.7, 10.1.2.3")
	f.Add("::1,,%,fe80::1%x")
	peer := netip.MustParseAddr("10.0.0.1")
	f.Fuzz(func(t *testing.T, header string) {
		r := &http.Request{Header: http.Header{"X-Forwarded-For": {header}}}
		got := forwardedFor(r, proxies, peer)
		if !got.IsValid() || got.Zone() != "" || got.Is4In6() {
			t.Fatalf("%q gave %v", header, got)
		}
	})
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	for name, id := range map[string]string{
		"a good one": "req-1_2.3", "CR LF (CWE-117)": "a\r\nb", "empty": "", "too long": strings.Repeat("a", 65), "markup": "<b>", "blank": "a b",
	} {
		got := requestID(&http.Request{Header: http.Header{"X-Request-Id": {id}}})
		if kept := got == id; kept != (name == "a good one") {
			t.Errorf("%s: became %q", name, got)
		}
		if len(got) > 64 || !plainID(got) {
			t.Errorf("%s: %q is not fit for a log", name, got)
		}
	}
}
