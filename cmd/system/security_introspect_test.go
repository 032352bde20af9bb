package system_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/authz/key"
	"postern/cmd/system/systemtest"
)

// The rows of introspection, revocation, JWT access tokens, and the documents that say how to check them.

const api = `{"client_name":"API","kind":"machine","grant_types":["client_credentials"],"scope":"jobs:*","introspect_any_token":true}`

const inactive = `{"active":false}`

// RI-01, RI-02, RI-08 (RFC 7662 2.1, RFC 7009 2.1): whoever can ask about tokens can try out stolen or guessed ones.
// Without a client's own authentication there is no answer, and nothing is revoked.
func TestIntrospectionAndRevocationNeedTheClient(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp, "jobs:read")
	spa := s.AddClient(spaApp)
	live := x.tokens(t)
	for _, token := range []string{live.Access, live.Refresh} {
		form := url.Values{"token": {token}}
		for name, r := range map[string]*http.Request{
			"RI-01 nobody":             s.Request("POST", "/oauth/introspect", form),
			"RI-02 client_id alone":    s.Request("POST", "/oauth/introspect", with(form, "client_id", x.app.ID)),
			"RI-02 wrong secret":       s.Request("POST", "/oauth/introspect", form, "Authorization", basic(x.app.ID, "wrong")),
			"RI-02 a public client":    s.Request("POST", "/oauth/introspect", with(form, "client_id", spa.ID)),
			"RI-01 the token itself":   s.Request("POST", "/oauth/introspect", form, "Authorization", "Bearer "+token),
			"RI-08 nobody":             s.Request("POST", "/oauth/revoke", form),
			"RI-08 client_id alone":    s.Request("POST", "/oauth/revoke", with(form, "client_id", x.app.ID)),
			"RI-08 wrong secret":       s.Request("POST", "/oauth/revoke", form, "Authorization", basic(x.app.ID, "wrong")),
			"RI-08 the token itself":   s.Request("POST", "/oauth/revoke", form, "Authorization", "Bearer "+token),
			"RI-01 a person's session": s.Request("POST", "/oauth/introspect", form, "Cookie", "postern_session="+x.b.Cookie("postern_session")),
		} {
			a := send(t, r)
			if a.Status != http.StatusUnauthorized || strings.Contains(a.Body, "active") || strings.Contains(a.Body, "jobs:") {
				t.Errorf("%s: status %d: %s", name, a.Status, a.Body)
			}
		}
		for _, path := range []string{"/oauth/introspect", "/oauth/revoke"} {
			a := send(t, s.Request("POST", path+"?token="+token, url.Values{}, "Authorization", basic(x.app.ID, x.app.Secret)))
			if a.Status != http.StatusBadRequest {
				t.Errorf("%s with the token in the query: status %d", path, a.Status)
			}
			for _, method := range []string{"GET", "HEAD", "PUT", "DELETE"} {
				a := send(t, s.Request(method, path+"?token="+token, nil, "Authorization", basic(x.app.ID, x.app.Secret)))
				if a.Status != http.StatusMethodNotAllowed || strings.Contains(a.Body, "active") {
					t.Errorf("%s %s: status %d", method, path, a.Status)
				}
			}
		}
		if !active(t, s, x.app, token) {
			t.Error("RI-08: a request that was refused revoked the token")
		}
	}
}

// RI-03, RI-07, RI-12, requirement 10 (RFC 7662 4, RFC 7009 2.1, 2.2): another client's token is neither shown nor
// revoked, and the answers do not tell that it is one. A wrong hint changes nothing.
func TestForeignTokensAreNeitherShownNorRevoked(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp, "jobs:read")
	other, reader := s.AddClient(otherApp), s.AddClient(api)
	live := x.tokens(t)
	hints := []string{"", "access_token", "refresh_token", "id_token", "urn:x:nonsense"}
	for _, token := range []string{live.Access, live.Refresh, "pat_x", "prt_x", "x", live.Access + "x"} {
		for _, hint := range hints {
			form := with(url.Values{"token": {token}}, "token_type_hint", hint)
			if a := tell(t, s, "/oauth/introspect", other, form); a.Status != http.StatusOK || a.Body != inactive {
				t.Errorf("RI-03 hint %q: status %d: %s", hint, a.Status, a.Body)
			}
			if a := tell(t, s, "/oauth/revoke", other, form); a.Status != http.StatusOK || a.Body != "{}" {
				t.Errorf("RI-12 hint %q: status %d: %s", hint, a.Status, a.Body)
			}
		}
	}
	for _, token := range []string{live.Access, live.Refresh} {
		for _, hint := range hints {
			form := with(url.Values{"token": {token}}, "token_type_hint", hint)
			for _, who := range []systemtest.Client{x.app, reader} {
				if a := tell(t, s, "/oauth/introspect", who, form); a.document()["active"] != true {
					t.Errorf("RI-07 hint %q: %s", hint, a.Body)
				}
			}
		}
	}
	// Who may look at any token may still revoke its own alone.
	tell(t, s, "/oauth/revoke", reader, url.Values{"token": {live.Refresh}})
	if !active(t, s, x.app, live.Refresh) {
		t.Error("RI-12: introspect_any_token revokes any token")
	}
}

