package templates

import "time"

// ClientHead is what all pages of one client show on top.
type ClientHead struct {
	ID           string
	Name         string
	LogoURL      string
	Type         ClientType
	State        State // active, disabled
	Organization string
	FirstParty   bool
	RequirePKCE  bool
	Verified     bool // the operator has checked who publishes it
}

// Snippet is code to copy.
type Snippet struct {
	Label    string // "Go"
	Language string // "go"
	Code     string
}

// ClientOverview is GET /admin/clients/{id}. Its form posts to /admin/clients/{id}/ verify or unverify.
type ClientOverview struct {
	Layout
	Client   ClientHead
	Settings []Detail
	Limits   []Limit
	Snippets []Snippet
}

func (ClientOverview) page() string { return "client_overview" }

// ClientSettings is GET /admin/clients/{id}/settings. The form posts [ClientForm]'s fields there. The logo is a form of
// its own: multipart/form-data with the file logo to /admin/clients/{id}/logo; /admin/clients/{id}/logo/remove removes
// it.
type ClientSettings struct {
	Layout
	Client     ClientHead
	Form       ClientForm
	LogoErrors Errors // field logo
}

func (ClientSettings) page() string { return "client_settings" }

// SecretRow is one secret of a client.
type SecretRow struct {
	ID         string
	Prefix     string // first characters
	LastFour   string
	CreatedBy  string
	CreatedAt  time.Time
	LastUsedAt time.Time
	ExpiresAt  time.Time // zero when never
	State      State     // active, expired, revoked
}

// ClientSecrets is GET /admin/clients/{id}/secrets. The form posts expires (a Choice's value) there to add one.
type ClientSecrets struct {
	Layout
	Client  ClientHead
	Errors  Errors
	Secrets []SecretRow
	Max     int // active secrets allowed at once
	Expires []Choice
}

func (ClientSecrets) page() string { return "client_secrets" }

// Active counts the secrets that work.
func (p ClientSecrets) Active() int {
	n := 0
	for _, s := range p.Secrets {
		if s.State == "active" {
			n++
		}
	}
	return n
}

// ClientSecretShown answers the post that added a secret: the only time that it is shown.
type ClientSecretShown struct {
	Layout
	Client    ClientHead
	Secret    string
	Env       string // lines of a .env file, to download
	ExpiresAt time.Time
}

func (ClientSecretShown) page() string { return "client_secret_shown" }

// ClientSecretRevoke is GET /admin/clients/{id}/secrets/{secret}/revoke; the form posts to the same path.
type ClientSecretRevoke struct {
	Layout
	Client   ClientHead
	Secret   SecretRow
	LastOne  bool  // no other active secret is left
	UsedDay  int64 // uses in the last 24 hours
	UsedWeek int64 // uses in the last 7 days
}

func (ClientSecretRevoke) page() string { return "client_secret_revoke" }

// ErrorCount is how often an OAuth error code was answered.
type ErrorCount struct {
	Code  string
	Count int64
	Last  time.Time
}

// ClientActivity is GET /admin/clients/{id}/activity.
type ClientActivity struct {
	Layout
	Client            ClientHead
	Tokens            Chart
	ErrorCounts       []ErrorCount
	LastAuthorization time.Time
	ActiveGrants      int64
	Failures          []Failure
}

func (ClientActivity) page() string { return "client_activity" }

// ClientAudit is GET /admin/clients/{id}/audit, paged by after.
type ClientAudit struct {
	Layout
	Client  ClientHead
	Entries []AuditEntry
	After   string // cursor of this page; empty on the first
	Next    string // cursor of the next page; empty on the last
}

func (ClientAudit) page() string { return "client_audit" }

// ClientDanger is GET /admin/clients/{id}/danger. Its forms post to /admin/clients/{id}/ transfer (organization),
// revoke-tokens (confirm: the name), disable, enable and delete (confirm: the name). Errors of confirm on
// revoke-tokens have the field revoke_confirm, of the one on delete delete_confirm.
type ClientDanger struct {
	Layout
	Client        ClientHead
	Errors        Errors
	Organizations []Choice
	ActiveGrants  int64
}

func (ClientDanger) page() string { return "client_danger" }
