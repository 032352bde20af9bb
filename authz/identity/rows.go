package identity

import "postern/storage"

// What identity is about, as stored.
type (
	ID           = storage.ID
	User         = storage.User
	Session      = storage.Session
	Organization = storage.Organization
	Membership   = storage.Membership
	Consent      = storage.Consent
	Page         = storage.Page
	UserFilter   = storage.UserFilter
	Failure      = storage.Failure
)

// ParseID reads an id as it stands in a URL or form.
func ParseID(s string) (ID, error) { return storage.ParseID(s) }
