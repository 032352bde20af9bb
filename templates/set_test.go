package templates

import (
	"bytes"
	"strings"
	"testing"
)

func TestNewRefusesABadAccent(t *testing.T) {
	if _, err := New(Site{Accent: "blue"}); err == nil {
		t.Error("no error")
	}
}

// TestBrandingReplacesOurs: the operator's name, logo and accent are the only ones on a page.
func TestBrandingReplacesOurs(t *testing.T) {
	set, err := New(Site{Name: `Example & "Sons"`, LogoURL: "/logo/site.png", Accent: "#1d4ed8"})
	if err != nil {
		t.Fatal(err)
	}
	page := string(render(t, set, SignIn{Layout: card}))
	for _, want := range []string{`Example &amp; &#34;Sons&#34;`, `src="/logo/site.png"`, `href="` + set.brand.URL + `"`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(page, "Postern") || strings.Contains(page, `class="mark"`) {
		t.Error("our own brand is still there")
	}
	if f, ok := set.Asset(set.brand.URL); !ok || !bytes.Contains(f.Body, []byte("#1d4ed8")) || f.ContentType != "text/css; charset=utf-8" {
		t.Errorf("brand.css: %v %q", ok, f.Body)
	}
}

func TestAssets(t *testing.T) {
	for _, name := range []string{"app.css", "app.js", "form_post.js", "favicon.svg", "demo.css"} {
		f, ok := Asset(AssetURL(name))
		if !ok || len(f.Body) == 0 || f.ContentType == "" || f.URL != AssetURL(name) {
			t.Errorf("%s: %v %+v", name, ok, f.URL)
		}
	}
	for _, path := range []string{"", "/static/app.css", "/static/../set.go", "/static/app.00000000.css"} {
		if _, ok := Asset(path); ok {
			t.Errorf("%q is served", path)
		}
	}
}

func TestStylesheetIsSmall(t *testing.T) {
	if f, _ := Asset(AssetURL("app.css")); len(f.Body) >= 12_000 {
		t.Errorf("app.css has %d bytes", len(f.Body))
	}
}

// TestStylesheetLoadsNothing: the policy forbids fonts and pictures from elsewhere anyway.
func TestStylesheetLoadsNothing(t *testing.T) {
	for _, name := range []string{"app.css", "demo.css"} {
		if f, _ := Asset(AssetURL(name)); bytes.Contains(f.Body, []byte("url(")) || bytes.Contains(f.Body, []byte("@import")) {
			t.Errorf("%s loads something", name)
		}
	}
}

// TestTokensOfTheLook holds the text pairs of LOOK.md to 4.5:1, and the edges of controls to 3:1.
func TestTokensOfTheLook(t *testing.T) {
	for _, p := range []struct {
		name       string
		fore, back string
		least      float64
	}{
		{"light text", "#1c1917", "#fafaf9", 4.5}, {"light muted", "#57534e", "#fafaf9", 4.5}, {"light accent", "#0f766e", "#fafaf9", 4.5}, {"light danger", "#b91c1c", "#fafaf9", 4.5},
		{"light warning", "#b45309", "#fafaf9", 4.5}, {"light good", "#15803d", "#fafaf9", 4.5}, {"light edge", "#78716c", "#fafaf9", 3}, {"dark text", "#f5f5f4", "#1c1917", 4.5},
		{"dark muted", "#a8a29e", "#1c1917", 4.5}, {"dark accent", "#2dd4bf", "#1c1917", 4.5}, {"text on the dark accent", "#042f2e", "#2dd4bf", 4.5}, {"dark danger", "#f87171", "#1c1917", 4.5},
		{"dark warning", "#fbbf24", "#1c1917", 4.5}, {"dark good", "#4ade80", "#1c1917", 4.5}, {"dark edge", "#78716c", "#1c1917", 3},
	} {
		fore, err1 := parseColour(p.fore)
		back, err2 := parseColour(p.back)
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if ratio := contrast(fore, back); ratio < p.least {
			t.Errorf("%s: %.2f:1, want %.1f:1", p.name, ratio, p.least)
		}
		if f, _ := Asset(AssetURL("app.css")); !bytes.Contains(f.Body, []byte(p.fore)) {
			t.Errorf("%s %s is not in app.css", p.name, p.fore)
		}
	}
}

func TestWriteNamesAPageThatIsMissing(t *testing.T) {
	if err := (&Set{}).Write(&bytes.Buffer{}, SignIn{}); err == nil || !strings.Contains(err.Error(), "signin") {
		t.Error(err)
	}
}
