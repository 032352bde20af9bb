package system_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"postern/cmd/system/systemtest"
	"postern/storage"
)

// Clients of the security tests, beside webApp, nativeApp and machine.
const (
	spaApp    = `{"client_name":"SPA","kind":"spa","redirect_uris":["https://spa.example/cb"],"scope":"jobs:*"}`
	postApp   = `{"client_name":"Poster","redirect_uris":["https://poster.example/cb"],"scope":"jobs:*","token_endpoint_auth_method":"client_secret_post"}`
	otherApp  = `{"client_name":"Other","redirect_uris":["https://other.example/cb"],"scope":"jobs:*"}`
	legacyApp = `{"client_name":"Legacy","redirect_uris":["https://legacy.example/cb"],"scope":"jobs:*","require_pkce":false}`
	jwtApp    = `{"client_name":"Signed","redirect_uris":["https://signed.example/cb"],"scope":"jobs:*","access_token_format":"jwt"}`
)

// answer is what came back.
type answer struct {
	Status int
	Header http.Header
	Body   string
}

func send(t testing.TB, r *http.Request) answer {
	t.Helper()
	resp, body := systemtest.Do(t, r)
	return answer{resp.StatusCode, resp.Header, body}
}

// document is an answer's JSON object; empty if it is none.
func (a answer) document() map[string]any {
	var d map[string]any
	_ = json.Unmarshal([]byte(a.Body), &d)
	return d
}

// code is the OAuth error code of an answer, or empty.
func (a answer) code() string {
	code, _ := a.document()["error"].(string)
	return code
}

// tokenFree tells whether an answer has no token in it.
func (a answer) tokenFree() bool {
	return !strings.Contains(a.Body, "access_token") && !strings.Contains(a.Body, "pat_") && !strings.Contains(a.Body, "prt_")
}

// basic is the header of client_secret_basic.
func basic(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id)+":"+url.QueryEscape(secret)))
}

// as adds a client's authentication, by its registered way, to a form; it returns the headers that are needed besides.
func as(c systemtest.Client, form url.Values) (url.Values, []string) {
	form = clone(form)
	if c.Secret == "" {
		form.Set("client_id", c.ID)
		return form, nil
	}
	return form, []string{"Authorization", basic(c.ID, c.Secret)}
}

// tell sends a form to an endpoint as a client.
func tell(t testing.TB, s *systemtest.Server, path string, c systemtest.Client, form url.Values) answer {
	t.Helper()
	form, headers := as(c, form)
	return send(t, s.Request(http.MethodPost, path, form, headers...))
}

// authorizeURL is a good authorization request with changes.
func authorizeURL(app systemtest.Client, change ...string) string {
	return "/oauth/authorize?" + with(good(app), change...).Encode()
}

// codeWith gets a code for a request with changes; no challenge is sent if verifier is empty.
func (x session) codeWith(t *testing.T, verifier string, change ...string) url.Values {
	t.Helper()
	proof := []string{"code_challenge", "", "code_challenge_method", ""}
	if verifier != "" {
		proof = []string{"code_challenge", oauth2.S256ChallengeFromVerifier(verifier)}
	}
	query := authorize(t, x.b, authorizeURL(x.app, append(proof, change...)...), "user@example.com")
	if query.Get("code") == "" {
		t.Fatalf("no code: %v", query)
	}
	form := url.Values{"grant_type": {"authorization_code"}, "code": {query.Get("code")}, "redirect_uri": {x.app.Redirect}}
	if verifier != "" {
		form.Set("code_verifier", verifier)
	}
	return form
}

// manglings are texts that are not the credential but that a lenient comparison might take for it.
func manglings(text string) map[string]string {
	middle, last := len(text)/2, len(text)-1
	return map[string]string{
		"one character changed":        text[:middle] + other(text[middle]) + text[middle+1:],
		"the first character changed":  other(text[0]) + text[1:],
		"the last character changed":   text[:last] + other(text[last]),
		"cut by one character":         text[:last],
		"cut in half":                  text[:middle],
		"its prefix alone":             text[:4],
		"without its prefix":           text[4:],
		"a suffix":                     text + "x",
		"doubled":                      text + text,
		"padding":                      text + "=",
		"upper case":                   strings.ToUpper(text),
		"lower case":                   strings.ToLower(text),
		"another case of the prefix":   strings.ToUpper(text[:4]) + text[4:],
		"a blank before":               " " + text,
		"a blank behind":               text + " ",
		"a tab behind":                 text + "\t",
		"a line break behind":          text + "\n",
		"a line break inside":          text[:middle] + "\r\n" + text[middle:],
		"a NUL behind":                 text + "\x00",
		"a NUL and more behind":        text + "\x00more",
		"a no-break space behind":      text + "\u00a0",
		"a zero-width space inside":    text[:middle] + "\u200b" + text[middle:],
		"percent-encoded once more":    "%" + hexOf(text[0]) + text[1:],
		"full-width letter":            "\uff50" + text[1:],
		"quoted":                       `"` + text + `"`,
		"the standard base64 alphabet": strings.NewReplacer("-", "+", "_", "/").Replace(text),
	}
}

func hexOf(c byte) string { return string("0123456789abcdef"[c>>4]) + string("0123456789abcdef"[c&15]) }

func other(c byte) string {
	if c == 'A' {
		return "B"
	}
	return "A"
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func userID(t testing.TB, s *systemtest.Server, email string) storage.ID {
	t.Helper()
	u, err := s.People.UserByEmail(t.Context(), email)
	check(t, err)
	return u.ID
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// eventually asks until something holds, for as long as a change may take to be in force: a second (DESIGN.md 1), and
// more only because tests share a machine.
func eventually(t testing.TB, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if holds() {
			return
		}
	}
	t.Fatal("it does not come into force")
}
