package token

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// attack is a text made from one of ours with what a stranger has: the text, the JWKS, and keys of his own.
type attack struct {
	name  string
	forge func(t *testing.T, f forger) string
}

// forger has the parts of a good token.
type forger struct {
	header, payload, signature string // segments
	kid                        string
	public                     jose.JSONWebKey
	own                        *ecdsa.PrivateKey
}

func newForger(t *testing.T, m *Mint) forger {
	t.Helper()
	parts := strings.Split(must(m.SignAccess(userAccess(), "ES256"))(t), ".")
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	f := forger{header: parts[0], payload: parts[1], signature: parts[2], own: own}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(m.ring.JWKS(), &set); err != nil {
		t.Fatal(err)
	}
	for _, k := range set.Keys { // the set has keys of other algorithms too, in no order
		if k.Algorithm == "ES256" {
			f.public, f.kid = k, k.KeyID
		}
	}
	header, _ := base64.RawURLEncoding.DecodeString(f.header)
	if want := `{"alg":"ES256","kid":"` + f.kid + `","typ":"at+jwt"}`; string(header) != want {
		t.Fatalf("header %s, not %s", header, want)
	}
	return f
}

func segment(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// signed signs the payload with the forger's key and whatever header.
func (f forger) signed(t *testing.T, alg jose.SignatureAlgorithm, k any, headers map[jose.HeaderKey]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: k}, &jose.SignerOptions{ExtraHeaders: headers})
	if err != nil {
		t.Fatal(err)
	}
	payload, _ := base64.RawURLEncoding.DecodeString(f.payload)
	jws, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	return must(jws.CompactSerialize())(t)
}

// withHeader keeps payload and signature under another header.
func withHeader(header string) func(*testing.T, forger) string {
	return func(_ *testing.T, f forger) string {
		return segment(strings.ReplaceAll(header, "KID", f.kid)) + "." + f.payload + "." + f.signature
	}
}

var attacks = []attack{
	{"JW-01 alg none, no signature", func(_ *testing.T, f forger) string { return segment(`{"alg":"none"}`) + "." + f.payload + "." }},
	{"JW-01 alg none, our kid, a signature", withHeader(`{"alg":"none","kid":"KID","typ":"at+jwt"}`)},
	{"JW-01 alg nOnE", withHeader(`{"alg":"nOnE","kid":"KID","typ":"at+jwt"}`)},
	{"JW-03 another sub, the old signature", func(_ *testing.T, f forger) string {
		b, _ := base64.RawURLEncoding.DecodeString(f.payload)
		other := strings.Replace(string(b), anID(2).String(), anID(9).String(), 1)
		return f.header + "." + segment(other) + "." + f.signature
	}},
	{"JW-04 HS256 keyed with the public key's coordinates", func(t *testing.T, f forger) string {
		public, _ := f.public.Key.(*ecdsa.PublicKey).Bytes()
		return f.signed(t, jose.HS256, public, map[jose.HeaderKey]any{"kid": f.kid, "typ": "at+jwt"})
	}},
	{"JW-04 HS256 keyed with the JWK", func(t *testing.T, f forger) string {
		jwk, _ := f.public.MarshalJSON()
		return f.signed(t, jose.HS256, jwk, map[jose.HeaderKey]any{"kid": f.kid, "typ": "at+jwt"})
	}},
	{"JW-05 own key in jwk", func(t *testing.T, f forger) string {
		jwk := jose.JSONWebKey{Key: f.own.Public()}
		return f.signed(t, jose.ES256, f.own, map[jose.HeaderKey]any{"kid": f.kid, "typ": "at+jwt", "jwk": jwk})
	}},
	{"own key under our very header", func(t *testing.T, f forger) string {
		return f.signed(t, jose.ES256, f.own, map[jose.HeaderKey]any{"kid": f.kid, "typ": "at+jwt"})
	}},
	{"own key at a jku", func(t *testing.T, f forger) string {
		return f.signed(t, jose.ES256, f.own, map[jose.HeaderKey]any{"kid": f.kid, "typ": "at+jwt", "jku": "https://evil.example/jwks"})
	}},
	{"own key at an x5u", func(t *testing.T, f forger) string {
		return f.signed(t, jose.ES256, f.own, map[jose.HeaderKey]any{"kid": f.kid, "typ": "at+jwt", "x5u": "https://evil.example/c.pem"})
	}},
	{"a crit header", withHeader(`{"alg":"ES256","crit":["exp"],"exp":1,"kid":"KID","typ":"at+jwt"}`)},
	{"b64 false", withHeader(`{"alg":"ES256","b64":false,"crit":["b64"],"kid":"KID","typ":"at+jwt"}`)},
	{"JW-07 kid with a path", withHeader(`{"alg":"ES256","kid":"../../../dev/null","typ":"at+jwt"}`)},
	{"JW-07 kid with SQL", withHeader(`{"alg":"ES256","kid":"' or 1=1 --","typ":"at+jwt"}`)},
	{"JW-07 kid of 100 kB", withHeader(`{"alg":"ES256","kid":"` + strings.Repeat("k", 100_000) + `","typ":"at+jwt"}`)},
	{"kid in upper case", func(t *testing.T, f forger) string {
		return withHeader(`{"alg":"ES256","kid":"`+strings.ToUpper(f.kid)+`","typ":"at+jwt"}`)(t, f)
	}},
	{"no kid", withHeader(`{"alg":"ES256","typ":"at+jwt"}`)},
	{"kid twice", withHeader(`{"alg":"ES256","kid":"KID","kid":"KID","typ":"at+jwt"}`)},
	{"typ JWT", withHeader(`{"alg":"ES256","kid":"KID","typ":"JWT"}`)},
	{"no typ", withHeader(`{"alg":"ES256","kid":"KID"}`)},
	{"another alg of the same kid", withHeader(`{"alg":"ES384","kid":"KID","typ":"at+jwt"}`)},
	{"a header with blanks", withHeader(`{ "alg":"ES256","kid":"KID","typ":"at+jwt"}`)},
	{"JW-09 a nested token", func(_ *testing.T, f forger) string {
		return f.header + "." + segment(f.header+"."+f.payload+"."+f.signature) + "." + f.signature
	}},
	{"JW-09 five segments, as a JWE has", func(_ *testing.T, f forger) string {
		return f.header + "." + f.payload + "." + f.signature + "." + f.payload + "." + f.signature
	}},
	{"the JSON serialization", func(_ *testing.T, f forger) string {
		return `{"protected":"` + f.header + `","payload":"` + f.payload + `","signature":"` + f.signature + `"}`
	}},
	{"an empty signature", func(_ *testing.T, f forger) string { return f.header + "." + f.payload + "." }},
	{"a signature of zeros (CVE-2022-21449)", func(_ *testing.T, f forger) string {
		return f.header + "." + f.payload + "." + segment(strings.Repeat("\x00", 64))
	}},
	{"larger than 8 KiB", func(_ *testing.T, f forger) string {
		return f.header + "." + strings.Repeat(f.payload, 20) + "." + f.signature
	}},
}

