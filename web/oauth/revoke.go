package oauth

import "net/http"

// Revoke serves POST /oauth/revoke (RFC 7009). Success is 200 with an empty JSON object, as some clients parse the body.
func (e *Endpoints) Revoke() http.Handler { return e.handle(e.revoke) }

func (e *Endpoints) revoke(w http.ResponseWriter, r *http.Request) error {
	call, err := readCall(w, r)
	if err != nil {
		return err
	}
	id := call.Form.Get("client_id")
	err = e.grants.Revoke(r.Context(), call)
	e.allowOrigin(w, r, id)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, []byte("{}"))
	return nil
}
