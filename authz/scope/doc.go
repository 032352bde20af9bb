// Package scope owns what a scope is called and who may have it: names, lists, a client's allowance, and the decision
// about a request's scope parameter (RFC 6749, section 3.3: https://www.rfc-editor.org/rfc/rfc6749#section-3.3).
//
//	name.go       what a name may look like
//	list.go       a list as requests carry it: separated by spaces, or by commas as some clients do
//	allowance.go  a client's allowance: names, and patterns with a wildcard as their last segment
//	catalogue.go  the scopes that exist
//	decide.go     a request's scopes against the catalogue and the client's allowance; narrowing at refresh
//
// Names are compared byte by byte: Read and read are two scopes. What a Refusal or an error of this package says about a
// name is safe in an error_description: only characters that RFC 6749 allows there, and never much of them.
//
// A wildcard lives in allowances alone. It never enters a grant, and it never covers a reserved scope: those an
// administrator writes out, one by one.
package scope
