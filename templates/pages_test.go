package templates

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

func newSet(t testing.TB) *Set {
	t.Helper()
	set, err := New(Site{Name: "Example", PolicyURL: "https://example.com/privacy", TermsURL: "https://example.com/terms", Support: "help@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func render(t testing.TB, set *Set, p Page) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := set.Write(&out, p); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// assetHash is what changes in a page whenever a static file does.
var assetHash = regexp.MustCompile(`(/static/\w+)\.[0-9a-f]{8}\.`)

// TestGoldens compares every sample with testdata. With -update it writes what it sees; read the diff.
func TestGoldens(t *testing.T) {
	set := newSet(t)
	for _, s := range samples() {
		t.Run(s.Name, func(t *testing.T) {
			got := assetHash.ReplaceAll(render(t, set, s.Page), []byte("$1.HASH."))
			path := filepath.Join("testdata", s.Name+".golden.html")
			if *update {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("differs from %s; run go test ./templates -run TestGoldens -update and read the diff", path)
			}
		})
	}
}
