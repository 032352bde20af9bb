package token

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// seedTexts gives f what each kind of credential looks like, whole and broken.
func seedTexts(f *testing.F, texts ...string) {
	f.Add("")
	for _, s := range texts {
		f.Add(s)
		f.Add(s[:len(s)-1])
		f.Add(s + "A")
		f.Add(s[:len(s)/2] + "\n" + s[len(s)/2:])
		f.Add(strings.ToUpper(s))
		f.Add(s[:4])
	}
}

// onlyOurs fails if anything but the texts that were made is taken.
func onlyOurs(t *testing.T, s string, err error, made ...string) {
	t.Helper()
	for _, m := range made {
		if s == m {
			if err != nil {
				t.Fatalf("our own text: %v", err)
			}
			return
		}
	}
	if !errors.Is(err, ErrInvalid) {
		t.Fatalf("%q: %v", s, err)
	}
}

func FuzzOpenAccess(f *testing.F) {
	m := newMint(f)
	made, _ := m.SealAccess(userAccess())
	seedTexts(f, made)
	f.Fuzz(func(t *testing.T, s string) {
		_, err := m.OpenAccess(s)
		onlyOurs(t, s, err, made)
	})
}

func FuzzVerifyAccess(f *testing.F) {
	m := newMint(f)
	made, _ := m.SignAccess(userAccess(), "ES256")
	seedTexts(f, made, segment(`{"alg":"none"}`)+".e30.", segment(`{"alg":"ES256","kid":"sig-00000000","typ":"at+jwt"}`)+".e30.AAAA")
	f.Fuzz(func(t *testing.T, s string) {
		_, err := m.VerifyAccess(s)
		onlyOurs(t, s, err, made)
	})
}

func FuzzOpenCode(f *testing.F) {
	m := newMint(f)
	made, _ := m.SealCode(userCode())
	seedTexts(f, made)
	f.Fuzz(func(t *testing.T, s string) {
		_, err := m.OpenCode(s)
		onlyOurs(t, s, err, made)
	})
}

func FuzzOpenState(f *testing.F) {
	m := newMint(f)
	made, _ := m.SealState("link", []byte("payload"), noon.Add(time.Minute), []byte("cookie"))
	seedTexts(f, made)
	f.Fuzz(func(t *testing.T, s string) {
		_, err := m.OpenState("link", s, []byte("cookie"))
		onlyOurs(t, s, err, made)
	})
}

func FuzzParseRefresh(f *testing.F) {
	m := newMint(f)
	made, _, _ := m.NewRefresh(anID(1))
	seedTexts(f, made)
	f.Fuzz(func(t *testing.T, s string) {
		_, err := m.ParseRefresh(s)
		onlyOurs(t, s, err, made)
	})
}

func FuzzParseSession(f *testing.F) {
	m := newMint(f)
	made, _ := m.NewSession()
	seedTexts(f, made)
	f.Fuzz(func(t *testing.T, s string) {
		_, err := m.ParseSession(s)
		onlyOurs(t, s, err, made)
	})
}

func FuzzClientSecretTagged(f *testing.F) {
	m := newMint(f)
	made, _, _ := m.NewClientSecret()
	seedTexts(f, made)
	f.Fuzz(func(t *testing.T, s string) {
		if m.ClientSecretTagged(s) != (s == made) {
			t.Fatalf("%q", s)
		}
	})
}

// What the decoders make of a plaintext has no other encoding.

func FuzzReadAccess(f *testing.F) {
	for _, row := range accesses {
		f.Add(string(appendAccess(nil, row.make())))
	}
	f.Fuzz(func(t *testing.T, plain string) {
		if a, ok := readAccess(plain); ok && string(appendAccess(nil, &a)) != plain {
			t.Fatalf("%x is another encoding of %+v", plain, a)
		}
	})
}

func FuzzReadCode(f *testing.F) {
	f.Add(string(appendCode(nil, userCode())))
	f.Add(string(appendCode(nil, &Code{Grant: anID(1), User: anID(2), ExpiresAt: noon})))
	f.Fuzz(func(t *testing.T, plain string) {
		if c, ok := readCode(plain); ok && string(appendCode(nil, &c)) != plain {
			t.Fatalf("%x is another encoding of %+v", plain, c)
		}
	})
}

func FuzzReadRefresh(f *testing.F) {
	f.Add(string(appendRefresh(nil, Refresh{Grant: anID(1), Generation: 1 << 40})))
	f.Fuzz(func(t *testing.T, body string) {
		if r, ok := readRefresh(body); ok && string(appendRefresh(nil, r)) != body {
			t.Fatalf("%x is another encoding of %+v", body, r)
		}
	})
}
