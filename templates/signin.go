package templates

// App is how people see a client: who asks, and who answers for it.
type App struct {
	Name      string
	LogoURL   string // served by us; the first letter of the name when empty
	HomeURL   string
	Publisher string // user or organization that registered it
	Contact   string // e-mail address
	PolicyURL string
	TermsURL  string
	Verified  bool   // the operator has checked the publisher
	IDHost    string // host of the client_id, for clients that are known by a URL: shown as their identity
}

// SignIn is GET /login. The form posts username, password and flow to /login.
//
// Ids: #login-page, #username, #password, #login.
type SignIn struct {
	Layout
	Errors   Errors
	Flow     string // sealed pending request; may be empty
	App      *App   // the app the person is on the way to; nil for our own pages
	Username string // what was typed, or the login hint
	Reason   string // why a signed-in person is asked again; may be empty
}

func (SignIn) page() string { return "signin" }
