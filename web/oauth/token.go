package oauth

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"postern/authz/grant"
	"postern/web/inbound"
)

// Token serves POST /oauth/token (RFC 6749 3.2).
func (e *Endpoints) Token() http.Handler { return e.handle(e.token) }

func (e *Endpoints) token(w http.ResponseWriter, r *http.Request) error {
	call, err := readCall(w, r)
	if err != nil {
		return err
	}
	id := call.Form.Get("client_id")
	tokens, err := e.grants.Token(r.Context(), call)
	e.allowOrigin(w, r, id)
	if err != nil {
		return err
	}
	inbound.From(r.Context()).Client = tokens.Client
	buffer := bodies.Get().(*[]byte)
	*buffer = appendTokens((*buffer)[:0], &tokens)
	writeJSON(w, http.StatusOK, *buffer)
	bodies.Put(buffer)
	return nil
}

var bodies = sync.Pool{New: func() any { b := make([]byte, 0, 1024); return &b }}

// appendTokens writes RFC 6749 5.1's document by hand, for speed: tokens and scope names have no character that JSON
// would escape.
func appendTokens(b []byte, t *grant.Tokens) []byte {
	b = append(b, `{"access_token":"`...)
	b = append(b, t.AccessToken...)
	b = append(b, `","token_type":"Bearer","expires_in":`...)
	b = strconv.AppendInt(b, int64(t.ExpiresIn/time.Second), 10)
	if t.RefreshToken != "" {
		b = append(b, `,"refresh_token":"`...)
		b = append(b, t.RefreshToken...)
		b = append(b, '"')
	}
	b = append(b, `,"scope":"`...)
	return append(appendList(b, t.Scopes), `"}`...)
}

func appendList(b []byte, items []string) []byte {
	for i, item := range items {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, item...)
	}
	return b
}
