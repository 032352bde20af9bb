package identity

import (
	"errors"
	"strings"
	"testing"
)

func TestParseEmailLG29SpellingsShareOneKey(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, a, b string }{
		{"case", "User@Example.COM", "user@example.com"},
		{"blanks around it", "  user@example.com\t", "user@example.com"},
		{"full-width letters", "ｕｓｅｒ@ｅｘａｍｐｌｅ.com", "user@example.com"},
		{"composed and decomposed", "cafe\u0301@example.com", "café@example.com"},
		{"ligatures", "ﬁona@example.com", "fiona@example.com"},
		{"international host in both forms", "user@BÜCHER.example", "user@xn--bcher-kva.example"},
		{"Kelvin sign", "\u212aey@example.com", "key@example.com"},
		{"ideographic full stop", "user@example。com", "user@example.com"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a, errA := ParseEmail(row.a)
			b, errB := ParseEmail(row.b)
			if errA != nil || errB != nil || a.Key != b.Key {
				t.Errorf("%q (%v) and %q (%v) differ", a.Key, errA, b.Key, errB)
			}
		})
	}
}

func TestParseEmailRefuses(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]string{
		"nothing":                               "",
		"no host":                               "user@",
		"no name":                               "@example.com",
		"no at":                                 "user.example.com",
		"two addresses":                         "user@example.com,other@example.com",
		"two ats":                               "user@other@example.com",
		"a display name":                        "User <user@example.com>",
		"a comment":                             "user(x)@example.com",
		"a quoted name":                         `"user"@example.com`,
		"an address literal":                    "user@[127.0.0.1]",
		"a blank inside":                        "a da@example.com",
		"CR LF and a header":                    "user@example.com\r\nBcc: other@example.com",
		"NUL":                                   "user@example.com\x00",
		"a zero-width space":                    "a\u200bda@example.com",
		"a right-to-left override":              "\u202euser@example.com",
		"bytes that are no UTF-8":               "user\xff@example.com",
		"RFC 5321 4.5.3.1.1: 65 before the at":  strings.Repeat("a", 65) + "@example.com",
		"RFC 5321 4.5.3.1.3: more than 254":     "user@" + strings.Repeat("a.", 130) + "com",
		"a label beyond 63":                     "user@" + strings.Repeat("a", 64) + ".com",
		"a megabyte":                            strings.Repeat("a", 1<<20) + "@example.com",
		"a dot at the end":                      "user@example.com.",
		"two dots":                              "user..b@example.com",
		"a hyphen at the beginning of the host": "user@-example.com",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if e, err := ParseEmail(s); !errors.Is(err, ErrEmail) {
				t.Errorf("%.40q was taken as %+v, %v", s, e, err)
			}
		})
	}
}

func TestAttemptKeyOfWhatIsNoAddress(t *testing.T) {
	t.Parallel()
	if a, b := attemptKey(" ADMIN "), attemptKey("admin"); a != b {
		t.Errorf("LG-29 %q and %q are counted apart", a, b)
	}
	if n := len(attemptKey(strings.Repeat("x", 1<<20))); n > 8*maxEmail {
		t.Errorf("a key of %d bytes", n)
	}
}

func FuzzParseEmail(f *testing.F) {
	for _, s := range []string{"user@example.com", "A@B", "café@bücher.example", "ﬁ@x.y", "İ@x.y", "a@ß.de", "\u1e9e@x", "a@xn--", "\xff@x", `"a b"@c`, "a@b@c", "ǅ@x.y", "\u03d2\u0301@x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		attemptKey(s)
		e, err := ParseEmail(s)
		if err != nil {
			return
		}
		again, err := ParseEmail(e.Key)
		if err != nil && len(e.Key) <= maxEmail && strings.LastIndexByte(e.Key, '@') <= maxLocal {
			t.Fatalf("the key %q of %q is no address", e.Key, s)
		}
		if err == nil && again.Key != e.Key {
			t.Fatalf("the key of %q is %q, and its key %q", s, e.Key, again.Key)
		}
		if strings.ContainsAny(e.Address+e.Key, "\r\n\x00 ") {
			t.Fatalf("%q has control characters", e.Address)
		}
	})
}
