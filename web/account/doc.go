// Package account is what signed-in people see and do about themselves (UX G1 to G4).
//
//	pages.go     the list of URLs, and what every handler here begins and ends with
//	profile.go   /account             name and organizations
//	password.go  /account/password    a new password: the other browsers are signed out, this one gets a new session id
//	apps.go      /account/apps        what apps may do, in words, and taking it away
//	sessions.go  /account/sessions    where somebody is signed in, and ending that
//
// A visitor without a session is sent to sign in and comes back to the page. Every action is a POST that ends with a
// sentence for the next page and a 303. Ids of other people's sessions and consents, of none and of nonsense all get the
// same answer (SECURITY TI-11): identity looks at who owns them.
//
// What is listed as an app is a consent, or the live grants of a first-party app, which has none. Taking an app's access
// away ends both; a first-party app gets in again when the person next uses it.
package account
