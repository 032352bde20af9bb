package templates

import "time"

// OrganizationRow is one line of the list of organizations.
type OrganizationRow struct {
	Slug      string
	Name      string
	Parent    string // slug; may be empty
	Members   int
	Clients   int
	CreatedAt time.Time
}

// OrganizationList is GET /admin/organizations, searched by q, paged by after.
type OrganizationList struct {
	Layout
	Query string
	After string // cursor of this page; empty on the first
	Next  string // cursor of the next page; empty on the last
	Rows  []OrganizationRow
}

func (OrganizationList) page() string { return "organization_list" }
