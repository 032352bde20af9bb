package templates

import "time"

// Site is the operator's branding, the same on every page.
type Site struct {
	Name      string // "Postern" when empty
	LogoURL   string // served by us; the gate mark when empty
	Accent    string // "#rrggbb"; teal when empty
	PolicyURL string // the operator's own privacy policy, if any
	TermsURL  string // the operator's own terms, if any
	Support   string // e-mail address of whoever answers questions, if any
}

// Layout is what every page carries besides its own data; page structs embed it.
type Layout struct {
	Now   time.Time // what relative times are counted from
	User  *Viewer   // who is signed in; nil when nobody is
	Flash string    // what the last action did, shown once as a status
}

// Viewer is the person looking at the page.
type Viewer struct {
	Name    string
	Email   string
	IsAdmin bool
	OrgName string // the organization they act for; may be empty
}

// Choice is one option of a select, a group of radio buttons or of check boxes.
type Choice struct {
	Value    string
	Label    string
	Help     string
	Selected bool
}

// Detail is one named value: a line of a summary or of details for developers.
type Detail struct {
	Name  string
	Value string
	List  []string  // technical words, each by itself, instead of Value
	At    time.Time // before Value, where there is one
}
