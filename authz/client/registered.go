package client

import "time"

// Registered is the registration response (RFC 7591, section 3.2.1). Secret is there when one was just made, and never
// again.
type Registered struct {
	ID               string `json:"client_id"`
	Secret           string `json:"client_secret,omitempty"`
	IssuedAt         int64  `json:"client_id_issued_at"`                // seconds since 1970
	SecretExpiresAt  *int64 `json:"client_secret_expires_at,omitempty"` // there if Secret is; 0: never
	OrganizationName string `json:"organization_name,omitempty"`
	Metadata
}

// Respond builds the response for a stored client. secret is empty for public clients and whenever none was made;
// expires is its end, zero for none. The error is ErrStored.
func Respond(row Row, secret string, expires time.Time) (Registered, error) {
	m, err := stored(row)
	if err != nil {
		return Registered{}, err
	}
	m.Organization = row.OrgSlug
	r := Registered{ID: row.ID, Secret: secret, IssuedAt: row.CreatedAt.Unix(), OrganizationName: row.OrgName, Metadata: m}
	if secret != "" {
		var end int64
		if !expires.IsZero() {
			end = expires.Unix()
		}
		r.SecretExpiresAt = &end
	}
	return r, nil
}
