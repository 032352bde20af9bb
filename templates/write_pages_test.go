package templates

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var pagesDir = flag.String("pages", "", "write every sample and static file there, to look at in a browser")

// TestWritePages writes the samples for looking at: go test ./templates -run TestWritePages -pages DIR, then serve DIR.
func TestWritePages(t *testing.T) {
	if *pagesDir == "" {
		t.Skip("no -pages")
	}
	set := newSet(t)
	files := map[string][]byte{}
	for _, s := range samples() {
		files[s.Name+".html"] = render(t, set, s.Page)
	}
	for _, f := range assetsByName {
		files[f.URL] = f.Body
	}
	files[set.brand.URL] = set.brand.Body
	for name, body := range files {
		path := filepath.Join(*pagesDir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
