package admin_test

import (
	"encoding/base64"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"postern/authz/grant"
	"postern/authz/identity"
)

// browser keeps cookies and follows no redirect by itself.
type browser struct {
	s    *stack
	http *http.Client
}

func (s *stack) browser() *browser {
	jar, err := cookiejar.New(nil)
	s.must(err)
	return &browser{s, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// signIn gives the browser the cookie of a real session.
func (b *browser) signIn(email string) {
	b.s.t.Helper()
	in, err := b.s.people.SignIn(b.s.t.Context(), identity.Attempt{
		Email: email, Password: password, Address: netip.MustParseAddr("127.0.0.1"), UserAgent: "Mozilla/5.0 (X11; Linux) Firefox/140.0",
	})
	b.s.must(err)
	at, _ := url.Parse(b.s.issuer)
	b.http.Jar.SetCookies(at, []*http.Cookie{{Name: "postern_session", Value: in.SessionCookie, Path: "/"}})
}

// answer is what a request got.
type answer struct {
	t      testing.TB
	did    string
	status int
	header http.Header
	body   string
}

func (b *browser) send(r *http.Request) answer {
	b.s.t.Helper()
	response, err := b.http.Do(r)
	b.s.must(err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	b.s.must(err)
	return answer{b.s.t, r.Method + " " + r.URL.RequestURI(), response.StatusCode, response.Header, string(body)}
}

func (b *browser) get(path string) answer {
	b.s.t.Helper()
	r, err := http.NewRequestWithContext(b.s.t.Context(), http.MethodGet, b.s.issuer+path, nil)
	b.s.must(err)
	return b.send(r)
}

// post sends a form: name and value in turn.
func (b *browser) post(path string, fields ...string) answer {
	b.s.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return b.postForm(path, form)
}

func (b *browser) postForm(path string, form url.Values) answer {
	b.s.t.Helper()
	r, err := http.NewRequestWithContext(b.s.t.Context(), http.MethodPost, b.s.issuer+path, strings.NewReader(form.Encode()))
	b.s.must(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.send(r)
}

// done wants that the form was taken, follows to the next page, and wants to read there what was done.
func (b *browser) done(a answer, to, said string) answer {
	b.s.t.Helper()
	if a.status != http.StatusSeeOther || a.header.Get("Location") != to {
		b.s.t.Fatalf("%s: %d to %q, want 303 to %q\n%s", a.did, a.status, a.header.Get("Location"), to, a.text())
	}
	return b.get(to).want(http.StatusOK, said)
}

// want checks status and what a person reads.
func (a answer) want(status int, texts ...string) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: %d, want %d\n%s", a.did, a.status, status, a.text())
	}
	for _, text := range texts {
		if !strings.Contains(html.UnescapeString(a.body), text) {
			a.t.Errorf("%s: %q is missing in\n%s", a.did, text, a.text())
		}
	}
	return a
}

// lacks looks for what must not be in the page's source.
func (a answer) lacks(texts ...string) answer {
	a.t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			a.t.Errorf("%s: %q is there", a.did, text)
		}
	}
	return a
}

// text is the beginning of the page's main part.
func (a answer) text() string {
	text := a.body
	if _, main, ok := strings.Cut(a.body, "<main"); ok {
		text = main
	}
	return text[:min(len(text), 3000)]
}

// code is the text of the element with an id, for what is shown to be copied.
func (a answer) code(id string) string {
	a.t.Helper()
	_, rest, ok := strings.Cut(a.body, `<code id="`+id+`"`)
	if !ok {
		a.t.Fatalf("%s: nothing with id %s in\n%s", a.did, id, a.text())
	}
	_, rest, _ = strings.Cut(rest, ">")
	text, _, _ := strings.Cut(rest, "</code>")
	return html.UnescapeString(text)
}

func wantEvents(t *testing.T, got []string, want ...string) {
	t.Helper()
	for _, name := range want {
		if !slices.Contains(got, name) {
			t.Errorf("the trail has %v, and not %s", got, name)
		}
	}
}

// ids are the request ids that error pages show, which differ from request to request.
var ids = regexp.MustCompile(`[0-9a-f]{24}`)

// openFlow reads where a sealed flow leads after signing in.
func (s *stack) openFlow(flow, cookie string) string {
	s.t.Helper()
	binding, err := base64.RawURLEncoding.DecodeString(cookie)
	s.must(err)
	pending, err := s.grants.Open(grant.ForFlow, flow, binding)
	s.must(err)
	return pending.Next
}
