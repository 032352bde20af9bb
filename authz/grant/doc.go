// Package grant decides what the protocol endpoints answer: authorization, token, introspection and revocation. It is
// the seam to fosite, whose handlers run the flows over storage and strategies of our own.
//
//	Authorize   reads and proves an authorization request          RFC 6749 4.1.1, 7636, 9207; OpenID Connect Core 3.1.2.1
//	Decide      says what comes next: sign in, consent, respond
//	Token       code, refresh token, client credentials to tokens  RFC 6749 4.1.3, 4.4, 6
//	Introspect  what a token is worth now                          RFC 7662
//	Revoke      ends a token, or a grant with all its tokens       RFC 7009
//
// Rows stand for grants, none for tokens. Redeeming a code is one INSERT (storage.Store.InsertGrant) whose key is the
// single-use guard; refreshing is one UPDATE (RotateGrant), a compare-and-swap on the generation. Both carry all that
// must be live in their conditions, so nothing is checked before and changed after.
//
// What it refuses: everything that it cannot prove. An error reaches the app's redirect URI only after the client and
// that URI are proven; before, it is for a page. Every refusal has an outside (an RFC's error code and a description
// for the developer) and an inside (the precise reason, for logs and the administrator's pages).
//
// fosite v0.49.0 is used through explicit handlers; seam.go lists them. What it does badly is ours: client
// authentication, introspection, revocation, redirect URIs, scopes and every error's last form.
package grant
