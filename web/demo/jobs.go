package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"postern/web/inbound"
)

// jobsScope is what the API asks for.
const jobsScope = "jobs:read"

// introspection is what the API needs of RFC 7662 section 2.2's answer.
type introspection struct {
	Active   bool   `json:"active"`
	Scope    string `json:"scope"`
	ClientID string `json:"client_id"`
	Subject  string `json:"sub"`
}

// jobs serves GET /api/jobs, a protected resource (RFC 6750): it takes the token in the Authorization header alone.
func (a *App) jobs(w http.ResponseWriter, r *http.Request) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		refuse(w, http.StatusUnauthorized, "", "") // RFC 6750 3.1: who sent no token is told nothing else
		return
	}
	found, err := a.introspect(r.Context(), token)
	switch {
	case err != nil:
		inbound.From(r.Context()).Reason = err.Error()
		w.Header().Set("Retry-After", "2")
		answer(w, http.StatusServiceUnavailable, map[string]string{"error": "temporarily_unavailable"})
	case !found.Active:
		refuse(w, http.StatusUnauthorized, "invalid_token", "")
	case !slices.Contains(strings.Fields(found.Scope), jobsScope):
		refuse(w, http.StatusForbidden, "insufficient_scope", `, scope="`+jobsScope+`"`)
	default:
		answer(w, http.StatusOK, map[string]any{
			"jobs":   []map[string]string{{"id": "42", "title": "Water the plants", "state": "done"}, {"id": "43", "title": "Sharpen the saw", "state": "open"}},
			"called": map[string]string{"client_id": found.ClientID, "sub": found.Subject, "scope": found.Scope},
		})
	}
}

// introspect asks the server what token is worth. Each call asks anew: a token that was revoked is refused at once.
func (a *App) introspect(ctx context.Context, token string) (introspection, error) {
	m, err := a.provider.metadata(ctx)
	if err != nil {
		return introspection{}, err
	}
	resp, err := a.post(ctx, m.Introspection, a.c.Resource, url.Values{"token": {token}})
	if err != nil {
		return introspection{}, fmt.Errorf("introspect token: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return introspection{}, fmt.Errorf("introspect token: status %d", resp.StatusCode)
	}
	var found introspection
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(&found); err != nil {
		return introspection{}, fmt.Errorf("introspect token: %w", err)
	}
	return found, nil
}

// refuse answers as RFC 6750 section 3 words it.
func refuse(w http.ResponseWriter, status int, code, more string) {
	challenge := `Bearer realm="Acme Planner"`
	body := map[string]string{}
	if code != "" {
		challenge += `, error="` + code + `"` + more
		body["error"] = code
	}
	w.Header().Set("WWW-Authenticate", challenge)
	answer(w, status, body)
}

func answer(w http.ResponseWriter, status int, body any) {
	text, err := json.MarshalIndent(body, "", "  ")
	if err != nil {
		broken(w, nil)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	w.Write(append(text, '\n'))
}
