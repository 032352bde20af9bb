package redirect

import (
	"fmt"
	"strings"
)

// MaxLen bounds a redirect URI, in bytes.
const MaxLen = 2000

// Problem is why a URI cannot be registered.
type Problem struct{ Message string }

// Error returns the message, which says nothing of the URI itself.
func (p *Problem) Error() string { return p.Message }

// What is said of a URI that cannot be registered. They read as the end of a sentence that begins with the URI.
const (
	notAbsolute    = "must be absolute"
	notHTTPS       = "must use https (http allowed only for localhost/127.0.0.1/[::1])"
	hasFragment    = "fragment not allowed"
	hasWildcard    = "wildcards not allowed"
	isScript       = "scheme javascript/data/vbscript not allowed"
	hasAnswer      = "must not contain `code`/`state` query parameters"
	tooLong        = "must have at most 2,000 characters"
	notPrintable   = "must not contain spaces or control characters"
	notASCII       = "must be ASCII (write the host in punycode and percent-encode the rest)"
	hasBackslash   = "backslash not allowed"
	hasUserinfo    = "user name and password not allowed"
	hasDotSegment  = "path must not contain . or .. segments"
	badEncoding    = "has a broken percent-encoding"
	badQuery       = "has a query that cannot be read"
	noDot          = "private-use scheme needs a dot (as in com.example.app:/callback)"
	notNative      = "private-use schemes are for native apps only"
	machineHasNone = "machine clients have no redirect URIs"
)

// Check returns nil if a client of this kind (web, spa, native or machine) can register uri, or else the first reason
// why not.
func Check(uri, kind string) *Problem {
	if kind == "machine" {
		return &Problem{machineHasNone}
	}
	if message := checkCharacters(uri); message != "" {
		return &Problem{message}
	}
	scheme, rest, ok := cutScheme(uri)
	if !ok {
		return &Problem{notAbsolute}
	}
	if message := checkScheme(scheme, rest, kind); message != "" {
		return &Problem{message}
	}
	if message := checkRest(rest); message != "" {
		return &Problem{message}
	}
	return nil
}

// Notes returns what somebody who registers uri should know about it though it is allowed.
func Notes(uri, kind string) []string {
	notes := []string{"case-sensitive", "trailing slash matters"}
	if _, _, loopback := cutLoopback(uri); loopback {
		if kind == "native" {
			return append(notes, "any port is accepted")
		}
		return append(notes, "http is for development only, and the port must be this one")
	}
	return notes
}

func checkCharacters(uri string) string {
	switch {
	case len(uri) > MaxLen:
		return tooLong
	case strings.ContainsFunc(uri, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return notPrintable
	case strings.ContainsFunc(uri, func(r rune) bool { return r > 0x7f }):
		return notASCII
	case strings.Contains(uri, `\`):
		return hasBackslash
	case strings.Contains(uri, "#"):
		return hasFragment
	case strings.Contains(uri, "*"):
		return hasWildcard
	case strings.ContainsAny(uri, "\"<>^`{|}"):
		return "has a character that URIs cannot have"
	}
	return ""
}

// cutScheme splits at the first colon if what stands before it is a scheme (RFC 3986, section 3.1).
func cutScheme(uri string) (scheme, rest string, ok bool) {
	scheme, rest, ok = strings.Cut(uri, ":")
	if !ok || scheme == "" || rest == "" {
		return "", "", false
	}
	scheme = strings.ToLower(scheme)
	legal := !strings.ContainsFunc(scheme, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '+' || r == '-' || r == '.')
	})
	return scheme, rest, legal && scheme[0] >= 'a' && scheme[0] <= 'z'
}

func checkScheme(scheme, rest, kind string) string {
	switch scheme {
	case "https", "http":
		return checkWeb(scheme, rest)
	case "javascript", "data", "vbscript":
		return isScript
	case "about", "blob", "file", "filesystem", "ftp", "intent", "mailto", "urn", "view-source", "ws", "wss":
		return fmt.Sprintf("scheme %s not allowed", scheme)
	}
	switch {
	case !strings.Contains(strings.Trim(scheme, "."), "."):
		return noDot
	case kind != "native":
		return notNative
	}
	return checkUserinfo(rest)
}

func checkWeb(scheme, rest string) string {
	rest, ok := strings.CutPrefix(rest, "//")
	if !ok {
		return notAbsolute
	}
	authority := rest
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		authority = rest[:i]
	}
	if strings.Contains(authority, "@") {
		return hasUserinfo
	}
	host, message := checkAuthority(authority)
	if message != "" {
		return message
	}
	if scheme == "http" && !isLoopback(host) {
		return notHTTPS
	}
	return ""
}

func checkUserinfo(rest string) string {
	authority, ok := strings.CutPrefix(rest, "//")
	if i := strings.IndexAny(authority, "/?"); i >= 0 {
		authority = authority[:i]
	}
	if ok && strings.Contains(authority, "@") {
		return hasUserinfo
	}
	return ""
}
