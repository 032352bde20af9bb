// Package demo is the app of another company that `serve --dev` shows: a web app that knows the server only through
// OAuth 2.0, by golang.org/x/oauth2, and a small API of its own.
//
//	app.go       configuration and the list of URLs
//	provider.go  what the server says of itself (RFC 8414)
//	visit.go     who is connected: in memory, bounded, by an opaque cookie
//	connect.go   /connect and /callback: PKCE (RFC 7636), state, and the issuer in the answer (RFC 9207)
//	tokens.go    /connected, /refresh and /forget
//	call.go      /call: the app calls the API
//	jobs.go      /api/jobs: the API, which asks the server what a token is worth (RFC 7662)
//
// It is served on an origin of its own, so that it is another site to browsers too. Tokens never reach the browser: the
// pages show their ends. On a loopback host browsers send the cookies of one port to all others, so its cookie has a name
// that the server does not use.
package demo
