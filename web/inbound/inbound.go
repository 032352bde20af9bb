package inbound

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"
)

// Info is what is known of a request before anybody handles it.
type Info struct {
	ID      string     // of the request: in the log, the answer and error pages
	Address netip.Addr // of the caller, proxies taken into account
	Started time.Time
	Reason  string // why it was refused, for the log; set by whoever refuses
	Client  string // the OAuth client concerned, for the log
}

// Config says how requests come in.
type Config struct {
	HTTPS   bool           // the issuer is https: plain HTTP is refused
	Proxies []netip.Prefix // whose X-Forwarded-* headers are believed
	Now     func() time.Time
	Logger  *slog.Logger
	Panic   func(http.ResponseWriter, *http.Request) // answers after a panic
}

type infoKey struct{}

// From returns what is known of the request that ctx belongs to. It is never nil.
func From(ctx context.Context) *Info {
	if info, ok := ctx.Value(infoKey{}).(*Info); ok {
		return info
	}
	return &Info{}
}

// Wrap puts next behind the gate.
func Wrap(c Config, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		info := &Info{ID: requestID(r), Started: c.Now()}
		peer := peerOf(r)
		trusted := contains(c.Proxies, peer)
		info.Address = peer
		if trusted {
			info.Address = forwardedFor(r, c.Proxies, peer)
		}
		w.Header().Set("X-Request-Id", info.ID)
		EndChunked(w, r)
		out := &recorder{ResponseWriter: w}
		r = r.WithContext(context.WithValue(r.Context(), infoKey{}, info))
		defer func() { c.finish(out, r, info, recover()) }()
		if c.HTTPS && !secure(r, trusted) && !probe(r) {
			info.Reason = "plain HTTP where the issuer is https"
			refuse(out, http.StatusForbidden, "This server is reached over https only.\n")
			return
		}
		if !text(r.URL.Path) {
			info.Reason = "the path is not text"
			refuse(out, http.StatusBadRequest, "This is not an address: it has a NUL byte or is not UTF-8.\n")
			return
		}
		if c.HTTPS {
			out.Header().Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(out, r)
	})
}

// finish writes the request's one log line, and answers for a handler that panicked.
func (c Config) finish(w *recorder, r *http.Request, info *Info, panicked any) {
	if panicked != nil {
		c.Logger.ErrorContext(r.Context(), "handler panicked", "request_id", info.ID, "panic", panicked, "stack", string(debug.Stack()))
		if w.status != 0 {
			panic(http.ErrAbortHandler) // the answer has begun: end the connection rather than finish it with nonsense
		}
		c.Panic(w, r)
	}
	if !c.Logger.Enabled(r.Context(), slog.LevelInfo) {
		return
	}
	attrs := make([]slog.Attr, 0, 8)
	attrs = append(attrs,
		slog.String("request_id", info.ID), slog.String("method", r.Method), slog.String("path", r.URL.Path),
		slog.Int("status", w.status), slog.Int64("duration_us", c.Now().Sub(info.Started).Microseconds()),
		slog.String("address", info.Address.String()))
	if info.Client != "" {
		attrs = append(attrs, slog.String("client_id", info.Client))
	}
	if info.Reason != "" {
		attrs = append(attrs, slog.String("reason", info.Reason))
	}
	c.Logger.LogAttrs(r.Context(), slog.LevelInfo, "request", attrs...)
}

// recorder notes the status on its way out.
type recorder struct {
	http.ResponseWriter
	status int
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController through.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// requestID takes over the caller's id if it is harmless, and else makes one.
func requestID(r *http.Request) string {
	if id := r.Header.Get("X-Request-Id"); id != "" && len(id) <= 64 && plainID(id) {
		return id
	}
	var b [12]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func plainID(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_' || c == '.') {
			return false
		}
	}
	return true
}

func secure(r *http.Request, trusted bool) bool {
	return r.TLS != nil || trusted && r.Header.Get("X-Forwarded-Proto") == "https"
}

// probe tells whether r is a health check, which comes from beside the proxy.
func probe(r *http.Request) bool { return r.URL.Path == "/healthz" || r.URL.Path == "/readyz" }

// text tells whether a path can name anything: PostgreSQL takes neither NUL bytes nor what is not UTF-8, so a look-up
// would be a fault of ours (SECURITY TE-23, TE-24).
func text(path string) bool { return strings.IndexByte(path, 0) < 0 && utf8.ValidString(path) }

func refuse(w http.ResponseWriter, status int, sentence string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	io.WriteString(w, sentence)
}

// EndChunked has the connection closed after the answer to a request with a Transfer-Encoding. If it had a Content-Length
// too, a proxy in front may see its end elsewhere than net/http, which drops that header unseen, and what follows would be
// taken for a request of the next person on the connection (RFC 9112 6.1, SECURITY TE-34). Those who send forms know their
// length, so honest callers lose nothing.
func EndChunked(w http.ResponseWriter, r *http.Request) {
	if len(r.TransferEncoding) > 0 {
		w.Header().Set("Connection", "close")
	}
}