// RI-10, RI-11 (RFC 7009 2, 2.1), with the wrong hint: a revoked access token is over at once, alone; a refresh token
// takes its grant with it. A public client revokes its own.
func TestRevokedTokensAreOverAtOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := start(t, e)
		s.AddUser("user@example.com", false)
		reader := s.AddClient(api)
		for name, metadata := range map[string]string{"web": webApp, "public": spaApp, "JWT": jwtApp} {
			x := allowed(t, s, metadata, "jobs:read")
			live := x.tokens(t)
			if a := tell(t, s, "/oauth/revoke", x.app, url.Values{"token": {live.Access}, "token_type_hint": {"refresh_token"}}); a.Status != http.StatusOK {
				t.Fatalf("RI-10 %s: status %d", name, a.Status)
			}
			eventually(t, func() bool { return !active(t, s, reader, live.Access) })
			next := refresh(t, s, x.app, live.Refresh)
			if next.status != http.StatusOK || !active(t, s, reader, next.Access) {
				t.Errorf("RI-10 %s: revoking an access token ended the grant: %s", name, next.Error)
			}
			if a := tell(t, s, "/oauth/revoke", x.app, url.Values{"token": {live.Refresh}, "token_type_hint": {"access_token"}}); a.Status != http.StatusOK {
				t.Fatalf("RI-11 %s: status %d", name, a.Status)
			}
			eventually(t, func() bool { return !active(t, s, reader, next.Access) && !active(t, s, reader, next.Refresh) })
			if a := refresh(t, s, x.app, next.Refresh); a.Error != "invalid_grant" {
				t.Errorf("RI-11 %s: the grant lives on: %d", name, a.status)
			}
		}
	})
}

func part(v any) string {
	text, _ := json.Marshal(v) // maps of strings always marshal
	return base64.RawURLEncoding.EncodeToString(text)
}