// RFC 8725: what strangers make is refused, whatever its header says.
func TestForgedJWT(t *testing.T) {
	t.Parallel()
	m := newMint(t, "EdDSA")
	f := newForger(t, m)
	for _, a := range attacks {
		if _, err := m.VerifyAccess(a.forge(t, f)); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", a.name, err)
		}
	}
	if _, err := m.VerifyAccess(f.header + "." + f.payload + "." + f.signature); err != nil {
		t.Errorf("the token itself: %v", err)
	}
}

// JW-18, RFC 9068 section 2: what a resource server sees.
func TestJWTAsOthersReadIt(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	a := userAccess()
	a.Audience = []string{"https://api.example"}
	jws, err := jose.ParseSignedCompact(must(m.SignAccess(a, "ES256"))(t), []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(m.ring.JWKS(), &set); err != nil {
		t.Fatal(err)
	}
	payload, err := jws.Verify(set)
	if err != nil {
		t.Fatal(err)
	}
	if typ := jws.Signatures[0].Protected.ExtraHeaders["typ"]; typ != "at+jwt" {
		t.Errorf("typ %v", typ)
	}
	var got map[string]any
	if err := json.Unmarshal(payload, &got); err != nil {
		t.Fatal(err)
	}
	same(t, "claims", got, map[string]any{
		"iss": issuer, "sub": a.Subject.String(), "aud": []any{"https://api.example"}, "client_id": a.Client,
		"iat": float64(noon.Unix()), "exp": float64(noon.Add(time.Hour).Unix()), "jti": a.ID.String(),
		"scope": "jobs.read jobs.write profile", "auth_time": float64(noon.Add(-time.Minute).Unix()),
		"postern": map[string]any{"grant": a.Grant.String(), "org": a.Org.String(), "epochs": []any{1.0, 4.0}},
	})
}

func TestJWTOfAClientHasItAsSubject(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	s := must(m.SignAccess(&Access{Client: "backend", IssuedAt: noon, ExpiresAt: noon.Add(time.Minute)}, "ES256"))(t)
	b, _ := base64.RawURLEncoding.DecodeString(strings.Split(s, ".")[1])
	if !strings.Contains(string(b), `"sub":"backend"`) || strings.Contains(string(b), "auth_time") {
		t.Errorf("claims %s", b)
	}
}
