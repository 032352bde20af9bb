package templates

// Kind is what a scope lets an app do.
type Kind string

// The kinds of scope, from harmless to not.
const (
	Read        Kind = "read"
	ReadWrite   Kind = "write"
	Destructive Kind = "destructive"
)

// Label is the kind in words for people.
func (k Kind) Label() string {
	switch k {
	case ReadWrite:
		return "Can change"
	case Destructive:
		return "Can delete"
	}
	return "Can see"
}

// Tone is the CSS class of the kind's chip.
func (k Kind) Tone() string {
	switch k {
	case ReadWrite:
		return "strong"
	case Destructive:
		return "bad"
	}
	return "plain"
}

// ConsentScope is one thing that an app wants to do.
type ConsentScope struct {
	Name        string // the scope itself
	Title       string // in words: "See your posts"
	Description string
	Kind        Kind
	Sensitive   bool
	Optional    bool // drawn as a check box; all others are part of "Allow"
	Checked     bool // of an optional one
}

// ScopeGroup is the scopes of one resource.
type ScopeGroup struct {
	Title  string
	Scopes []ConsentScope
}

// Account is the signed-in account that a decision is made for.
type Account struct {
	Name  string
	Email string
}

// Consent is GET /consent. The form posts decision (allow, deny), scope (of the ticked optional ones, repeated),
// organization (when there are several) and flow to /consent.
//
// Ids: #consent-page, #allow, #deny.
type Consent struct {
	Layout
	Errors        Errors
	Flow          string
	App           App
	Account       Account
	SwitchURL     string   // "use another account"
	Organizations []Choice // one: named; several: to choose from
	Groups        []ScopeGroup
	Granted       []ScopeGroup // allowed before; when there are any, Groups are marked as new
	Offline       bool         // offline_access is asked for
	RedirectHost  string       // host that the person is sent to next
	Loopback      bool         // that is only ever an app on the person's own device
	RedirectApp   string       // scheme of a private-use redirect URI, instead of RedirectHost
	Approval      string       // reason why an administrator has to approve first; then there is no "Allow"
}

func (Consent) page() string { return "consent" }
