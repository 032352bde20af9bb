package templates

// Setup is GET /setup: it makes the first administrator. The form posts name, email, password, password_again,
// organization and token to /setup.
type Setup struct {
	Layout
	Errors       Errors
	Token        string
	Name         string
	Email        string
	Organization string
	MinPassword  int // shortest password allowed, in characters
}

func (Setup) page() string { return "setup" }

// ResetPassword is GET /reset. The form posts password, password_again and token to /reset.
type ResetPassword struct {
	Layout
	Errors      Errors
	Token       string
	Email       string // whose password it is
	MinPassword int    // shortest password allowed, in characters
}

func (ResetPassword) page() string { return "reset" }
