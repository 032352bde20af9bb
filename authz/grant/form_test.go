package grant

import (
	"net/url"
	"strings"
	"testing"
)

func TestCheckForm(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, form string
		ok         bool
	}{
		{"an ordinary form", "grant_type=client_credentials&scope=a+b", true},
		{"an empty parameter counts as absent (RFC 6749 3.1)", "scope=&grant_type=x", true},
		{"TE-10 a parameter twice (RFC 6749 3.2)", "scope=a&scope=b", false},
		{"a parameter twice with the same value", "scope=a&scope=a", false},
		{"a parameter twice, once empty", "scope=a&scope=", false},
		{"resource may repeat (RFC 8707 2)", "resource=https://a&resource=https://b", true},
		{"TE-23 a NUL byte", "scope=a%00b", false},
		{"TE-23 a NUL byte in a name", "sco%00pe=a", false},
		{"TE-24 no UTF-8", "scope=%ff", false},
		{"TE-28 array notation", "client_id[]=a", false},
		{"TE-28 operator notation", "client_secret[$ne]=a", false},
	} {
		form, err := url.ParseQuery(row.form)
		if err != nil {
			t.Fatal(err)
		}
		err = CheckForm(form)
		if (err == nil) != row.ok {
			t.Errorf("%s: %v", row.name, err)
		}
		if err == nil && form.Has("scope") && form.Get("scope") == "" {
			t.Errorf("%s: the empty parameter is still there", row.name)
		}
	}
}

func FuzzCheckForm(f *testing.F) {
	for _, seed := range []string{"a=b", "a=b&a=c", "a=%00", "a[]=%ff", "resource=a&resource=b", "%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		form, err := url.ParseQuery(text)
		if err != nil || CheckForm(form) != nil {
			return
		}
		for name, values := range form {
			if len(values) == 0 || len(values) > 1 && !repeatable[name] || strings.Contains(name+values[0], "\x00") {
				t.Fatalf("%q passed: %q", name, values)
			}
		}
	})
}

// Whatever a text holds, what stands in error_description is legal there (RFC 6749 5.2) and fits a URL.
func FuzzLegalText(f *testing.F) {
	f.Add(`"quoted" \ back`)
	f.Add("\x00\n\r\u202e")
	f.Add(strings.Repeat("x", 1000))
	f.Fuzz(func(t *testing.T, text string) {
		out := legalText(text)
		if len(out) > 300 || strings.ContainsFunc(out, func(r rune) bool { return r < 0x20 || r > 0x7e || r == '"' || r == '\\' }) {
			t.Fatalf("%q became %q", text, out)
		}
	})
}
