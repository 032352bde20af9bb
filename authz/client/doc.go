// Package client owns what an OAuth client is: its metadata, the rules that metadata keeps, the view of it that every
// request works with, and each change to it.
//
//	metadata.go      the members of RFC 7591 (https://www.rfc-editor.org/rfc/rfc7591#section-2) and of our own
//	decode.go        JSON to Metadata: strict about what we know, silent about what we do not
//	defaults.go      what a client of each kind gets where nothing was said
//	check.go, check_flow.go, check_text.go  the rules; all problems at once, each with its member
//	problem.go       a problem, and which error of RFC 7591, section 3.2.2, a list of them makes
//	client.go        Client: parsed once, then read by many without locks
//	secret.go        which of the live secrets was presented, in constant time
//	registry.go      Registry: create, update, delete ... each one transaction with its audit event
//	registry_secrets.go, registry_end.go, registry_logo.go  the rest of these; registry_read.go reads, registry_rules.go
//	                 has what only the database can answer
//	logo.go          foreign images: bounded before decoded, and always re-encoded
//	registered.go    the registration response (RFC 7591, section 3.2.1)
//
// Four kinds of app exist: web (keeps a secret), spa and native (cannot), machine (acts for itself, has no users). A
// client's kind never changes; its sections of the rules follow from it.
//
// What this package refuses: a public client that could act for itself, wildcards and scripts in URIs, response types
// other than code, key sets with private or symmetric keys, names that hide other names. What it never does: fetch a URL.
package client
