package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/tabwriter"

	"golang.org/x/oauth2"

	"postern/web/demo"
)

// Print writes what the demo is, for people: where to click, who can sign in, and commands to paste, each on one line.
func (d Demo) Print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\nDemo\n\n")
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "  Sign in\t%s\n", d.Issuer)
	fmt.Fprintf(t, "  Demo app\t%s\t%s\n", d.AppURL, d.appNote())
	fmt.Fprintf(t, "  Administrator\t%s\tpassword %s\n", d.Admin.Email, d.Admin.shown())
	fmt.Fprintf(t, "  User\t%s\tpassword %s\n", d.User.Email, d.User.shown())
	for _, row := range []struct {
		what string
		as   demo.Credentials
	}{{"Web app", d.App}, {"Backend", d.Backend}, {"API", d.Resource}} {
		fmt.Fprintf(t, "  %s\tclient_id %s\tclient_secret %s\n", row.what, row.as.ID, row.as.Secret)
	}
	fmt.Fprintf(t, "  Command line\tclient_id %s\t(public, with PKCE)\n", d.CLI)
	t.Flush()
	for _, c := range d.commands() {
		fmt.Fprintf(&b, "\n%s:\n  %s\n", c.what, c.line)
	}
	fmt.Fprintln(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (d Demo) appNote() string {
	if d.AppDown {
		return "(not served: the port is taken)"
	}
	return "(of another company: connect it, and you are asked for consent)"
}

func (l demoLogin) shown() string {
	if l.Changed {
		return "(changed since)"
	}
	return l.Password
}

// demoCommand is a line to paste, or to open in a browser.
type demoCommand struct{ what, line string }

// commands are in the order in which somebody would try them. Each works by itself; only the last needs the code that the
// one before it brings. That pair's PKCE verifier is made here, for these two lines alone.
func (d Demo) commands() []demoCommand {
	verifier := oauth2.GenerateVerifier()
	token := d.post(d.Backend, "/oauth/token", "-d grant_type=client_credentials -d scope=jobs:read")
	use := `-d token="$(` + token + ` | sed -E 's/.*"access_token":"([^"]+)".*/\1/')"`
	return []demoCommand{
		{"What the server can do", "curl -sS " + d.Issuer + "/.well-known/oauth-authorization-server"},
		{"An access token for the backend", token},
		{"What such a token is worth, as an API would ask", d.post(d.Resource, "/oauth/introspect", use)},
		{"The end of such a token", d.post(d.Backend, "/oauth/revoke", "-w ' %{http_code}\\n' "+use)},
		{"A code for the command line: open this, allow it, and copy the code from the address that cannot be reached", d.authorizeURL(verifier)},
		{"Tokens for that code, within a minute: put it in place of CODE", "curl -sS -d grant_type=authorization_code -d client_id=" + d.CLI +
			" -d redirect_uri=" + d.CLIRedirect + " -d code_verifier=" + verifier + " -d code=CODE " + d.Issuer + "/oauth/token"},
	}
}

// post is a request of a client. Its secret has no character that a shell or RFC 6749 2.3.1 would want to see encoded.
func (d Demo) post(as demo.Credentials, path, options string) string {
	return "curl -sS -u " + as.ID + ":" + as.Secret + " " + options + " " + d.Issuer + path
}

func (d Demo) authorizeURL(verifier string) string {
	return d.Issuer + "/oauth/authorize?" + url.Values{
		"response_type": {"code"}, "client_id": {d.CLI}, "redirect_uri": {d.CLIRedirect}, "scope": {"jobs:read"}, "state": {"demo"},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(verifier)}, "code_challenge_method": {"S256"},
	}.Encode()
}
