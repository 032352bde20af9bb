package templates

// DemoLinks are the URLs of the demo's app.
type DemoLinks struct {
	Home    string
	Connect string // starts the authorization
	Call    string // posts: calls the API
	Refresh string // posts: refreshes the access token
	Forget  string // posts: forgets the tokens
}

// DemoHome is the first page of the demo's app.
type DemoHome struct {
	Layout
	Links     DemoLinks
	Connected bool
}

func (DemoHome) page() string { return "demo_home" }

// DemoResult is what came back from the authorization or a refresh. Tokens are masked by whoever fills it in.
type DemoResult struct {
	Layout
	Links      DemoLinks
	Refreshed  bool // after a refresh instead of an authorization
	Person     string
	Scopes     []string
	Answer     []Detail // of the token endpoint
	Claims     []Detail // of the ID token
	HasRefresh bool
}

func (DemoResult) page() string { return "demo_result" }

// DemoCall is the answer of the API that the demo called.
type DemoCall struct {
	Layout
	Links   DemoLinks
	Request string // "GET https://.../v1/me"
	Status  int
	Body    string
}

func (DemoCall) page() string { return "demo_call" }

// DemoError is an answer that said no.
type DemoError struct {
	Layout
	Links       DemoLinks
	Code        string // access_denied
	Description string
}

func (DemoError) page() string { return "demo_error" }
