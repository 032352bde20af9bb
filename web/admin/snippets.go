package admin

import (
	"embed"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"postern/authz/client"
	"postern/templates"
)

// Code in each language, with places for what is a client's own. Tests run it against a server.
//
//go:embed snippets
var snippetFiles embed.FS

// snippet is one of them: its file is machine or code (or, for JavaScript of a single-page app, browser) and this end.
type snippet struct {
	label, language, end string
	quote                func(string) string
	auth                 func(*proof) // what the language writes about authentication
}

var snippetTable = []snippet{
	{"curl", "sh", ".sh", shellQuote, (*proof).shell},
	{"Go", "go", ".go.txt", strconv.Quote, func(*proof) {}},
	{"JavaScript", "js", ".mjs", strconv.Quote, (*proof).javaScript},
	{"Python", "python", ".py", strconv.Quote, (*proof).python},
}

// proof is how a client authenticates, as one language writes it. The secret itself is never in it: code reads it from
// the environment.
type proof struct {
	method, id      string
	options         string // of curl
	headers, fields string // of HTTP, and of the form
}

// shellQuote makes text one word of a shell, whatever is in it: redirect URIs can have $ and quotes.
func shellQuote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

func (a *proof) shell() {
	switch a.method {
	case client.AuthBasic:
		a.options = `-u "` + a.id + `:$CLIENT_SECRET"`
	case client.AuthPost:
		a.options = "-d client_id=" + a.id + ` --data-urlencode "client_secret=$CLIENT_SECRET"`
	default:
		a.options = "-d client_id=" + a.id
	}
}

func (a *proof) javaScript() {
	a.headers = "{}"
	switch a.method {
	case client.AuthBasic:
		a.headers = "{ authorization: `Basic ${btoa(`${clientId}:${process.env.CLIENT_SECRET}`)}` }"
	case client.AuthPost:
		a.fields = " client_id: clientId, client_secret: process.env.CLIENT_SECRET,"
	default:
		a.fields = " client_id: clientId,"
	}
}

func (a *proof) python() {
	a.headers = "{}"
	switch a.method {
	case client.AuthBasic:
		a.headers = `{"Authorization": "Basic " + base64.b64encode(f"{client_id}:{os.environ['CLIENT_SECRET']}".encode()).decode()}`
	case client.AuthPost:
		a.fields = ` "client_id": client_id, "client_secret": os.environ["CLIENT_SECRET"],`
	default:
		a.fields = ` "client_id": client_id,`
	}
}

// snippets is code that gets a token as this client (UX R15): with its id, its first redirect URI, PKCE, and those of
// its scopes that exist.
func (p *Pages) snippets(v *visit, d client.Detail) ([]templates.Snippet, error) {
	catalogue, err := p.c.Mirror.Scopes(v.ctx())
	if err != nil {
		return nil, err
	}
	scopes := slices.DeleteFunc(strings.Fields(d.Document.Scope), func(name string) bool {
		_, exists := catalogue.Lookup(name)
		return !exists
	})
	var list []templates.Snippet
	for _, s := range snippetTable {
		code, err := p.fill(s, d, strings.Join(scopes, " "))
		if err != nil {
			return nil, err
		}
		list = append(list, templates.Snippet{Label: s.label, Language: s.language, Code: code})
	}
	if d.Kind == client.SPA {
		slices.SortStableFunc(list, func(a, b templates.Snippet) int { return rank(a) - rank(b) })
	}
	return list, nil
}

// rank puts first what single-page apps are written in.
func rank(s templates.Snippet) int {
	if s.Language == "js" {
		return 0
	}
	return 1
}

// fill reads the file and puts in what is the client's own, quoted as the language wants it.
func (p *Pages) fill(s snippet, d client.Detail, scope string) (string, error) {
	code := slices.Contains(d.Document.GrantTypes, client.GrantCode) && len(d.Document.RedirectURIs) > 0
	name, redirect := "machine", ""
	if code {
		name, redirect = "code", d.Document.RedirectURIs[0]
		if d.Kind == client.SPA && s.language == "js" {
			name = "browser"
		}
	}
	text, err := snippetFiles.ReadFile("snippets/" + name + s.end)
	if err != nil {
		return "", err
	}
	a := &proof{method: d.Document.AuthMethod, id: d.ID}
	s.auth(a)
	return strings.NewReplacer(
		"{{issuer}}", s.quote(p.c.Issuer), "{{id}}", s.quote(d.ID), "{{scope}}", s.quote(scope),
		"{{redirect}}", s.quote(redirect), "{{redirect:text}}", redirect,
		"{{token}}", s.quote(p.c.Issuer+"/oauth/token"),
		"{{authorize:url}}", s.quote(p.c.Issuer+"/oauth/authorize"),
		"{{authorize}}", s.quote(p.c.Issuer+"/oauth/authorize?"+request(d.ID, redirect, scope)),
		"{{auth}}", a.options, "{{headers}}", a.headers, "{{fields}}", a.fields, "{{style}}", style(d.Document.AuthMethod),
	).Replace(string(text)), nil
}

// request is the part of an authorization request that stays the same (RFC 6749 4.1.1).
func request(id, redirect, scope string) string {
	q := url.Values{"response_type": {"code"}, "client_id": {id}, "redirect_uri": {redirect}}
	if scope != "" {
		q.Set("scope", scope)
	}
	return q.Encode()
}

// style is how golang.org/x/oauth2 calls the client's authentication.
func style(method string) string {
	if method == client.AuthBasic {
		return "AuthStyleInHeader"
	}
	return "AuthStyleInParams"
}
