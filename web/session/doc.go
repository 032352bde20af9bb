// Package session is a signed-in browser as gorilla/sessions sees it. The store is the table of sessions: a cookie holds
// one opaque, tagged id (authz/token) and nothing else, the row holds the rest, including the flashes that say on the
// next page what was done.
//
// A cookie is believed only after its tag is proven, so strangers cost no SQL; ids are made by the server at sign-in and
// never taken over from a browser (CWE-384). Over https the cookie is __Host-postern_session: Secure, host-only, for all
// paths. On a loopback http issuer it is postern_session. Both are HttpOnly and SameSite=Lax.
package session
