// Package signin is what a person meets between an app and its answer, and on the way in and out: authorization,
// sign-in, consent, sign-out, set-up and reset.
//
//	authorize.go  /oauth/authorize  the one place that decides what comes next; every other step returns to it
//	login.go      /login
//	consent.go    /consent
//	logout.go     /logout
//	setup.go      /setup            the first administrator, by a one-time link
//	reset.go      /reset            a new password, by a one-time link
//	flow.go       how a pending request travels: sealed, and bound to the browser by a cookie
//
// Nothing is written until a person has signed in, and nothing readable sits in a hidden field. HEAD is refused where a
// GET could answer with a code.
package signin
