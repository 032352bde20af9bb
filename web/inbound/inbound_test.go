package inbound

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// CWE-248, IL-01: a handler panics. The client gets an answer with the request id, and nothing of the panic; the log has
// all of it.
func TestAPanicReachesTheLogAndNotTheClient(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	handler := Wrap(Config{
		Now: time.Now, Logger: slog.New(slog.NewTextHandler(&log, nil)),
		Panic: func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, "request "+From(r.Context()).ID, http.StatusInternalServerError)
		},
	}, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("the secret inside") }))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("X-Request-Id", "req-1")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	if w.Code != http.StatusInternalServerError || w.Header().Get("X-Request-Id") != "req-1" || !strings.Contains(w.Body.String(), "req-1") {
		t.Errorf("status %d, %q", w.Code, w.Body)
	}
	if strings.Contains(w.Body.String(), "secret") || !strings.Contains(log.String(), "the secret inside") {
		t.Errorf("answer %q, log %q", w.Body, log.String())
	}
}

// A panic in the middle of an answer ends the connection: half a page must not look whole.
func TestAPanicAfterTheFirstByteEndsTheConnection(t *testing.T) {
	t.Parallel()
	handler := Wrap(Config{Now: time.Now, Logger: slog.New(slog.DiscardHandler)}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("half"))
		panic("then")
	}))
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Errorf("recovered %v", got)
		}
	}()
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
}

// PX-07 (RFC 9700 2.6): where the issuer is https, plain HTTP gets nothing, whatever it says of itself; a trusted proxy's
// word counts.
func TestPlainHTTPIsRefusedWhereTheIssuerIsHTTPS(t *testing.T) {
	t.Parallel()
	handler := Wrap(Config{HTTPS: true, Proxies: proxies, Now: time.Now, Logger: slog.New(slog.DiscardHandler)},
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("in")) }))
	for _, row := range []struct {
		name, peer, path, proto string
		in                      bool
	}{
		{"plain", "192.0.2.1:5", "/login", "", false},
		{"plain that says https of itself", "192.0.2.1:5", "/login", "https", false},
		{"a proxy that says https", "10.0.0.1:5", "/login", "https", true},
		{"a proxy that says http", "10.0.0.1:5", "/login", "http", false},
		{"a proxy that says nothing", "10.0.0.1:5", "/login", "", false},
		{"a health check from beside", "192.0.2.1:5", "/healthz", "", true},
	} {
		r := httptest.NewRequest(http.MethodGet, row.path, nil)
		r.RemoteAddr = row.peer
		if row.proto != "" {
			r.Header.Set("X-Forwarded-Proto", row.proto)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if in := w.Body.String() == "in"; in != row.in || in != (w.Header().Get("Strict-Transport-Security") != "") {
			t.Errorf("%s: status %d, HSTS %q", row.name, w.Code, w.Header().Get("Strict-Transport-Security"))
		}
	}
}
