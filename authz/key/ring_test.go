package key

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/storage"
	"postern/storage/storagetest"
)

// clock is a Now that stands still until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// house is one database with as many nodes as a test starts.
type house struct {
	*clock
	t    *testing.T
	open func(...storagetest.Option) *storage.Store
}

// engines runs a test on both engines, at noon.
func engines(t *testing.T, test func(h *house)) {
	t.Parallel()
	storagetest.Engines(t, func(t *testing.T, open func(...storagetest.Option) *storage.Store) {
		test(&house{clock: &clock{at: noon}, t: t, open: open})
	})
}

func (h *house) store() *storage.Store {
	return h.open(func(c *storage.Config) { c.Now = h.now })
}

func secret(letter string) []byte { return []byte(strings.Repeat(letter, 32)) }

func (h *house) config() Config { return Config{Secret: secret("s"), Issuer: issuer, Now: h.now} }

// node starts one more node.
func (h *house) node() *Ring { return h.nodeWith(h.config()) }

func (h *house) nodeWith(c Config) *Ring {
	h.t.Helper()
	r, err := Open(h.t.Context(), h.store(), c)
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

func (h *house) rotate(r *Ring, use string, now bool) Status {
	h.t.Helper()
	made, err := r.Rotate(h.t.Context(), nil, use, now)
	if err != nil {
		h.t.Fatal(err)
	}
	return made[0]
}

func (h *house) revoke(r *Ring, kid string) {
	h.t.Helper()
	if err := r.Revoke(h.t.Context(), kid, nil); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) reload(r *Ring) {
	h.t.Helper()
	if err := r.Reload(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
}

// kids are the keys of use, oldest first.
func kids(r *Ring, use string) (ids []string) {
	for _, k := range r.List() {
		if k.Use == use {
			ids = append(ids, k.ID)
		}
	}
	return ids
}

// states are those of the keys of use, oldest first.
func states(r *Ring, use string) (list []State) {
	for _, k := range r.List() {
		if k.Use == use {
			list = append(list, k.State)
		}
	}
	return list
}

func (h *house) wantStates(what string, r *Ring, use string, want ...State) {
	h.t.Helper()
	if got := states(r, use); !slices.Equal(got, want) {
		h.t.Errorf("%s: %s keys are %v, want %v", what, use, got, want)
	}
}

// sealed is something that a ring sealed, to be opened by any.
type sealed struct {
	id   ID
	text []byte
}

func seal(r *Ring, p SealPurpose) sealed {
	s := r.Sealer(p)
	return sealed{s.ID, s.Seal(nil, make([]byte, NonceSize), []byte("text"), nil)}
}

func open(r *Ring, p SealPurpose, s sealed) error {
	o, err := r.Opener(p, s.id)
	if err != nil {
		return err
	}
	_, err = o.Open(nil, make([]byte, NonceSize), s.text, nil)
	return err
}

func TestFirstStartMakesAKeyForEachUse(t *testing.T) {
	engines(t, func(h *house) {
		a := h.node()
		for use, alg := range map[string]string{UseSig: "ES256", UseSeal: algSeal, UseMAC: algMAC} {
			h.wantStates("first start", a, use, StateActive)
			if k := a.List()[slices.IndexFunc(a.List(), func(k Status) bool { return k.Use == use })]; k.Alg != alg {
				h.t.Errorf("%s: %s", use, k.Alg)
			}
		}
		b := h.node()
		if !slices.Equal(a.List(), b.List()) || string(a.JWKS()) != string(b.JWKS()) {
			h.t.Errorf("a second start has other keys: %v, %v", a.List(), b.List())
		}
		if err := open(b, SealAccess, seal(a, SealAccess)); err != nil {
			h.t.Errorf("the second node does not open what the first sealed: %v", err)
		}
	})
}

func TestFirstStartsAtOnceAgree(t *testing.T) {
	engines(t, func(h *house) {
		stores := []*storage.Store{h.store(), h.store(), h.store()}
		rings := make([]*Ring, 9)
		var all sync.WaitGroup
		for i := range rings {
			all.Go(func() {
				r, err := Open(h.t.Context(), stores[i%len(stores)], h.config())
				if err != nil {
					h.t.Error(err)
				}
				rings[i] = r
			})
		}
		all.Wait()
		for _, r := range rings {
			if r == nil || len(r.List()) != 3 || !slices.Equal(r.List(), rings[0].List()) {
				h.t.Fatal("they do not agree")
			}
		}
	})
}

func TestOpenRefusesWhatDoesNotFit(t *testing.T) {
	engines(t, func(h *house) {
		h.node()
		rows := []struct {
			name   string
			change func(*Config)
			want   error
		}{
			{"another secret", func(c *Config) { c.Secret = secret("t") }, ErrWrongSecret},
			{"a short secret", func(c *Config) { c.Secret = c.Secret[:31] }, ErrShortSecret},
			{"another issuer", func(c *Config) { c.Issuer = "https://other.example" }, ErrOtherIssuer},
		}
		for _, row := range rows {
			c := h.config()
			row.change(&c)
			if _, err := Open(h.t.Context(), h.store(), c); !errors.Is(err, row.want) {
				h.t.Errorf("%s: %v", row.name, err)
			}
		}
	})
}

// The whole life: announced, used, only verifying until the last thing it made has expired, gone.
func TestRotation(t *testing.T) {
	const use, p = UseSeal, SealAccess
	engines(t, func(h *house) {
		a, b := h.node(), h.node()
		byOld := seal(a, p)
		next := h.rotate(a, use, false)
		h.reload(b)
		h.wantStates("announced", b, use, StateActive, StateAnnounced)
		if again := h.rotate(b, use, false); again.ID != next.ID {
			h.t.Errorf("rotated twice: %s and %s", next.ID, again.ID)
		}
		h.pass(5*time.Minute - 1)
		if lastByOld := seal(a, p); lastByOld.id != byOld.id {
			h.t.Error("the new key is used before its time")
		}
		h.pass(1)
		byNew := seal(a, p)
		if byNew.id.kid(use) != next.ID {
			h.t.Error("the new key is not used")
		}
		h.wantStates("used", b, use, StateVerifying, StateActive)
		h.pass(24*time.Hour + 5*time.Minute - 1)
		if err := errors.Join(open(b, p, byOld), open(b, p, byNew)); err != nil {
			h.t.Errorf("a moment before the old key's end: %v", err)
		}
		h.pass(1)
		h.wantStates("gone", b, use, StateGone, StateActive)
		if err := open(b, p, byOld); !errors.Is(err, ErrNoKey) {
			h.t.Errorf("after the old key's end: %v", err)
		}
		h.reload(b)
		h.wantStates("read anew", b, use, StateActive)
	})
}

func TestRotationOfSigningKeysInTheJWKS(t *testing.T) {
	engines(t, func(h *house) {
		r := h.node()
		old := kids(r, UseSig)[0]
		next := h.rotate(r, UseSig, false).ID
		steps := []struct {
			name     string
			pass     time.Duration
			old, new bool
			signs    string
		}{
			{"announced", 0, true, true, old},
			{"used", 5 * time.Minute, true, true, next},
			{"the old one verifies", 24*time.Hour + 5*time.Minute - 1, true, true, next},
			{"the old one is gone", 1, false, true, next},
		}
		for _, step := range steps {
			h.pass(step.pass)
			doc := string(r.JWKS())
			if strings.Contains(doc, old) != step.old || strings.Contains(doc, next) != step.new {
				h.t.Errorf("%s: %s", step.name, doc)
			}
			if s, err := r.Signer(JWTAccess, "ES256"); err != nil || s.KID != step.signs {
				h.t.Errorf("%s: %v, signed by another key", step.name, err)
			}
		}
	})
}

func TestRotateNowBringsAnAnnouncedKeyForward(t *testing.T) {
	engines(t, func(h *house) {
		r := h.node()
		next := h.rotate(r, UseSeal, false)
		h.pass(time.Minute)
		if now := h.rotate(r, UseSeal, true); now.ID != next.ID || now.State != StateActive {
			h.t.Errorf("%+v", now)
		}
		h.wantStates("brought forward", r, UseSeal, StateVerifying, StateActive)
		if old := r.List()[slices.IndexFunc(r.List(), func(k Status) bool { return k.State == StateVerifying })]; !old.ExpiresAt.Equal(h.now().Add(longest)) {
			h.t.Errorf("the old key ends at %v", old.ExpiresAt)
		}
	})
}

// Client secrets and refresh tokens outlive any date.
func TestMACKeysVerifyUntilRevoked(t *testing.T) {
	engines(t, func(h *house) {
		r := h.node()
		old := r.MAC(MACRefresh)
		h.rotate(r, UseMAC, true)
		if r.MAC(MACRefresh).KID == old.KID {
			h.t.Error("the old key is still used")
		}
		h.pass(10 * 365 * 24 * time.Hour)
		h.reload(r)
		if _, err := r.MACNamed(MACRefresh, old.KID); err != nil {
			h.t.Errorf("after ten years: %v", err)
		}
		h.revoke(r, old.KID)
		if _, err := r.MACNamed(MACRefresh, old.KID); !errors.Is(err, ErrNoKey) {
			h.t.Errorf("revoked: %v", err)
		}
	})
}
