package oauth

import (
	"encoding/json"
	"net/http"
	"strconv"

	"postern/authz/grant"
)

// Introspect serves POST /oauth/introspect (RFC 7662).
func (e *Endpoints) Introspect() http.Handler { return e.handle(e.introspect) }

func (e *Endpoints) introspect(w http.ResponseWriter, r *http.Request) error {
	call, err := readCall(w, r)
	if err != nil {
		return err
	}
	id := call.Form.Get("client_id")
	found, err := e.grants.Introspect(r.Context(), call)
	e.allowOrigin(w, r, id)
	if err != nil {
		return err
	}
	buffer := bodies.Get().(*[]byte)
	*buffer = e.appendIntrospection((*buffer)[:0], &found)
	writeJSON(w, http.StatusOK, *buffer)
	bodies.Put(buffer)
	return nil
}

// appendIntrospection writes RFC 7662 2.2's document. What may hold any character goes through encoding/json.
func (e *Endpoints) appendIntrospection(b []byte, i *grant.Introspection) []byte {
	if !i.Active {
		return append(b, `{"active":false}`...)
	}
	b = append(b, `{"active":true,"scope":"`...)
	b = appendList(b, i.Scopes)
	b = append(b, '"')
	b = appendMember(b, "client_id", i.Client)
	b = appendMember(b, "token_type", i.TokenType)
	b = appendMember(b, "sub", i.Subject)
	b = appendMember(b, "iss", e.grants.Issuer())
	b = appendMember(b, "jti", i.ID)
	b = appendMember(b, "organization", i.Org)
	b = append(b, `,"iat":`...)
	b = strconv.AppendInt(b, i.IssuedAt.Unix(), 10)
	b = append(b, `,"exp":`...)
	b = strconv.AppendInt(b, i.ExpiresAt.Unix(), 10)
	if !i.AuthTime.IsZero() {
		b = append(b, `,"auth_time":`...)
		b = strconv.AppendInt(b, i.AuthTime.Unix(), 10)
	}
	if len(i.Audience) > 0 {
		b = append(b, `,"aud":`...)
		audience, _ := json.Marshal(i.Audience) // strings always marshal
		b = append(b, audience...)
	}
	return append(b, '}')
}

func appendMember(b []byte, name, value string) []byte {
	if value == "" {
		return b
	}
	b = append(b, ',', '"')
	b = append(b, name...)
	b = append(b, `":`...)
	if plain(value) {
		b = append(b, '"')
		b = append(b, value...)
		return append(b, '"')
	}
	quoted, _ := json.Marshal(value) // a string always marshals
	return append(b, quoted...)
}

func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c > 0x7e || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}
