package inbound

import (
	"net/http"
	"net/netip"
	"strings"
)

// peerOf is the address at the other end of the connection.
func peerOf(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return peer.Addr().Unmap().WithZone("")
}

func contains(prefixes []netip.Prefix, a netip.Addr) bool {
	for _, p := range prefixes {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// forwardedFor walks X-Forwarded-For from its end, where our own proxy wrote, to the first address that is not a trusted
// proxy. What stands before that anybody may have written (CWE-348). Something unreadable ends the walk.
func forwardedFor(r *http.Request, proxies []netip.Prefix, peer netip.Addr) netip.Addr {
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	last := peer
	for i := len(hops) - 1; i >= 0; i-- {
		a, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return last
		}
		last = a.Unmap().WithZone("")
		if !contains(proxies, last) {
			return last
		}
	}
	return last
}
