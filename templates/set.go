package templates

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"strings"
)

//go:embed html/*.html
var htmlFS embed.FS

// Page is one page's data; its type decides the markup.
type Page interface {
	page() string // name of the file in html/, without .html
}

// Set is all pages, parsed once for one site. It is safe for concurrent use.
type Set struct {
	site  Site
	brand File
	pages map[string]*template.Template
}

// New parses every page for site. It fails when the accent is no #rrggbb colour.
func New(site Site) (*Set, error) {
	if site.Name == "" {
		site.Name = "Postern"
	}
	css, err := BrandCSS(site.Accent)
	if err != nil {
		return nil, err
	}
	s := &Set{site: site, brand: newFile("brand.css", css), pages: map[string]*template.Template{}}
	base, err := template.New("").Funcs(s.funcs()).ParseFS(htmlFS, "html/_*.html")
	if err != nil {
		return nil, fmt.Errorf("parse layouts: %w", err)
	}
	names, err := fs.Glob(htmlFS, "html/[a-z]*.html")
	if err != nil {
		return nil, fmt.Errorf("list pages: %w", err)
	}
	for _, path := range names {
		if err := s.add(base, path); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// add parses one page over a copy of the layouts, so that pages can define the same blocks.
func (s *Set) add(base *template.Template, path string) error {
	text, err := htmlFS.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read page: %w", err)
	}
	name := strings.TrimSuffix(strings.TrimPrefix(path, "html/"), ".html")
	clone, err := base.Clone()
	if err != nil {
		return fmt.Errorf("clone layouts: %w", err)
	}
	if s.pages[name], err = clone.New(name).Parse(string(text)); err != nil {
		return fmt.Errorf("parse page: %w", err)
	}
	return nil
}

// Write renders p to w. Render into a buffer: an error may come after some bytes.
func (s *Set) Write(w io.Writer, p Page) error {
	t, ok := s.pages[p.page()]
	if !ok {
		return fmt.Errorf("write page %s: no such page", p.page())
	}
	if err := t.Execute(w, p); err != nil {
		return fmt.Errorf("write page: %w", err)
	}
	return nil
}

// Asset gives the static file at a URL path that this package put into a page, the operator's brand.css included.
func (s *Set) Asset(path string) (File, bool) {
	if path == s.brand.URL {
		return s.brand, true
	}
	return Asset(path)
}

func (s *Set) funcs() template.FuncMap {
	funcs := template.FuncMap{
		"site":  func() Site { return s.site },
		"brand": func() string { return s.brand.URL },
		"asset": AssetURL, "at": at, "tab": tab,
	}
	for name, f := range words {
		funcs[name] = f
	}
	for name, f := range fieldFuncs {
		funcs[name] = f
	}
	return funcs
}

// fieldFuncs build controls in markup, and lists that partials draw.
var fieldFuncs = template.FuncMap{
	"field": newField, "check": newCheck, "options": newOptions, "typed": typed,
	"as": as, "complete": complete, "help": help, "helped": helped, "hint": hint, "needed": needed, "lines": lines,
	"mono": mono, "raw": raw, "clientTypes": clientTypes, "states": states, "kinds": kinds, "logged": logged,
}
