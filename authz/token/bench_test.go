package token

import (
	"testing"
	"time"
)

// sink keeps the compiler from leaving work out.
var sink any

func BenchmarkSealAccess(b *testing.B) {
	m, a := newMint(b), userAccess()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.SealAccess(a); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenAccess(b *testing.B) {
	m := newMint(b)
	s, _ := m.SealAccess(userAccess())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.OpenAccess(s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSignAccess(b *testing.B) {
	m, a := newMint(b, "EdDSA", "RS256", "PS256"), userAccess()
	for _, alg := range []string{"ES256", "EdDSA", "RS256", "PS256"} {
		b.Run(alg, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := m.SignAccess(a, alg); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerifyAccess(b *testing.B) {
	m := newMint(b, "EdDSA", "RS256", "PS256")
	for _, alg := range []string{"ES256", "EdDSA", "RS256", "PS256"} {
		s, _ := m.SignAccess(userAccess(), alg)
		b.Run(alg, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := m.VerifyAccess(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSealCode(b *testing.B) {
	m, c := newMint(b), userCode()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.SealCode(c); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenCode(b *testing.B) {
	m := newMint(b)
	s, _ := m.SealCode(userCode())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.OpenCode(s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseRefresh(b *testing.B) {
	m := newMint(b)
	s, _, _ := m.NewRefresh(anID(1))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.ParseRefresh(s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSuccessor(b *testing.B) {
	m := newMint(b)
	s, _, _ := m.NewRefresh(anID(1))
	r, _ := m.ParseRefresh(s)
	salt, kid := m.NewSalt()
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := m.Successor(r, salt, kid); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseSession(b *testing.B) {
	m := newMint(b)
	s, _ := m.NewSession()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.ParseSession(s); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRefusal(b *testing.B) {
	m, stranger := newMint(b), newMint(b)
	s, _ := stranger.SealState("link", []byte("payload"), noon.Add(time.Minute), nil)
	b.ReportAllocs()
	for b.Loop() {
		_, sink = m.OpenState("link", s, nil)
	}
}
