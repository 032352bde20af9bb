package templates

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var pagesDir = flag.String("pages", "", "write every sample and static file there, to look at in a browser")

// TestWritePages writes the samples as a site of files: go test ./templates -run TestWritePages -pages DIR, then serve
// DIR and look at it. Without -pages they go to a folder of the test's own.
func TestWritePages(t *testing.T) {
	dir := *pagesDir
	if dir == "" {
		dir = t.TempDir()
	}
	for name, body := range siteFiles(t) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"consent.html", "admin_overview.html", AssetURL("app.css"), AssetURL("app.js")} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s was not written: %v", name, err)
		}
	}
}

// siteFiles is every sample and every file that samples load, by its path.
func siteFiles(t *testing.T) map[string][]byte {
	t.Helper()
	set := newSet(t)
	files := map[string][]byte{set.brand.URL: set.brand.Body}
	for _, s := range samples() {
		files[s.Name+".html"] = render(t, set, s.Page)
	}
	for _, f := range assetsByName {
		files[f.URL] = f.Body
	}
	return files
}
