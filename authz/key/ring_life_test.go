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
)

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
