package templates

import "time"

// UserRow is one line of the list of users.
type UserRow struct {
	ID        string
	Name      string
	Email     string
	State     State // active, disabled
	IsAdmin   bool
	CreatedAt time.Time
	SeenAt    time.Time
}

// UserList is GET /admin/users, searched by q, filtered by state, paged by after.
type UserList struct {
	Layout
	Query string
	State State
	After string // cursor of this page; empty on the first
	Next  string // cursor of the next page; empty on the last
	Rows  []UserRow
}

func (UserList) page() string { return "user_list" }

// Filtered says whether any filter is set.
func (p UserList) Filtered() bool { return p.Query+string(p.State) != "" }

// UserNew is GET /admin/users/new. The form posts name, email, organization and admin (1) there; the answer is the
// user's page with a reset link.
type UserNew struct {
	Layout
	Errors        Errors
	Name          string
	Email         string
	Organizations []Choice
	Admin         bool
}

func (UserNew) page() string { return "user_new" }

// MemberRow is one organization that a person belongs to, with the roles to choose from.
type MemberRow struct {
	OrgID string
	Name  string
	Roles []Choice
}

// UserPage is GET /admin/users/{id}. Its forms post to /admin/users/{id}/ disable, enable, reset-link, admin (value:
// grant, remove), organizations (organization, role), organizations/remove (organization), sessions/end (id),
// sessions/end-all and apps/revoke (id). The answer to reset-link is this page with ResetLink, the only time that it is
// shown.
type UserPage struct {
	Layout
	Account      UserRow
	Memberships  []MemberRow
	Others       []Choice // organizations that the person is not in
	Roles        []Choice // for one of them
	Sessions     []Session
	Apps         []AppAccess
	ResetLink    string
	ResetExpires time.Time
	Self         bool // the viewer's own page: no disabling oneself
}

func (UserPage) page() string { return "user_page" }
