package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"postern/web/inbound"
	"postern/web/page"
)

const forever = "public, max-age=31536000, immutable"

// static serves what the pages need. A checksum in the URL lets browsers keep it for ever.
func (s *server) static(w http.ResponseWriter, r *http.Request) {
	f, ok := s.set.Asset(r.URL.Path)
	if !ok {
		s.pages.Error(w, r, page.NotFound())
		return
	}
	serve(w, f.ContentType, f.Body)
}

// logo serves an app's logo, which was decoded and re-encoded when it was uploaded.
func (s *server) logo(w http.ResponseWriter, r *http.Request) {
	// What memory knows of the client answers strangers who make up addresses, without a look into the database.
	c, err := s.config.Grants.Client(r.Context(), inbound.From(r.Context()).Address, r.PathValue("client"))
	if err == nil && (c.LogoSum == "" || c.LogoSum != r.PathValue("sum")) {
		err = page.NotFound()
	}
	var png []byte
	if err == nil {
		png, _, err = s.config.Clients.Logo(r.Context(), c.ID)
	}
	if err != nil {
		s.pages.Error(w, r, err)
		return
	}
	serve(w, "image/png", png)
}

// brand serves the operator's logo.
func (s *server) brand(w http.ResponseWriter, r *http.Request) {
	if s.config.Logo == nil || r.URL.Path != s.config.Site.LogoURL {
		s.pages.Error(w, r, page.NotFound())
		return
	}
	kind := "image/png"
	if strings.HasSuffix(r.URL.Path, ".svg") {
		kind = "image/svg+xml"
	}
	serve(w, kind, s.config.Logo)
}

func serve(w http.ResponseWriter, contentType string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", forever)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	w.Write(body)
}

// healthz tells that the process answers.
func healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write([]byte("ok\n"))
}

// readyz tells whether requests can be served: database reachable, migrations current, caches trusted, clock right.
func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if err := s.readiness.of(ctx, s.config); err != nil {
		s.config.Logger.WarnContext(ctx, "not ready", "error", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		w.Write([]byte("not ready\n"))
		return
	}
	w.Write([]byte("ready\n"))
}

func notFound(http.ResponseWriter, *http.Request) error { return page.NotFound() }

// readiness is the last answer, good for a second: whoever asks more often learns no more, and costs nothing.
type readiness struct {
	mu  sync.Mutex
	at  time.Time
	err error
}

func (m *readiness) of(ctx context.Context, c Config) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if since := time.Since(m.at); since > time.Second {
		m.err = c.Ready(ctx)
		m.at = time.Now()
	}
	return m.err
}

// noHead refuses HEAD where a GET can answer with a code (SECURITY AZ-53).
func noHead(h page.Handler) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.Method == http.MethodHead {
			w.Header().Set("Allow", "GET, POST")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return nil
		}
		return h(w, r)
	}
}
