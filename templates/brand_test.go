package templates

import (
	"regexp"
	"testing"
)

var brandRule = regexp.MustCompile(`^:root\{--accent:(#[0-9a-f]{6});--on-accent:(#[0-9a-f]{6})\}\n` +
	`@media\(prefers-color-scheme:dark\)\{:root\{--accent:(#[0-9a-f]{6});--on-accent:(#[0-9a-f]{6})\}\}\n$`)

// brandColours reads back what BrandCSS wrote.
func brandColours(t *testing.T, css []byte) (light, onLight, dark, onDark colour) {
	t.Helper()
	m := brandRule.FindSubmatch(css)
	if m == nil {
		t.Fatalf("unexpected stylesheet %q", css)
	}
	var out [4]colour
	for i := range out {
		c, err := parseColour(string(m[i+1]))
		if err != nil {
			t.Fatal(err)
		}
		out[i] = c
	}
	return out[0], out[1], out[2], out[3]
}

func checkBrand(t *testing.T, css []byte) {
	t.Helper()
	light, onLight, dark, onDark := brandColours(t, css)
	for _, pair := range []struct {
		name string
		a, b colour
	}{
		{"accent on the light page", light, lightPage}, {"accent on the light surface", light, white}, {"text on the light accent", onLight, light},
		{"accent on the dark surface", dark, darkSurface}, {"accent on the dark page", dark, nearBlack}, {"text on the dark accent", onDark, dark},
	} {
		if ratio := contrast(pair.a, pair.b); ratio < minContrast {
			t.Errorf("%s: %s on %s is %.2f:1", pair.name, pair.a, pair.b, ratio)
		}
	}
}

func TestBrandCSSReadsOnEverySurface(t *testing.T) {
	for name, accent := range map[string]string{
		"teal": "#0f766e", "white": "#ffffff", "black": "#000000", "pale yellow": "#fff59d", "mid grey": "#777777",
		"pure red": "#ff0000", "pure green": "#00ff00", "pure blue": "#0000ff", "capitals": "#AABBCC",
	} {
		t.Run(name, func(t *testing.T) {
			css, err := BrandCSS(accent)
			if err != nil {
				t.Fatal(err)
			}
			checkBrand(t, css)
		})
	}
}

func TestBrandCSSKeepsWhatReadsAlready(t *testing.T) {
	css, err := BrandCSS("#1d4ed8")
	if err != nil {
		t.Fatal(err)
	}
	if light, _, _, _ := brandColours(t, css); light != (colour{0x1d, 0x4e, 0xd8}) {
		t.Errorf("a good accent became %s", light)
	}
}

func TestBrandCSSRefusesWhatIsNoColour(t *testing.T) {
	for _, accent := range []string{"teal", "#fff", "#12345g", "#1234567", "0f766e0", "#+12345", "#0f766e;}body{display:none", "#ー1"} {
		if css, err := BrandCSS(accent); err == nil {
			t.Errorf("BrandCSS(%q) = %q", accent, css)
		}
	}
}

func FuzzBrandCSS(f *testing.F) {
	for _, seed := range []string{"", "#0f766e", "#fff", "#ffffff", "#}*{x:y}", "#\x00\x00\x00\x00\x00\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, accent string) {
		css, err := BrandCSS(accent)
		if err != nil || accent == "" {
			return
		}
		checkBrand(t, css)
	})
}
