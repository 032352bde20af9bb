package oauth

import (
	"encoding/json"
	"log/slog"
	"net/http"

	"postern/authz/grant"
	"postern/web/inbound"
	"postern/web/page"
)

// Endpoints serves the protocol.
type Endpoints struct {
	grants *grant.Server
	log    *slog.Logger
}

// New makes Endpoints.
func New(grants *grant.Server, log *slog.Logger) *Endpoints {
	return &Endpoints{grants: grants, log: log}
}

type handler func(http.ResponseWriter, *http.Request) error

// handle serves one endpoint: POST, preflights, and errors as JSON.
func (e *Endpoints) handle(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodOptions {
			preflight(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Pragma", "no-cache") // RFC 6749 5.1
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", "POST, OPTIONS")
			e.Fail(w, r, &grant.Error{
				Code: grant.InvalidRequest, Status: http.StatusMethodNotAllowed, Reason: "method",
				Description: "This endpoint takes POST alone.",
			})
			return
		}
		if err := h(w, r); err != nil {
			e.Fail(w, r, err)
		}
	})
}

// Fail writes the error document of RFC 6749 5.2.
func (e *Endpoints) Fail(w http.ResponseWriter, r *http.Request, err error) {
	refusal := grant.AsError(err)
	info := inbound.From(r.Context())
	info.Reason, info.Client = refusal.Error(), refusal.Client
	if refusal.Status >= http.StatusInternalServerError {
		e.log.ErrorContext(r.Context(), "request failed", "request_id", info.ID, "path", r.URL.Path, "error", err)
	}
	if refusal.Basic {
		w.Header().Set("WWW-Authenticate", `Basic realm="Postern", charset="UTF-8"`)
	}
	if refusal.RetryAfter > 0 {
		w.Header().Set("Retry-After", page.RetryAfter(refusal.RetryAfter))
	}
	body, err := json.Marshal(map[string]string{
		"error": string(refusal.Code), "error_description": refusal.Description, "request_id": info.ID,
	})
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	writeJSON(w, refusal.Status, body)
}

func writeJSON(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(body)
}