func hs256(secret, signed string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// readJWT takes a JWT apart without checking it.
func readJWT(t *testing.T, text string) (segments []string, header, claims map[string]any) {
	t.Helper()
	segments = strings.Split(text, ".")
	if len(segments) != 3 {
		t.Fatalf("no JWT: %.20s", text)
	}
	for i, into := range []*map[string]any{&header, &claims} {
		raw, err := base64.RawURLEncoding.DecodeString(segments[i])
		check(t, err)
		check(t, json.Unmarshal(raw, into))
	}
	return segments, header, claims
}

// forgeries are JWTs that are not the live one, made of it and of the published keys.
func forgeries(t *testing.T, live, jwks string) map[string]string {
	t.Helper()
	segments, header, claims := readJWT(t, live)
	head := func(change ...any) string {
		h := map[string]any{}
		for k, v := range header {
			h[k] = v
		}
		for i := 0; i < len(change); i += 2 {
			h[change[i].(string)] = change[i+1]
		}
		return part(h)
	}
	admin := map[string]any{}
	for k, v := range claims {
		admin[k] = v
	}
	admin["sub"] = "00000000000000000000000000"
	own := map[string]any{"kty": "oct", "k": "c2VjcmV0"}
	return map[string]string{
		"JW-01 alg none":                  head("alg", "none") + "." + segments[1] + ".",
		"JW-01 alg nOnE":                  head("alg", "nOnE") + "." + segments[1] + ".",
		"JW-01 alg none, old signature":   head("alg", "none") + "." + segments[1] + "." + segments[2],
		"JW-01 no alg":                    part(map[string]any{"typ": "at+jwt", "kid": header["kid"]}) + "." + segments[1] + ".",
		"JW-01 no signature":              segments[0] + "." + segments[1] + ".",
		"JW-03 changed claim":             segments[0] + "." + part(admin) + "." + segments[2],
		"JW-03 changed signature":         segments[0] + "." + segments[1] + "." + manglings(segments[2])["one character changed"],
		"JW-04 HS256 with the key set":    hs256(jwks, head("alg", "HS256")+"."+segments[1]),
		"JW-04 HS256 with an empty key":   hs256("", head("alg", "HS256")+"."+segments[1]),
		"JW-04 HS256 with the kid":        hs256(header["kid"].(string), head("alg", "HS256")+"."+segments[1]),
		"JW-05 own key in the header":     hs256("secret", head("alg", "HS256", "jwk", own)+"."+segments[1]),
		"JW-05 own key, our alg":          hs256("secret", head("jwk", own)+"."+segments[1]),
		"JW-06 jku":                       hs256("secret", head("jku", "http://127.0.0.1:1/keys")+"."+segments[1]),
		"JW-06 x5u":                       hs256("secret", head("x5u", "http://127.0.0.1:1/cert")+"."+segments[1]),
		"JW-07 kid with a path":           hs256("", head("alg", "HS256", "kid", "../../../../dev/null")+"."+segments[1]),
		"JW-07 kid with SQL":              hs256("x", head("kid", "' union select 'x' --")+"."+segments[1]),
		"JW-07 kid of 100 kB":             hs256("x", head("kid", strings.Repeat("k", 40_000))+"."+segments[1]),
		"JW-07 kid that is no text":       hs256("x", head("kid", 7)+"."+segments[1]),
		"JW-07 kid with a NUL":            hs256("x", head("kid", "sig-\x00")+"."+segments[1]),
		"JW-08 another typ":               head("typ", "JWT") + "." + segments[1] + "." + segments[2],
		"JW-08 crit":                      head("crit", []string{"exp"}) + "." + segments[1] + "." + segments[2],
		"JW-09 signed by nobody, expired": part(map[string]any{"alg": "none"}) + "." + part(map[string]any{"sub": "admin", "exp": 1}) + ".",
		"JW-09 a JWE":                     part(map[string]any{"alg": "dir", "enc": "A128GCM"}) + "..AAAA.AAAA.AAAA",
		"JW-09 nested":                    part(map[string]any{"alg": "none", "cty": "JWT"}) + "." + base64.RawURLEncoding.EncodeToString([]byte(live)) + ".",
		"four parts":                      live + ".x",
		"a blank behind":                  live + " ",
		"a line break inside":             segments[0] + "." + segments[1][:4] + "\n" + segments[1][4:] + "." + segments[2],
		"padding":                         segments[0] + "." + segments[1] + "=." + segments[2],
		"JSON serialization":              `{"payload":"` + segments[1] + `","protected":"` + segments[0] + `","signature":"` + segments[2] + `"}`,
		"by two dots":                     "..",
	}
}

// JW-01 to JW-09 (RFC 8725, CVE-2015-9235, CVE-2016-10555, CVE-2018-0114): a JWT that we did not sign as it is. There is
// no ID token (JW-02) and no userinfo yet: introspection is where tokens are believed.
func TestForgedJWTsAreInactive(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, jwtApp, "jobs:read")
	reader := s.AddClient(api)
	live := x.tokens(t).Access
	if !active(t, s, reader, live) {
		t.Fatal("control: the token is not active")
	}
	for name, token := range forgeries(t, live, send(t, s.Request("GET", "/.well-known/jwks.json", nil)).Body) {
		a := tell(t, s, "/oauth/introspect", reader, url.Values{"token": {token}})
		if a.Status != http.StatusOK || a.Body != inactive {
			t.Errorf("%s: status %d: %s", name, a.Status, a.Body)
		}
	}
}

