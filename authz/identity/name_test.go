package identity

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseName(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, in, want string }{
		{"plain", "Sample Person", "Sample Person"},
		{"blanks are tidied", "  Sample \t Person\n", "Sample Person"},
		{"any script", "نگار\u200cها", "نگار\u200cها"},
		{"composed", "Cafe\u0301", "Café"},
		{"markup is text like other", "<b>User</b>", "<b>User</b>"},
		{"100 characters", strings.Repeat("é", 100), strings.Repeat("é", 100)},
		{"101 characters", strings.Repeat("é", 101), ""},
		{"nothing", " ", ""},
		{"only a joiner", "\u200d", ""},
		{"NUL", "User\x00", ""},
		{"right-to-left override", "User\u202e", ""},
		{"no UTF-8", "User\xff", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got, err := ParseName(row.in)
			if got != row.want || (err == nil) != (row.want != "") {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestSlugs(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "a", "A1", "-ab", "ab-", "a--b", "a b", "a_b", "ä-b", strings.Repeat("a", 41), "a\n"} {
		if _, err := ParseSlug(s); err == nil {
			t.Errorf("%q was taken", s)
		}
	}
	for in, want := range map[string]string{
		"Acme, Inc.":                   "acme-inc",
		"Bücher & Söhne":               "bucher-sohne",
		"東京":                           "default",
		"-":                            "default",
		strings.Repeat("ab ", 30):      "ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-a",
		strings.Repeat("a", 39) + " b": strings.Repeat("a", 39),
	} {
		got := slugOf(in)
		if _, err := ParseSlug(got); got != want || err != nil {
			t.Errorf("%q became %q, %v; want %q", in, got, err, want)
		}
	}
}

func FuzzLine(f *testing.F) {
	f.Add("a\r\nb", 3)
	f.Add("\xff\x00é", 1)
	f.Fuzz(func(t *testing.T, s string, n int) {
		n = n & 0xff
		got := line(s, n)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > n || strings.ContainsAny(got, "\r\n\x00") {
			t.Errorf("line(%q, %d) = %q", s, n, got)
		}
		if name, err := ParseName(s); err == nil {
			if again, err := ParseName(name); err != nil || again != name {
				t.Errorf("%q became %q, and that %q, %v", s, name, again, err)
			}
		}
	})
}
