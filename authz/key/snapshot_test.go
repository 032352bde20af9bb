package key

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/storage"
)

const issuer = "https://id.example"

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

func newTestVault(t testing.TB) *vault {
	t.Helper()
	v, err := newVault([]byte(strings.Repeat("s", 32)), issuer)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// rowOf is the row of a new key that is used from noon plus active on.
func rowOf(t testing.TB, v *vault, use, alg string, ordinal int64, active time.Duration) storage.Key {
	t.Helper()
	f, err := newFresh(use, alg)
	if err != nil {
		t.Fatal(err)
	}
	k, err := f.row(v)
	if err != nil {
		t.Fatal(err)
	}
	k.Ordinal, k.CreatedAt, k.ActiveAt = ordinal, noon, noon.Add(active)
	return k
}

func TestCurrentKeyIsTheNewestWhoseTimeHasCome(t *testing.T) {
	t.Parallel()
	v := newTestVault(t)
	first := rowOf(t, v, UseSeal, algSeal, 1, 0)
	second := rowOf(t, v, UseSeal, algSeal, 2, 2*time.Hour)
	third := rowOf(t, v, UseSeal, algSeal, 3, 4*time.Hour)
	rows := []struct {
		name string
		at   time.Duration
		want storage.Key
	}{
		{"a clock set back before all of them gets the oldest", -time.Hour, first},
		{"in its first moment", 0, first},
		{"a moment before the second is used", 2*time.Hour - 1, first},
		{"when the second is used", 2 * time.Hour, second},
		{"when the third is used", 4 * time.Hour, third},
		{"long after", 400 * time.Hour, third},
	}
	s, err := build(v, []storage.Key{first, second, third}, nil, noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		now := noon.Add(row.at)
		if got := s.seals.current(now)[SealAccess].ID.kid(UseSeal); got != row.want.ID {
			t.Errorf("%s: %s, not %s", row.name, got, row.want.ID)
		}
		if got := current(s.rows, UseSeal, algSeal, now).ID; got != row.want.ID {
			t.Errorf("%s, by the rows: %s, not %s", row.name, got, row.want.ID)
		}
	}
}

func TestKeyIsFoundUntilItIsGone(t *testing.T) {
	t.Parallel()
	v := newTestVault(t)
	k := rowOf(t, v, UseSeal, algSeal, 1, time.Hour)
	k.ExpiresAt = noon.Add(10 * time.Hour)
	revoked := rowOf(t, v, UseSeal, algSeal, 2, 0)
	revoked.RevokedAt = noon
	s, err := build(v, []storage.Key{k, revoked}, nil, noon)
	if err != nil {
		t.Fatal(err)
	}
	rows := []struct {
		name string
		key  storage.Key
		at   time.Duration
		want bool
	}{
		{"announced, for another node's clock may be ahead", k, 0, true},
		{"a moment before its end", k, 10*time.Hour - 1, true},
		{"at its end", k, 10 * time.Hour, false},
		{"revoked", revoked, 0, false},
	}
	for _, row := range rows {
		id, _ := parseKID(row.key.ID, UseSeal)
		if got := s.seals.find(id, noon.Add(row.at)) != nil; got != row.want {
			t.Errorf("%s: found is %v", row.name, got)
		}
	}
}

// JW-10, RFC 7517 section 9.2: the JWKS has public members only, and every key that verifies now or will.
func TestJWKS(t *testing.T) {
	t.Parallel()
	v := newTestVault(t)
	var rows []storage.Key
	for _, alg := range []string{"ES256", "RS256", "PS256", "EdDSA"} {
		rows = append(rows, rowOf(t, v, UseSig, alg, 1, 0))
	}
	rows = append(rows, rowOf(t, v, UseSeal, algSeal, 1, 0), rowOf(t, v, UseMAC, algMAC, 1, 0))
	announced, retired, revoked := rowOf(t, v, UseSig, algSig, 2, time.Hour), rowOf(t, v, UseSig, algSig, 3, 0), rowOf(t, v, UseSig, algSig, 4, 0)
	retired.ExpiresAt = noon.Add(time.Hour)
	revoked.RevokedAt = noon
	rows = append(rows, announced, retired, revoked)
	s, err := build(v, rows, nil, noon)
	if err != nil {
		t.Fatal(err)
	}
	var set struct{ Keys []map[string]string }
	if err := json.Unmarshal(s.jwks, &set); err != nil {
		t.Fatal(err)
	}
	var kids []string
	for _, k := range set.Keys {
		kids = append(kids, k["kid"])
		if k["use"] != "sig" || k["alg"] == "" {
			t.Errorf("use %q, alg %q", k["use"], k["alg"])
		}
		for member := range k {
			if !slices.Contains([]string{"kty", "use", "kid", "alg", "crv", "x", "y", "n", "e"}, member) {
				t.Errorf("member %q in a %s key", member, k["alg"])
			}
		}
	}
	want := []string{rows[0].ID, rows[1].ID, rows[2].ID, rows[3].ID, announced.ID, retired.ID}
	if !slices.Equal(kids, want) {
		t.Errorf("kids %v, want %v", kids, want)
	}
	if s.publish(noon.Add(time.Hour)); strings.Contains(string(s.jwks), retired.ID) {
		t.Error("a key that is gone is still there")
	}
}

// Whoever can write the database, but has not the secret, must not make a key work as another.
func TestRowsAreBoundToWhatTheyAre(t *testing.T) {
	t.Parallel()
	v := newTestVault(t)
	otherIssuer := &vault{root: v.root, issuer: "https://evil.example"}
	otherSecret, err := newVault([]byte(strings.Repeat("t", 32)), issuer)
	if err != nil {
		t.Fatal(err)
	}
	rows := []struct {
		name   string
		vault  *vault
		change func(*storage.Key)
		opens  bool
	}{
		{"as written", v, func(*storage.Key) {}, true},
		{"under another secret", otherSecret, func(*storage.Key) {}, false},
		{"for another issuer", otherIssuer, func(*storage.Key) {}, false},
		{"as another key", v, func(k *storage.Key) { k.ID = "mac-00000000" }, false},
		{"for another use", v, func(k *storage.Key) { k.Use, k.ID = UseSeal, UseSeal+k.ID[len(UseMAC):] }, false},
		{"for another algorithm", v, func(k *storage.Key) { k.Alg = "HS512" }, false},
		{"with a bit changed", v, func(k *storage.Key) { k.Sealed = slices.Clone(k.Sealed); k.Sealed[30] ^= 1 }, false},
		{"cut", v, func(k *storage.Key) { k.Sealed = k.Sealed[:20] }, false},
		{"emptied", v, func(k *storage.Key) { k.Sealed = nil }, false},
		{"with a kid that is none", v, func(k *storage.Key) { k.ID = "mac" }, false},
	}
	k := rowOf(t, v, UseMAC, algMAC, 1, 0)
	for _, row := range rows {
		changed := k
		row.change(&changed)
		if _, err := row.vault.openKey(changed); (err == nil) != row.opens {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}

func TestKeyThatDoesNotOpenIsLeftOut(t *testing.T) {
	t.Parallel()
	v := newTestVault(t)
	good, bad := rowOf(t, v, UseMAC, algMAC, 1, 0), rowOf(t, v, UseMAC, algMAC, 2, 0)
	bad.Sealed = nil
	s, err := build(v, []storage.Key{good, bad}, nil, noon)
	if !errors.Is(err, ErrNotOpened) || len(s.macs) != 1 {
		t.Errorf("%v, %d keys", err, len(s.macs))
	}
}

func TestSecretNeeds32Bytes(t *testing.T) {
	t.Parallel()
	if _, err := newVault(make([]byte, 31), issuer); !errors.Is(err, ErrShortSecret) {
		t.Errorf("31 bytes: %v", err)
	}
	if _, err := newVault(make([]byte, 32), issuer); err != nil {
		t.Errorf("32 bytes: %v", err)
	}
}

// A seal opens for its own purpose, key and extra data alone.
func TestSealsAreBound(t *testing.T) {
	t.Parallel()
	material := make([]byte, 32)
	k, err := newSealKey(ID{1}, material, issuer)
	if err != nil {
		t.Fatal(err)
	}
	otherID, _ := newSealKey(ID{2}, material, issuer)
	otherIssuer, _ := newSealKey(ID{1}, material, issuer+"x")
	nonce := make([]byte, NonceSize)
	sealed := k[SealAccess].Seal(nil, nonce, []byte("plain"), []byte("extra"))
	rows := []struct {
		name   string
		sealer *Sealer
		extra  string
		opens  bool
	}{
		{"as sealed", &k[SealAccess], "extra", true},
		{"for another purpose", &k[SealCode], "extra", false},
		{"as another key of the same bytes", &otherID[SealAccess], "extra", false},
		{"for another issuer", &otherIssuer[SealAccess], "extra", false},
		{"with other extra data", &k[SealAccess], "other", false},
		{"without extra data", &k[SealAccess], "", false},
	}
	for _, row := range rows {
		if _, err := row.sealer.Open(nil, nonce, sealed, []byte(row.extra)); (err == nil) != row.opens {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}

func TestMACsDifferByPurposeAndKey(t *testing.T) {
	t.Parallel()
	a, err := newMACKey(ID{1}, make([]byte, 32), issuer)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := newMACKey(ID{1}, append(make([]byte, 31), 1), issuer)
	seen := map[[32]byte]bool{}
	for _, k := range []*macKey{a, b} {
		for p := range k.macs {
			sum := k.macs[p].Sum([]byte("text"), nil)
			if seen[sum] || sum != k.macs[p].Sum([]byte("te"), []byte("xt")) {
				t.Errorf("purpose %d: not its own", p)
			}
			seen[sum] = true
		}
	}
}

func FuzzParseKID(f *testing.F) {
	for _, s := range []string{"", "sig-0a1b2c3d", "sig-0A1B2C3D", "sig-", "mac-00000000", "sig-0a1b2c3d\x00", "sig-' or 1=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if id, ok := parseKID(s, UseSig); ok && id.kid(UseSig) != s {
			t.Fatalf("%q names %x", s, id)
		}
	})
}

func FuzzClaimedKID(f *testing.F) {
	for _, s := range []string{"", ".", "e30.e30.", "eyJraWQiOiJzaWctMDAwMDAwMDAifQ.e30.AAAA", "eyJraWQiOjF9.e30.AAAA", strings.Repeat("A", 1000) + "."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		kid, ok := claimedKID(s)
		if _, valid := parseKID(kid, UseSig); ok && !valid {
			t.Fatalf("%q claims %q", s, kid)
		}
	})
}