// JW-18 (RFC 9068 2): a JWT says that it is an access token, for a resource and not for the client, and lives ten minutes.
func TestJWTsSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x, reader := allowed(t, s, jwtApp, "jobs:read"), s.AddClient(api)
	live := x.tokens(t).Access
	_, header, claims := readJWT(t, live)
	if header["typ"] != "at+jwt" || header["alg"] != "ES256" || header["jwk"] != nil {
		t.Errorf("JW-18: header %v", header)
	}
	if slices.Contains(audienceOf(claims), x.app.ID) || claims["exp"].(float64)-claims["iat"].(float64) > 600 {
		t.Errorf("JW-18: audience %v, lifetime %v s", claims["aud"], claims["exp"].(float64)-claims["iat"].(float64))
	}
	s.Clock.Advance(10*time.Minute + time.Second)
	if active(t, s, reader, live) {
		t.Error("JW-18: it lives past its 10 minutes")
	}
}

func audienceOf(claims map[string]any) []string {
	var out []string
	list, _ := claims["aud"].([]any)
	for _, a := range list {
		out = append(out, a.(string))
	}
	if one, ok := claims["aud"].(string); ok {
		out = append(out, one)
	}
	return out
}

// JW-10, JW-12, requirement 11 (RFC 7517 9.2, RFC 8414, RFC 9207): what the documents give away and what they offer.
func TestDocumentsOfferNothingWeakAndNothingPrivate(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	var set struct{ Keys []map[string]any }
	check(t, json.Unmarshal([]byte(send(t, s.Request("GET", "/.well-known/jwks.json", nil)).Body), &set))
	if len(set.Keys) == 0 {
		t.Fatal("no keys")
	}
	for _, k := range set.Keys {
		for name := range k {
			if !slices.Contains([]string{"kty", "use", "kid", "alg", "crv", "x", "y", "n", "e"}, name) {
				t.Errorf("JW-10: a key has the member %s", name)
			}
		}
		if k["kty"] == "oct" {
			t.Error("JW-10: a symmetric key")
		}
	}
	a := send(t, s.Request("GET", "/.well-known/oauth-authorization-server", nil, "Host", "evil.example", "X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "https", "Forwarded", "host=evil.example"))
	for _, weak := range []string{`"none"`, `"plain"`, `"implicit"`, `"password"`, `"token"`, `"HS256"`, `"fragment"`, "evil.example"} {
		if strings.Contains(strings.Replace(a.Body, `"none",`, "", 2), weak) {
			t.Errorf("JW-12, PX-02: the metadata offers %s", weak)
		}
	}
	d := a.document()
	if d["issuer"] != s.URL || d["authorization_response_iss_parameter_supported"] != true {
		t.Errorf("requirement 11: %s", a.Body)
	}
	for name, v := range d {
		if strings.HasSuffix(name, "_endpoint") && !strings.HasPrefix(v.(string), s.URL+"/") {
			t.Errorf("requirement 18: %s is %v", name, v)
		}
	}
}

// JW-20 (RFC 8725, OpenID Connect Core 10.1.1): a resource server keeps the key set for five minutes. A new key is in it
// before anything is signed with it, and the old one for as long as something that it signed lives; then it is gone.
func TestSigningKeysOverlap(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, jwtApp, "jobs:read")
	reader := s.AddClient(api)
	first := x.tokens(t)
	kids := func() int {
		return strings.Count(send(t, s.Request("GET", "/.well-known/jwks.json", nil)).Body, `"kid"`)
	}
	if kids() != 1 {
		t.Fatalf("%d keys to begin with", kids())
	}
	_, err := s.Keys.Rotate(t.Context(), nil, key.UseSig, false)
	check(t, err)
	second := refresh(t, s, x.app, first.Refresh)
	if kids() != 2 || headOf(second.Access) != headOf(first.Access) {
		t.Errorf("JW-20: %d keys published; the new one signs before it can be known: %t", kids(), headOf(second.Access) != headOf(first.Access))
	}
	s.Clock.Advance(6 * time.Minute)
	third := refresh(t, s, x.app, second.Refresh)
	if headOf(third.Access) == headOf(first.Access) || !active(t, s, reader, third.Access) || !active(t, s, reader, second.Access) || kids() != 2 {
		t.Errorf("JW-20: %d keys; the new key signs: %t; old tokens live: %t", kids(), headOf(third.Access) != headOf(first.Access), active(t, s, reader, second.Access))
	}
	s.Clock.Advance(25 * time.Hour)
	if kids() != 1 {
		t.Errorf("JW-20: %d keys after everything of the old one has expired", kids())
	}
}

func headOf(jwt string) string { head, _, _ := strings.Cut(jwt, "."); return head }
