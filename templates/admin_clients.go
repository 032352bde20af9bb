package templates

import "time"

// ClientType is what kind of program a client is.
type ClientType string

// The types of client.
const (
	WebClient     ClientType = "web"
	SPAClient     ClientType = "spa"
	NativeClient  ClientType = "native"
	MachineClient ClientType = "machine"
)

// Label is the type in words.
func (t ClientType) Label() string {
	switch t {
	case WebClient:
		return "Web app"
	case SPAClient:
		return "Single-page app"
	case NativeClient:
		return "Native app or command line"
	case MachineClient:
		return "Machine"
	}
	return string(t)
}

// Redirects says whether clients of this type send people to us.
func (t ClientType) Redirects() bool { return t != MachineClient }

// Public says whether clients of this type cannot keep a secret.
func (t ClientType) Public() bool { return t == SPAClient || t == NativeClient }

// RedirectHelp says what redirect URIs of this type may look like.
func (t ClientType) RedirectHelp() string {
	if t == NativeClient {
		return "One per line. http://127.0.0.1, http://[::1] and http://localhost match on every port; " +
			"a scheme of your own has to contain a dot, as in com.example.app:/callback. All else is compared character " +
			"by character: case and a slash at the end matter. No wildcards and no fragments."
	}
	return "One per line. Compared character by character: case and a slash at the end matter. https only, except for " +
		"this computer (http://127.0.0.1, http://[::1], http://localhost). No wildcards and no fragments."
}

// ClientRow is one line of the list of clients.
type ClientRow struct {
	ID           string
	Name         string
	LogoURL      string
	Type         ClientType
	State        State // active, disabled
	Organization string
	CreatedAt    time.Time
	LastUsedAt   time.Time
}

// Limit is how much of an allowance is used.
type Limit struct {
	Name string // "Redirect URIs"
	Used int
	Max  int
}

// ClientList is GET /admin/clients, searched by q, filtered by type and state, paged by after.
type ClientList struct {
	Layout
	Query string
	Type  ClientType
	State State
	After string // cursor of this page; empty on the first
	Next  string // cursor of the next page; empty on the last
	Rows  []ClientRow
	Limit *Limit // of clients; nil when there is none
}

func (ClientList) page() string { return "client_list" }

// Filtered says whether any filter is set.
func (p ClientList) Filtered() bool { return p.Query+string(p.Type)+string(p.State) != "" }

// ClientChoose is GET /admin/clients/new without type: it links to /admin/clients/new?type=web, spa, native, machine.
type ClientChoose struct{ Layout }

func (ClientChoose) page() string { return "client_choose" }

// ScopeChoices is the scopes of one group to tick.
type ScopeChoices struct {
	Title  string
	Scopes []Choice // Value the scope, Label its title
}

// ClientForm is the fields of a client, as typed. The names that are posted: client_name, client_uri, description,
// redirect_uris (one a line), grant_types (repeated), scope (repeated), scope_patterns, organization, contacts,
// policy_uri, tos_uri, require_pkce (1), access_token_format (opaque, jwt), access_token_ttl, refresh_token_ttl
// (durations such as 15m, 720h), first_party (1), client_type, version.
type ClientForm struct {
	Errors          Errors
	Version         int64 // of the client that the form was made from; 0 for a new one
	Type            ClientType
	Name            string
	HomeURL         string
	Description     string
	RedirectURIs    string
	Grants          []Choice
	Scopes          []ScopeChoices
	ScopePatterns   string // such as jobs:*, separated by spaces
	Organizations   []Choice
	Contacts        string
	PolicyURL       string
	TermsURL        string
	RequirePKCE     bool
	JWT             bool // access tokens are JWTs
	AccessTTL       string
	RefreshTTL      string
	FirstParty      bool
	MaxRedirectURIs int // 0 when there is no limit
}

// ClientNew is GET /admin/clients/new?type=. The form posts [ClientForm]'s fields to /admin/clients/new.
type ClientNew struct {
	Layout
	Form ClientForm
}

func (ClientNew) page() string { return "client_new" }

// ClientCreated answers the post to /admin/clients/new: the only time that the secret is shown.
type ClientCreated struct {
	Layout
	Client   ClientHead
	Secret   string // empty for public clients
	Env      string // lines of a .env file, to download
	Snippets []Snippet
}

func (ClientCreated) page() string { return "client_created" }
