package templates

// ErrorPage says what went wrong where no redirect is possible. Id: #error-page.
type ErrorPage struct {
	Layout
	Heading   string // "This link no longer works"
	Message   string // what happened, a sentence
	Advice    string // what to do, a sentence
	RequestID string
	Details   []Detail // for the developer of the app; folded
	Mismatch  *Mismatch
	SignInURL string // offers to sign in, if set
}

func (ErrorPage) page() string { return "error" }

// FormPost sends an authorization response as a form (OAuth 2.0 Form Post Response Mode): by itself with JavaScript,
// with a button without. Its Content-Security-Policy needs form-action for Action's origin.
type FormPost struct {
	Layout
	AppName string
	Action  string // redirect URI
	Fields  []Detail
}

func (FormPost) page() string { return "form_post" }

// SignOut asks whether to sign out. The form posts decision (yes, no) and flow to /logout.
//
// Ids: #logout-page, #logout-yes, #logout-no.
type SignOut struct {
	Layout
	Flow    string
	AppName string // the app that asks; may be empty
}

func (SignOut) page() string { return "signout" }

// SignedOut says that the person is signed out. Id: #logged-out-page.
type SignedOut struct {
	Layout
	ContinueURL  string // where the person came from; may be empty
	ContinueName string
}

func (SignedOut) page() string { return "signed_out" }
