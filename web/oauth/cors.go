package oauth

import "net/http"

// preflight lets any origin ask: no endpoint here reads a cookie, so the answer to a stranger's script holds nothing
// that the stranger could not fetch itself. What scripts may read of the real answer, allowOrigin decides.
func preflight(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	if origin := r.Header.Get("Origin"); origin != "" {
		h.Set("Access-Control-Allow-Origin", origin)
		h.Add("Vary", "Origin")
		h.Set("Access-Control-Allow-Methods", "POST, OPTIONS")
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, DPoP, X-Request-Id")
		h.Set("Access-Control-Max-Age", "3600")
	}
	h.Set("Allow", "POST, OPTIONS")
	w.WriteHeader(http.StatusNoContent)
}

// allowOrigin lets scripts read the answer if their origin is one of the client's redirect URIs'. It comes before the
// body is written.
func (e *Endpoints) allowOrigin(w http.ResponseWriter, r *http.Request, clientID string) {
	origin := r.Header.Get("Origin")
	if origin == "" || clientID == "" || !e.grants.AllowsOrigin(r.Context(), clientID, origin) {
		return
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", origin)
	h.Add("Vary", "Origin")
	h.Set("Access-Control-Expose-Headers", "WWW-Authenticate, Retry-After, X-Request-Id")
}
