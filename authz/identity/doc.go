// Package identity decides who somebody is and what they allowed: users, organizations and memberships, signing in and
// out, reset and set-up links, consents.
//
//	directory.go     Directory, which has all decisions; its settings and their bounds
//	email.go name.go what an address, a name and a slug may be; which spellings are one address
//	user.go profile.go state.go admin.go   the life of a user
//	password.go reset.go setup.go          setting passwords: knowing the old one, by link, the very first one
//	organization.go membership.go          organizations and who is in them
//	signin.go prove.go device.go           the sign-in decision, and the cookie that lets owners through under attack
//	lock.go                                what keeps decisions made at the same moment apart
//	session.go agent.go                    signed-in browsers
//	need.go consent.go                     what a user allowed an app, when to ask again
//	apps.go revoke.go                      which apps can act for a user, how that ends
//
// Whatever changes somebody's rights is one transaction with its audit event. Ending a user's rights (disabling,
// resetting, signing out everywhere) adds one to their epoch: sessions, grants and access tokens that carry an older one
// are dead at once, on every node, without a clock being compared.
//
// Sessions end 7 days after they were last used and 30 days after they began, whatever happens (OWASP ASVS 3.3.2); both
// are settings. A session id is made at sign-in and never taken from the browser, so nobody can fix one beforehand.
//
// A sign-in is recorded by its session row and a counter. The audit trail has each sign-in and sign-out of an
// administrator, and of others the first sign-in of a day: a million sign-ins must not leave a million rows.
//
// Links (reset, set-up) have no row either. They are sealed, and a reset link holds a fingerprint of the password,
// address and epoch that it was made for: using it changes them, so it works once, and any other change ends it too.
//
// It refuses: telling whether an address is known (same answer, same work), a sign-in of a disabled user, leaving the
// server without an administrator, showing one user another's sessions or consents (they answer like missing ones).
package identity
