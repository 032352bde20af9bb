// Package inbound is what every request passes first: it gets an id, the caller's real address, the security headers of
// the whole house, a place in the log, and a net for panics.
//
// X-Forwarded-For and X-Forwarded-Proto are believed from configured proxies only, Forwarded, X-Forwarded-Host and Host
// never: links come from the issuer (SECURITY requirement 18). Where the issuer is https, a request that came neither
// over TLS nor through such a proxy with X-Forwarded-Proto: https is refused before anything reads it.
package inbound
