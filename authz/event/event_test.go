package event

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestEveryNameHasASentence(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, name := range Names() {
		object, verb, ok := strings.Cut(name, ".")
		if !ok || object == "" || verb == "" || seen[name] {
			t.Errorf("%s: not object.verb, or there twice", name)
		}
		seen[name] = true
		if s := Sentence(name); !strings.HasSuffix(s, ".") || s == name {
			t.Errorf("%s: %q is not a sentence", name, s)
		}
	}
	if got := Sentence("moon.landed"); got != "moon.landed" || Known("moon.landed") {
		t.Errorf("an unknown name became %q", got)
	}
}

func TestPlainIL08NothingForgesALine(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"User":                         "User",
		"a\r\nb":                       "a��b",
		"a\x00b":                       "a�b",
		"\u202egnp.exe":                "�gnp.exe",
		"نگار\u200cها":                 "نگار\u200cها",
		"bad\xffbyte":                  "bad�byte",
		strings.Repeat("x", maxText):   strings.Repeat("x", maxText),
		strings.Repeat("é", maxText+1): strings.Repeat("é", maxText-1) + "…",
	} {
		if got := plain(in); got != want || !utf8.ValidString(got) {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestChangesAreLaidOutByField(t *testing.T) {
	t.Parallel()
	got := Changes(Event{
		Before: `{"name":"Acme","metadata":{"redirect_uris":["https://a","https://b"]},"level":null}`,
		After:  `{"name":"Acme 2","metadata":{"redirect_uris":[]},"level":3}`,
	})
	want := []Change{
		{"level", "", "3"},
		{"metadata.redirect_uris", "https://a, https://b", ""},
		{"name", "Acme", "Acme 2"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := Changes(Event{After: `not JSON`}); !reflect.DeepEqual(got, []Change{{After: "not JSON"}}) {
		t.Errorf("got %v", got)
	}
}
