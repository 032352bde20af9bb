package key

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"fmt"

	"postern/storage"
)

// The algorithms of seal and mac keys, as their rows name them. Those of sig keys are JWS names (RFC 7518 section 3.1).
const (
	algSeal = "XChaCha20-Poly1305"
	algMAC  = "HS256"
	algSig  = "ES256" // the one that always is there
)

// rsaBits is the size of RSA keys: what every verifier takes, and strong enough for keys that live for weeks.
const rsaBits = 2048

// makers make the private part of a key. RSA takes long (a large part of a second), so that none is made while a
// transaction is open.
var makers = map[string]func() ([]byte, error){
	algSeal: makeRandom,
	algMAC:  makeRandom,
	"ES256": func() ([]byte, error) { return pkcs8(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) },
	"RS256": func() ([]byte, error) { return pkcs8(rsa.GenerateKey(rand.Reader, rsaBits)) },
	"PS256": func() ([]byte, error) { return pkcs8(rsa.GenerateKey(rand.Reader, rsaBits)) },
	"EdDSA": func() ([]byte, error) {
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return pkcs8(private, err)
	},
}

func makeRandom() ([]byte, error) {
	b := make([]byte, 32)
	rand.Read(b)
	return b, nil
}

func pkcs8[K any](private K, err error) ([]byte, error) {
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("encode key: %w", err)
	}
	return der, nil
}

// fresh is a key that no row holds yet.
type fresh struct {
	use, alg string
	material []byte
}

func newFresh(use, alg string) (fresh, error) {
	material, err := makers[alg]()
	return fresh{use: use, alg: alg, material: material}, err
}

// row seals f into a new row. A 4-byte id that is taken already makes the insertion fail, and the next try has another.
func (f fresh) row(v *vault) (storage.Key, error) {
	id := newID()
	k := storage.Key{ID: id.kid(f.use), Use: f.use, Alg: f.alg}
	if f.use == UseSig {
		s, err := newSigKey(k.ID, f.alg, f.material)
		if err != nil {
			return k, err
		}
		k.Public = string(s.jwk)
	}
	sealed, err := v.seal(rowPurpose(k), k.ID, f.material)
	k.Sealed = sealed
	return k, err
}

// rowPurpose binds use and alg, so that whoever writes the database cannot make a key work as another kind.
func rowPurpose(k storage.Key) string { return "key/" + k.Use + "/" + k.Alg }

// live is an opened key: exactly one member is set.
type live struct {
	sig  *sigKey
	seal *sealKey
	mac  *macKey
}

// open unseals row k.
func (v *vault) openKey(k storage.Key) (l live, err error) {
	id, ok := parseKID(k.ID, k.Use)
	if !ok {
		return l, ErrNotOpened
	}
	material, err := v.open(rowPurpose(k), k.ID, k.Sealed)
	if err != nil {
		return l, err
	}
	switch k.Use {
	case UseSig:
		l.sig, err = newSigKey(k.ID, k.Alg, material)
	case UseSeal:
		l.seal, err = newSealKey(id, material, v.issuer)
	case UseMAC:
		l.mac, err = newMACKey(id, material, v.issuer)
	default:
		err = ErrNotOpened
	}
	return l, err
}

// parsePrivate reads what pkcs8 wrote.
func parsePrivate(der []byte) (crypto.Signer, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("decode key: %w", err)
	}
	private, ok := parsed.(crypto.Signer)
	if !ok {
		return nil, ErrUnsupportedAlg
	}
	return private, nil
}
