package templates

import "time"

// OrganizationRow is one line of the list of organizations.
type OrganizationRow struct {
	Slug      string
	Name      string
	Parent    string // slug; may be empty
	Members   int64
	Clients   int64
	CreatedAt time.Time
}

// OrganizationList is GET /admin/organizations, searched by q, paged by after.
type OrganizationList struct {
	Layout
	Query string
	After string // cursor of this page; empty on the first
	Next  string // cursor of the next page; empty on the last
	Rows  []OrganizationRow

	MaxClients int // that an organization can publish
}

func (OrganizationList) page() string { return "organization_list" }

// OrganizationNew is GET /admin/organizations/new. The form posts name and slug there.
type OrganizationNew struct {
	Layout
	Errors Errors
	Name   string
	Slug   string
}

func (OrganizationNew) page() string { return "organization_new" }
