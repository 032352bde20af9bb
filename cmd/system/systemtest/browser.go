package systemtest

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Browser is a person's browser without scripts: it keeps cookies, follows redirects within the server, and sends what
// browsers send with forms.
type Browser struct {
	tb     testing.TB
	base   string
	client *http.Client
	Page   *Page
}

// Page is what the browser shows, or the redirect to another site that it stopped at.
type Page struct {
	URL    *url.URL
	Status int
	Header http.Header
	Body   string
	Away   *url.URL // a redirect that leaves the server: the app's
	root   *html.Node
}

// NewBrowser opens a browser for a server.
func (s *Server) NewBrowser() *Browser {
	jar, err := cookiejar.New(nil)
	must(s.tb, err)
	b := &Browser{tb: s.tb, base: s.URL}
	b.client = &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), b.base+"/") {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return b
}

// Get opens an address: a path of the server, or a whole URL.
func (b *Browser) Get(address string) *Page {
	b.tb.Helper()
	if strings.HasPrefix(address, "/") {
		address = b.base + address
	}
	r, err := http.NewRequest(http.MethodGet, address, nil)
	must(b.tb, err)
	return b.send(r)
}

// Post sends a form as a page of the server would.
func (b *Browser) Post(path string, form url.Values) *Page {
	b.tb.Helper()
	r, err := http.NewRequest(http.MethodPost, b.base+path, strings.NewReader(form.Encode()))
	must(b.tb, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", b.base)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.send(r)
}

// Send sends any request with the browser's cookies.
func (b *Browser) Send(r *http.Request) *Page { return b.send(r) }

func (b *Browser) send(r *http.Request) *Page {
	b.tb.Helper()
	resp, err := b.client.Do(r)
	must(b.tb, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 4<<20))
	must(b.tb, err)
	p := &Page{URL: resp.Request.URL, Status: resp.StatusCode, Header: resp.Header, Body: string(body)}
	if location := resp.Header.Get("Location"); location != "" {
		p.Away, err = resp.Request.URL.Parse(location)
		must(b.tb, err)
	}
	p.root, err = html.Parse(strings.NewReader(p.Body))
	must(b.tb, err)
	b.Page = p
	return p
}

// Has tells whether the page has an element with this id.
func (p *Page) Has(id string) bool { return p.byID(id) != nil }

// Text is the text of the element with this id.
func (p *Page) Text(id string) string {
	n := p.byID(id)
	if n == nil {
		return ""
	}
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (p *Page) byID(id string) *html.Node {
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && attr(n, "id") == id {
			return n
		}
	}
	return nil
}

// Form reads the form that holds the element with this id: where it goes, and what it would send if that element, a
// button, were pressed.
func (p *Page) Form(id string) (action string, form url.Values) {
	button := p.byID(id)
	var node *html.Node
	for n := button; n != nil; n = n.Parent {
		if n.Data == "form" {
			node = n
			break
		}
	}
	if node == nil {
		return "", nil
	}
	form = url.Values{}
	for n := range node.Descendants() {
		if n.Type == html.ElementNode && attr(n, "name") != "" {
			addControl(form, n, button)
		}
	}
	return attr(node, "action"), form
}

func addControl(form url.Values, n, button *html.Node) {
	name, value := attr(n, "name"), attr(n, "value")
	switch {
	case n.Data == "button" && n != button:
	case n.Data == "input" && (attr(n, "type") == "checkbox" || attr(n, "type") == "radio") && !has(n, "checked"):
	case n.Data == "select":
		for o := range n.Descendants() {
			if o.Data == "option" && has(o, "selected") {
				form.Set(name, attr(o, "value"))
			}
		}
	case n.Data == "textarea":
		if n.FirstChild != nil {
			value = n.FirstChild.Data
		}
		form.Add(name, value)
	default:
		form.Add(name, value)
	}
}

// Press presses a button, with fields changed as change says.
func (b *Browser) Press(id string, change url.Values) *Page {
	b.tb.Helper()
	action, form := b.Page.Form(id)
	if form == nil {
		b.tb.Fatalf("the page %s (status %d) has no form with #%s:\n%s", b.Page.URL, b.Page.Status, id, b.Page.Body)
	}
	for name, values := range change {
		form[name] = values
	}
	target, err := b.Page.URL.Parse(action)
	must(b.tb, err)
	return b.Post(target.RequestURI(), form)
}

// SignIn fills in the sign-in page that the browser shows.
func (b *Browser) SignIn(email string) *Page {
	b.tb.Helper()
	return b.Press("login", url.Values{"username": {email}, "password": {Password}})
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}
