package page

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"postern/templates"
)

// Writer sends pages. It is safe for concurrent use.
type Writer struct {
	set *templates.Set
	log *slog.Logger
}

// New makes a Writer.
func New(set *templates.Set, log *slog.Logger) *Writer { return &Writer{set: set, log: log} }

// Handler is a handler that leaves its errors to the Writer.
type Handler func(http.ResponseWriter, *http.Request) error

// Handle answers errors of h with the error page.
func (p *Writer) Handle(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			p.Error(w, r, err)
		}
	})
}

// Write sends a page. forms are URIs other than our own that a form on it may lead to, at once or by redirects.
func (p *Writer) Write(w http.ResponseWriter, status int, content templates.Page, forms ...string) error {
	var b bytes.Buffer
	if err := p.set.Write(&b, content); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	h.Set("Content-Security-Policy", policy(forms))
	Private(h)
	w.WriteHeader(status)
	w.Write(b.Bytes())
	return nil
}

// Private sets the headers of everything that is for one person only.
func Private(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
}

func policy(forms []string) string {
	allowed := "'self'"
	for _, uri := range forms {
		if source := source(uri); source != "" {
			allowed += " " + source
		}
	}
	return "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
		"form-action " + allowed + "; frame-ancestors 'none'; base-uri 'none'"
}

// source is a URI as a policy names it: its origin, or the scheme of an app's own URI. What would not fit is left out.
func source(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || strings.ContainsAny(u.Host+u.Scheme, " ;,'\"") {
		return ""
	}
	if u.Host == "" {
		return u.Scheme + ":"
	}
	return u.Scheme + "://" + u.Host
}

// Redirect sends the browser on with 303: what comes next is always a GET.
func Redirect(w http.ResponseWriter, location string) {
	Private(w.Header())
	w.Header().Set("Location", location)
	w.WriteHeader(http.StatusSeeOther)
}
