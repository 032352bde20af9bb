// Package oauth is the protocol endpoints' HTTP: it reads forms strictly, hands them to authz/grant, and writes the
// answer. It is the one place where errors become OAuth's JSON (RFC 6749 5.2).
//
//	token.go       POST /oauth/token                      RFC 6749 3.2
//	introspect.go  POST /oauth/introspect                 RFC 7662
//	revoke.go      POST /oauth/revoke                     RFC 7009
//	documents.go   GET  /.well-known/oauth-authorization-server (RFC 8414), /.well-known/jwks.json (RFC 7517)
//	cors.go        what scripts of other origins may read
//
// No endpoint here reads a cookie. /oauth/authorize is in web/signin, since it is a person's browser that asks.
package oauth
