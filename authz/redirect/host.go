package redirect

import (
	"net/netip"
	"strconv"
	"strings"
)

const (
	noHost     = "must be absolute: it has no host"
	badHost    = "host is not a name or an address"
	numberHost = "host must not be a number (write an address with four parts)"
	badPort    = "port must be a number from 1 to 65535"
)

// checkAuthority splits host and port, and says what is wrong with them.
func checkAuthority(authority string) (host, message string) {
	host, port, hasPort := cutPort(authority)
	switch {
	case host == "":
		return "", noHost
	case hasPort && !validPort(port):
		return "", badPort
	case strings.HasPrefix(host, "["):
		return host, checkIPv6(host)
	}
	return host, checkName(host)
}

func cutPort(authority string) (host, port string, ok bool) {
	colon := strings.LastIndexByte(authority, ':')
	if colon < 0 || strings.HasSuffix(authority, "]") {
		return authority, "", false
	}
	return authority[:colon], authority[colon+1:], true
}

func validPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0 && port[0] != '0'
}

func checkIPv6(host string) string {
	inner, ok := strings.CutSuffix(host[1:], "]")
	address, err := netip.ParseAddr(inner)
	if !ok || err != nil || !address.Is6() || address.Zone() != "" {
		return badHost
	}
	return ""
}

func checkName(host string) string {
	labels := strings.Split(host, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || strings.ContainsFunc(label, func(r rune) bool { return !nameChar(r) }) {
			return badHost
		}
	}
	// Browsers read a host whose last label is a number as an IPv4 address, in octal and hexadecimal too.
	last := strings.ToLower(labels[len(labels)-1])
	if last[0] >= '0' && last[0] <= '9' && isNumber(last) {
		if _, err := netip.ParseAddr(host); err != nil {
			return numberHost
		}
	}
	return ""
}

func isNumber(label string) bool {
	digits, hex := strings.CutPrefix(label, "0x")
	return !strings.ContainsFunc(digits, func(r rune) bool {
		return !(r >= '0' && r <= '9' || hex && r >= 'a' && r <= 'f')
	})
}

func nameChar(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_'
}

func isLoopback(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "[::1]"
}
