package key

import (
	"context"
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

func TestRevokedKeyIsReplacedAtOnceEverywhere(t *testing.T) {
	engines(t, func(h *house) {
		a, b := h.node(), h.node()
		made := seal(a, SealCode)
		h.revoke(a, made.id.kid(UseSeal))
		h.reload(b)
		for _, r := range []*Ring{a, b} {
			h.wantStates("revoked", r, UseSeal, StateRevoked, StateActive)
			if err := open(r, SealCode, made); !errors.Is(err, ErrNoKey) {
				h.t.Errorf("what it made opens: %v", err)
			}
		}
		if err := open(b, SealCode, seal(a, SealCode)); err != nil {
			h.t.Errorf("what the new one made: %v", err)
		}
		sig := kids(a, UseSig)[0]
		h.revoke(a, sig)
		if strings.Contains(string(a.JWKS()), sig) {
			h.t.Error("a revoked key is in the JWKS")
		}
		h.revoke(a, sig) // again: nothing
		h.wantStates("revoked twice", a, UseSig, StateRevoked, StateActive)
		if err := a.Revoke(h.t.Context(), "seal-00000000", nil); !errors.Is(err, ErrNoKey) {
			h.t.Errorf("a kid that is none: %v", err)
		}
	})
}

func TestRevokingBesideAnAnnouncedKey(t *testing.T) {
	engines(t, func(h *house) {
		r := h.node()
		announced := h.rotate(r, UseSeal, false)
		h.pass(time.Minute)
		h.revoke(r, announced.ID)
		h.wantStates("the announced one is revoked", r, UseSeal, StateActive, StateRevoked, StateAnnounced)
		list := kids(r, UseSeal)
		h.revoke(r, list[0])
		h.wantStates("the current one is revoked", r, UseSeal, StateRevoked, StateRevoked, StateActive)
		h.pass(25 * time.Hour)
		h.rotate(r, UseSeal, true) // the revoked rows have gone: ordinals still grow
		h.wantStates("rotated later", r, UseSeal, StateVerifying, StateActive)
	})
}

// A key that another node made a moment ago is found without waiting for the change feed, at most once a second.
func TestUnknownKeyIsLookedForOnceASecond(t *testing.T) {
	engines(t, func(h *house) {
		a, b := h.node(), h.node()
		h.rotate(a, UseSeal, true)
		first := seal(a, SealAccess)
		if err := open(b, SealAccess, first); err != nil {
			h.t.Errorf("the first unknown key: %v", err)
		}
		h.rotate(a, UseSeal, true)
		second := seal(a, SealAccess)
		if err := open(b, SealAccess, second); !errors.Is(err, ErrNoKey) {
			h.t.Errorf("another in the same second: %v", err)
		}
		h.pass(time.Second)
		if err := open(b, SealAccess, second); err != nil {
			h.t.Errorf("a second later: %v", err)
		}
		h.pass(time.Second)
		h.rotate(a, UseSig, true)
		s, _ := a.Signer(JWTAccess, "ES256")
		jwt, _ := s.Sign([]byte("{}"))
		if _, err := b.Verify(JWTAccess, jwt); err != nil {
			h.t.Errorf("a JWT of an unknown key: %v", err)
		}
	})
}

func TestTendRotatesByAge(t *testing.T) {
	engines(t, func(h *house) {
		var made []string
		c := h.config()
		a := h.node()
		c.Made = func(_ *storage.Tx, k storage.Key) error { made = append(made, k.ID); return nil }
		b := h.nodeWith(c)
		h.tend(a, b)
		h.pass(30*24*time.Hour - 1)
		h.tend(a, b)
		h.wantStates("a moment before its age", a, UseSeal, StateActive)
		h.pass(1)
		h.tend(b, a, b)
		h.wantStates("at its age", a, UseSeal, StateActive, StateAnnounced)
		h.wantStates("at its age", a, UseSig, StateActive, StateAnnounced)
		h.wantStates("at its age", a, UseMAC, StateActive)
		if len(made) != 2 {
			h.t.Errorf("%d keys told to the hook", len(made))
		}
		h.pass(5 * time.Minute)
		h.tend(a, b)
		h.wantStates("announced long enough", b, UseSig, StateVerifying, StateActive)
	})
}

func (h *house) tend(rings ...*Ring) {
	h.t.Helper()
	for _, r := range rings {
		if err := r.Tend(h.t.Context()); err != nil {
			h.t.Fatal(err)
		}
	}
}

func TestEnsure(t *testing.T) {
	engines(t, func(h *house) {
		a, b := h.node(), h.node()
		var all sync.WaitGroup
		for _, r := range []*Ring{a, b, a, b, a} {
			all.Go(func() {
				if err := r.Ensure(h.t.Context(), "EdDSA"); err != nil {
					h.t.Error(err)
				}
			})
		}
		all.Wait()
		h.reload(a)
		h.wantStates("five asked", a, UseSig, StateActive, StateActive)
		for _, alg := range []string{"none", "HS256", "ES512", algSeal, ""} {
			if err := a.Ensure(h.t.Context(), alg); !errors.Is(err, ErrUnsupportedAlg) {
				h.t.Errorf("%q: %v", alg, err)
			}
		}
	})
}

// RSA keys take long: a request that goes away does not take the making with it.
func TestEnsureGoesOnWithoutItsCaller(t *testing.T) {
	engines(t, func(h *house) {
		r := h.node()
		ctx, cancel := context.WithCancel(h.t.Context())
		cancel()
		if err := r.Ensure(ctx, "RS256"); err != nil && !errors.Is(err, context.Canceled) {
			h.t.Errorf("the caller is told: %v", err)
		}
		if err := r.Ensure(h.t.Context(), "RS256"); err != nil { // joins the making
			h.t.Fatal(err)
		}
		h.wantStates("made", r, UseSig, StateActive, StateActive)
	})
}

func TestHookThatFailsUndoesTheChange(t *testing.T) {
	engines(t, func(h *house) {
		r := h.node()
		failed := errors.New("no audit, no change")
		hook := func(*storage.Tx, storage.Key) error { return failed }
		if _, err := r.Rotate(h.t.Context(), hook, UseSeal, true); !errors.Is(err, failed) {
			h.t.Errorf("rotate: %v", err)
		}
		if err := r.Revoke(h.t.Context(), kids(r, UseSeal)[0], hook); !errors.Is(err, failed) {
			h.t.Errorf("revoke: %v", err)
		}
		h.reload(r)
		h.wantStates("nothing happened", r, UseSeal, StateActive)
	})
}

func TestKeysStayWhenTheDatabaseGoes(t *testing.T) {
	engines(t, func(h *house) {
		r := h.node()
		made := seal(r, SealAccess)
		ctx, cancel := context.WithCancel(h.t.Context())
		cancel()
		if err := r.Reload(ctx); err == nil {
			h.t.Error("a reading that was cut short succeeds")
		}
		if err := open(r, SealAccess, made); err != nil {
			h.t.Errorf("afterwards: %v", err)
		}
	})
}

// However rotations and revocations race, one key of each use is current and the newest one is not revoked.
func TestRacingChanges(t *testing.T) {
	engines(t, func(h *house) {
		rings := []*Ring{h.node(), h.node()}
		first := kids(rings[0], UseSeal)[0]
		var all sync.WaitGroup
		for i := range 8 {
			r := rings[i%2]
			all.Go(func() {
				var err error
				if i < 4 {
					_, err = r.Rotate(h.t.Context(), nil, UseSeal, i < 2)
				} else {
					err = r.Revoke(h.t.Context(), first, nil)
				}
				if err != nil {
					h.t.Error(err)
				}
			})
		}
		all.Wait()
		for _, r := range rings {
			h.reload(r)
			got := states(r, UseSeal)
			active := slices.DeleteFunc(slices.Clone(got), func(s State) bool { return s != StateActive })
			if got[0] != StateRevoked || len(active) != 1 || got[len(got)-1] == StateRevoked {
				h.t.Errorf("%v", got)
			}
		}
		if seal(rings[0], SealAccess).id != seal(rings[1], SealAccess).id {
			h.t.Error("two nodes use different keys")
		}
	})
}
