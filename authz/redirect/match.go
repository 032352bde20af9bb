package redirect

import (
	"slices"
	"strings"
)

// Match tells whether requested is one of registered, and which. Strings are compared byte by byte. Only for native
// clients, and only if registered one is an http URI of 127.0.0.1, [::1] or localhost, any port will do: what stands
// before and after it must be equal (RFC 8252, section 7.3). The browser is sent to requested, not to matched.
func Match(registered []string, requested string, native bool) (matched string, ok bool) {
	if slices.Contains(registered, requested) {
		return requested, true
	}
	if !native {
		return "", false
	}
	host, rest, ok := cutLoopback(requested)
	if !ok {
		return "", false
	}
	for _, r := range registered {
		if h, s, ok := cutLoopback(r); ok && h == host && s == rest {
			return r, true
		}
	}
	return "", false
}

// cutLoopback splits http://127.0.0.1:8000/cb into its parts before and after the port, if it is a loopback URI of
// this plain form. Userinfo does not fit the form: after the host comes a port or the path, and after the port the path.
func cutLoopback(uri string) (host, rest string, ok bool) {
	for _, host := range []string{"http://127.0.0.1", "http://[::1]", "http://localhost"} {
		after, found := strings.CutPrefix(uri, host)
		if !found {
			continue
		}
		if port, hasPort := strings.CutPrefix(after, ":"); hasPort {
			end := strings.IndexAny(port, "/?")
			if end < 0 {
				end = len(port)
			}
			if !validPort(port[:end]) {
				return "", "", false
			}
			after = port[end:]
		}
		return host, after, after == "" || after[0] == '/' || after[0] == '?'
	}
	return "", "", false
}
