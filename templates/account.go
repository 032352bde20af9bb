package templates

import "time"

// Membership is one organization that a person belongs to.
type Membership struct {
	Name  string
	Roles []string
}

// AccountProfile is GET /account. The form posts name to /account/profile.
type AccountProfile struct {
	Layout
	Errors      Errors
	Name        string
	Email       string
	Since       time.Time
	Memberships []Membership
}

func (AccountProfile) page() string { return "account_profile" }

// AccountPassword is GET /account/password. The form posts current, password and password_again to /account/password.
type AccountPassword struct {
	Layout
	Errors      Errors
	ChangedAt   time.Time
	MinPassword int // shortest password allowed, in characters
}

func (AccountPassword) page() string { return "account_password" }

// AppAccess is one app that a person has allowed, or a first-party app that they use.
type AppAccess struct {
	ID           string // among the person's apps
	App          App
	FirstParty   bool     // it did not ask
	Scopes       []string // in words
	Organization string
	GrantedAt    time.Time // of a first-party app: when it was first used
	LastUsedAt   time.Time // zero when never
	Unused       bool      // not used for 90 days
}

// AppGroup is the apps that act for a person in one organization.
type AppGroup struct {
	Organization string // may be empty
	Apps         []AppAccess
}

// AccountApps is GET /account/apps. A row's form posts id to /account/apps/revoke; "remove all" posts to
// /account/apps/revoke-all.
type AccountApps struct {
	Layout
	Groups   []AppGroup
	MaxDelay time.Duration // how long an app may still get in after removal (JWT lifetime); 0 when not at all
}

func (AccountApps) page() string { return "account_apps" }

// Unused counts the apps that were not used for 90 days.
func (p AccountApps) Unused() int {
	n := 0
	for _, g := range p.Groups {
		for _, a := range g.Apps {
			if a.Unused {
				n++
			}
		}
	}
	return n
}

// Several says whether there is more than one app.
func (p AccountApps) Several() bool {
	return len(p.Groups) > 1 || len(p.Groups) == 1 && len(p.Groups[0].Apps) > 1
}

// Session is one browser in which a person is signed in.
type Session struct {
	ID        string
	Device    string // in words: "Firefox on Linux"
	Address   string
	StartedAt time.Time
	SeenAt    time.Time
	Current   bool
}

// AccountSessions is GET /account/sessions. A row's form posts id to /account/sessions/end; "sign out everywhere else"
// posts to /account/sessions/end-others.
type AccountSessions struct {
	Layout
	Sessions []Session
}

func (AccountSessions) page() string { return "account_sessions" }
