// Package redirect owns redirect URIs: which may be registered, and whether the one in a request is registered.
//
//	check.go    a URI against the rules for registration, with a message for the person who typed it
//	host.go     the host's part of these rules
//	path.go     the path's and the query's
//	match.go    the one in a request against the registered ones
//	explain.go  for developers: which registered one was meant, and where the two part
//
// Registration is where imagination is needed: everything that a browser, a proxy or another parser could read in
// another way than we do is refused there. Matching needs none: it compares strings (RFC 9700, section 4.1.3:
// https://www.rfc-editor.org/rfc/rfc9700#section-4.1.3), and parses nothing that a stranger sent. The one exception is
// RFC 8252, section 7.3: the port of a native app's loopback URI is free.
package redirect
