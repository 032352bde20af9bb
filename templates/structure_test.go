package templates

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// element is one element of a page with its ancestors' names.
type element struct {
	*html.Node
	inside string // "html body main form"
}

func (e element) attr(name string) (string, bool) {
	for _, a := range e.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func (e element) value(name string) string { v, _ := e.attr(name); return v }

func elements(t *testing.T, page []byte) []element {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var all []element
	var walk func(n *html.Node, inside string)
	walk = func(n *html.Node, inside string) {
		if n.Type == html.ElementNode {
			all = append(all, element{n, inside})
			inside += " " + n.Data
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, inside)
		}
	}
	walk(doc, "")
	return all
}

// TestStructure checks what a reader who cannot see the page, and a strict Content-Security-Policy, rely on.
func TestStructure(t *testing.T) {
	set := newSet(t)
	for _, s := range samples() {
		t.Run(s.Name, func(t *testing.T) {
			all := elements(t, render(t, set, s.Page))
			checkOnce(t, all)
			checkReferences(t, all)
			checkLabels(t, all)
			checkPolicy(t, all)
		})
	}
}

// checkOnce: one language, title, h1 and main; ids are unique.
func checkOnce(t *testing.T, all []element) {
	t.Helper()
	seen, ids := map[string]int{}, map[string]int{}
	for _, e := range all {
		if e.Data != "title" || !strings.Contains(e.inside, "svg") {
			seen[e.Data]++
		}
		if id, ok := e.attr("id"); ok {
			ids[id]++
		}
		if e.Data == "html" && e.value("lang") == "" {
			t.Error("html has no lang")
		}
	}
	for _, name := range []string{"title", "h1", "main"} {
		if seen[name] != 1 {
			t.Errorf("%d of <%s>, want 1", seen[name], name)
		}
	}
	for id, n := range ids {
		if n > 1 || strings.ContainsAny(id, " \t") || id == "" {
			t.Errorf("id %q: %d times", id, n)
		}
	}
}

// checkReferences: whatever names an id names one on the page.
func checkReferences(t *testing.T, all []element) {
	t.Helper()
	ids := map[string]bool{}
	for _, e := range all {
		ids[e.value("id")] = true
	}
	for _, e := range all {
		for _, name := range []string{"for", "aria-describedby", "data-copy", "data-save"} {
			for _, id := range strings.Fields(e.value(name)) {
				if !ids[id] {
					t.Errorf("<%s %s=%q> names nothing", e.Data, name, id)
				}
			}
		}
		if to, ok := strings.CutPrefix(e.value("href"), "#"); ok && !ids[to] && to != "ZgotmplZ" {
			t.Errorf("<a href=#%s> goes nowhere", to)
		}
	}
}

// checkLabels: every control has a label, every picture an alternative, every button and link a text.
func checkLabels(t *testing.T, all []element) {
	t.Helper()
	labelled := map[string]bool{}
	for _, e := range all {
		if e.Data == "label" {
			labelled[e.value("for")] = true
		}
	}
	for _, e := range all {
		_, alt := e.attr("alt")
		switch {
		case e.Data == "img" && !alt:
			t.Error("img without alt")
		case e.Data == "input" && e.value("type") == "hidden":
		case e.Data == "input", e.Data == "select", e.Data == "textarea":
			if !labelled[e.value("id")] && !strings.Contains(e.inside, " label") {
				t.Errorf("<%s name=%s> has no label", e.Data, e.value("name"))
			}
		case e.Data == "button" || e.Data == "a":
			if text(e.Node) == "" && e.value("aria-label") == "" {
				t.Errorf("<%s> without text", e.Data)
			}
		}
	}
}

// checkPolicy: no inline script or style, nothing from elsewhere, no address that runs.
func checkPolicy(t *testing.T, all []element) {
	t.Helper()
	for _, e := range all {
		if e.Data == "style" || e.Data == "script" && (e.value("src") == "" || text(e.Node) != "") {
			t.Errorf("inline <%s>", e.Data)
		}
		for _, a := range e.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("<%s %s=%q>", e.Data, a.Key, a.Val)
			}
			if (a.Key == "href" || a.Key == "action" || a.Key == "src") && strings.HasPrefix(strings.ToLower(a.Val), "javascript:") {
				t.Errorf("<%s %s=%q>", e.Data, a.Key, a.Val)
			}
			if a.Key == "src" && strings.Contains(a.Val, "//") {
				t.Errorf("<%s src=%q> is from elsewhere", e.Data, a.Val)
			}
		}
	}
}

func text(n *html.Node) string {
	if n.Type == html.TextNode {
		return strings.TrimSpace(n.Data)
	}
	var all strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		all.WriteString(text(c))
	}
	return all.String()
}

// TestSourcesHaveNothingInline looks at the markup itself, for branches that no sample reaches.
func TestSourcesHaveNothingInline(t *testing.T) {
	inline := regexp.MustCompile(`(?i)\s(style|on[a-z]+)\s*=|<style|<script(>|\s+[^s])|javascript:`)
	files, err := filepath.Glob("html/*.html")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, path := range files {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if found := inline.Find(source); found != nil {
			t.Errorf("%s has %q", path, found)
		}
	}
}

// TestStableIDs holds the ids that scripts and conformance tests look for (OIDC.md).
func TestStableIDs(t *testing.T) {
	want := map[string][]string{
		"signin":         {"login-page", "username", "password", "login"},
		"signin_error":   {"login-page", "username", "password", "login"},
		"consent":        {"consent-page", "allow", "deny"},
		"error":          {"error-page"},
		"signout":        {"logout-page", "logout-yes", "logout-no"},
		"signed_out":     {"logged-out-page"},
		"signed_out_app": {"logged-out-page"},
	}
	set := newSet(t)
	for _, s := range samples() {
		page := render(t, set, s.Page)
		for _, id := range want[s.Name] {
			if !bytes.Contains(page, []byte(`id="`+id+`"`)) {
				t.Errorf("%s has no #%s", s.Name, id)
			}
		}
		delete(want, s.Name)
	}
	if len(want) > 0 {
		t.Errorf("no samples for %v", want)
	}
}

// TestEveryPageHasASample fails when a page is added that nobody looked at.
func TestEveryPageHasASample(t *testing.T) {
	set := newSet(t)
	sampled := map[string]bool{}
	for _, s := range samples() {
		sampled[s.Page.page()] = true
	}
	for name := range set.pages {
		if !sampled[name] {
			t.Errorf("html/%s.html has no sample", name)
		}
	}
}
