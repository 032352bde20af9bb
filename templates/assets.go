package templates

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
)

//go:embed static
var staticFS embed.FS

// File is one static file. Its URL changes with its content, so it may be cached for ever
// (Cache-Control: public, max-age=31536000, immutable).
type File struct {
	URL         string // /static/name.<8 hex digits of its SHA-256>.ext
	ContentType string
	Body        []byte // shared: do not change
}

var (
	assetsByName = loadAssets()
	assetsByURL  = indexAssets(assetsByName)
)

// contentTypes are given by us: the system's table of types differs from machine to machine.
var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// Asset gives the embedded static file at a URL path, as made by [AssetURL].
func Asset(urlPath string) (File, bool) {
	f, ok := assetsByURL[urlPath]
	return f, ok
}

// AssetURL gives the URL path of an embedded static file (app.css, app.js, form_post.js, favicon.svg, demo.css), or
// an empty string for a name that there is not.
func AssetURL(name string) string { return assetsByName[name].URL }

func newFile(name string, body []byte) File {
	ext := path.Ext(name)
	sum := sha256.Sum256(body)
	url := "/static/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:4]) + ext
	return File{URL: url, ContentType: contentTypes[ext], Body: body}
}

// loadAssets reads what is embedded at build time; it can only fail when the binary is broken.
func loadAssets() map[string]File {
	files := map[string]File{}
	names, _ := fs.Glob(staticFS, "static/*")
	for _, name := range names {
		if body, err := staticFS.ReadFile(name); err == nil {
			base := path.Base(name)
			files[base] = newFile(base, body)
		}
	}
	return files
}

func indexAssets(files map[string]File) map[string]File {
	byURL := make(map[string]File, len(files))
	for _, f := range files {
		byURL[f.URL] = f
	}
	return byURL
}
