package event

// The names of events. A name is object.verb-in-the-past; it is stored, filtered by and never renamed.
const (
	ClientCreated       = "client.created"
	ClientUpdated       = "client.updated"
	ClientLogoChanged   = "client.logo_changed"
	ClientLogoRemoved   = "client.logo_removed"
	ClientSecretAdded   = "client.secret_added"
	ClientSecretExpires = "client.secret_expires"
	ClientSecretRevoked = "client.secret_revoked"
	ClientTokensRevoked = "client.tokens_revoked"
	ClientVerified      = "client.verified"
	ClientUnverified    = "client.unverified"
	ClientTransferred   = "client.transferred"
	ClientDisabled      = "client.disabled"
	ClientEnabled       = "client.enabled"
	ClientDeleted       = "client.deleted"

	ConsentGiven   = "consent.given"
	ConsentRevoked = "consent.revoked"

	GrantReused  = "grant.reused"
	GrantStolen  = "grant.stolen"
	GrantRevoked = "grant.revoked"

	KeyCreated    = "key.created"
	KeyRotated    = "key.rotated"
	KeyRevoked    = "key.revoked"
	SecretRotated = "secret.rotated"

	MembershipAdded   = "membership.added"
	MembershipChanged = "membership.changed"
	MembershipRemoved = "membership.removed"

	OrgCreated = "org.created"
	OrgUpdated = "org.updated"

	ScopeCreated = "scope.created"
	ScopeUpdated = "scope.updated"
	ScopeDeleted = "scope.deleted"

	SessionEnded = "session.ended"

	SettingChanged = "setting.changed"
	SetupCompleted = "setup.completed"

	UserCreated             = "user.created"
	UserUpdated             = "user.updated"
	UserAdminGiven          = "user.admin_given"
	UserAdminTaken          = "user.admin_taken"
	UserPasswordChanged     = "user.password_changed"
	UserPasswordReset       = "user.password_reset"
	UserResetLinkMade       = "user.reset_link_made"
	UserSignedIn            = "user.signed_in"
	UserSignedOut           = "user.signed_out"
	UserSignedOutEverywhere = "user.signed_out_everywhere"
	UserDisabled            = "user.disabled"
	UserEnabled             = "user.enabled"
	UserDeleted             = "user.deleted"
)

// Objects are what an entry is about. With the object's id they find its history.
const (
	ObjectClient       = "client"
	ObjectConsent      = "consent"
	ObjectGrant        = "grant"
	ObjectKey          = "key"
	ObjectOrganization = "organization"
	ObjectScope        = "scope"
	ObjectSession      = "session"
	ObjectSetting      = "setting"
	ObjectUser         = "user"
)

// Name is the name of an event, as it is stored.
type Name = string

// row is a name and what it says to people.
type row struct {
	name     Name
	sentence string
}

// table is every event, in the order in which a list of choices shows them.
var table = []row{
	{ClientCreated, "Registered an app."},
	{ClientUpdated, "Changed the settings of an app."},
	{ClientLogoChanged, "Changed the logo of an app."},
	{ClientLogoRemoved, "Removed the logo of an app."},
	{ClientSecretAdded, "Added a secret to an app."},
	{ClientSecretExpires, "Set when a secret of an app expires."},
	{ClientSecretRevoked, "Revoked a secret of an app."},
	{ClientTokensRevoked, "Revoked every token of an app."},
	{ClientVerified, "Marked an app as verified."},
	{ClientUnverified, "Took the verified mark from an app."},
	{ClientTransferred, "Moved an app to another publisher."},
	{ClientDisabled, "Disabled an app and ended its tokens."},
	{ClientEnabled, "Enabled an app."},
	{ClientDeleted, "Deleted an app."},
	{ConsentGiven, "Allowed an app to act for them."},
	{ConsentRevoked, "Removed an app's access."},
	{GrantReused, "An authorization code was used twice; what it gave was revoked."},
	{GrantStolen, "An old refresh token was used; its whole grant was revoked."},
	{GrantRevoked, "Revoked a grant and its tokens."},
	{KeyCreated, "Made a key."},
	{KeyRotated, "Rotated a key."},
	{KeyRevoked, "Revoked a key and all that it made."},
	{SecretRotated, "Replaced the server's secret."},
	{MembershipAdded, "Added a member to an organization."},
	{MembershipChanged, "Changed a member's role."},
	{MembershipRemoved, "Removed a member from an organization."},
	{OrgCreated, "Created an organization."},
	{OrgUpdated, "Changed an organization."},
	{ScopeCreated, "Added a scope."},
	{ScopeUpdated, "Changed a scope."},
	{ScopeDeleted, "Deleted a scope."},
	{SessionEnded, "Ended a session."},
	{SettingChanged, "Changed a setting."},
	{SetupCompleted, "Completed the set-up."},
	{UserCreated, "Created a user."},
	{UserUpdated, "Changed a user's profile."},
	{UserAdminGiven, "Made a user an administrator."},
	{UserAdminTaken, "Took administrator rights from a user."},
	{UserPasswordChanged, "Changed a password."},
	{UserPasswordReset, "Set a new password with a reset link."},
	{UserResetLinkMade, "Made a password reset link."},
	{UserSignedIn, "Signed in."},
	{UserSignedOut, "Signed out."},
	{UserSignedOutEverywhere, "Signed out everywhere."},
	{UserDisabled, "Disabled a user and ended their access."},
	{UserEnabled, "Enabled a user."},
	{UserDeleted, "Deleted a user."},
}

// sentences is table by name.
var sentences = func() map[string]string {
	m := make(map[string]string, len(table))
	for _, r := range table {
		m[r.name] = r.sentence
	}
	return m
}()

// Sentence says in words what an event with this name is. A name that is not in the table, as an older or newer server
// may have written, is returned as it is.
func Sentence(name Name) string {
	if s, ok := sentences[name]; ok {
		return s
	}
	return name
}

// Known tells whether name is in the table.
func Known(name Name) bool { return sentences[name] != "" }

// Names returns every name, in the order of the table.
func Names() []Name {
	names := make([]Name, len(table))
	for i, r := range table {
		names[i] = r.name
	}
	return names
}
