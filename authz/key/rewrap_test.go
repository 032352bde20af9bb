package key

import (
	"errors"
	"slices"
	"testing"
)

func TestRewrapUnderANewSecret(t *testing.T) {
	engines(t, func(h *house) {
		running := h.node()
		made := seal(running, SealAccess)
		if err := Rewrap(h.t.Context(), h.store(), secret("x"), secret("t"), issuer); !errors.Is(err, ErrWrongSecret) {
			h.t.Errorf("from a wrong secret: %v", err)
		}
		if err := Rewrap(h.t.Context(), h.store(), secret("s"), secret("t")[:31], issuer); !errors.Is(err, ErrShortSecret) {
			h.t.Errorf("to a short secret: %v", err)
		}
		if err := Rewrap(h.t.Context(), h.store(), secret("s"), secret("t"), issuer); err != nil {
			h.t.Fatal(err)
		}
		if _, err := Open(h.t.Context(), h.store(), h.config()); !errors.Is(err, ErrWrongSecret) {
			h.t.Errorf("the old secret: %v", err)
		}
		c := h.config()
		c.Secret = secret("t")
		restarted := h.nodeWith(c)
		if err := open(restarted, SealAccess, made); err != nil || !slices.Equal(kids(restarted, UseMAC), kids(running, UseMAC)) {
			h.t.Errorf("the keys are others: %v", err)
		}
		h.reload(running)
		if err := open(running, SealAccess, seal(restarted, SealAccess)); err != nil {
			h.t.Errorf("a node that goes on: %v", err)
		}
		if _, err := running.Rotate(h.t.Context(), nil, UseSeal, true); !errors.Is(err, ErrWrongSecret) {
			h.t.Errorf("it makes a key that nobody opens later: %v", err)
		}
		h.rotate(restarted, UseSeal, true)
		h.reload(running) // leaves out what it cannot open
		h.wantStates("the restarted node", restarted, UseSeal, StateVerifying, StateActive)
		if err := open(running, SealAccess, made); err != nil {
			h.t.Errorf("a node that goes on, after a rotation: %v", err)
		}
	})
}

// A new issuer ends what names the old one, and nothing else.
func TestRewrapForANewIssuer(t *testing.T) {
	engines(t, func(h *house) {
		before := h.node()
		made, tag := seal(before, SealAccess), before.MAC(MACRefresh).Sum([]byte("token"), nil)
		if err := Rewrap(h.t.Context(), h.store(), secret("s"), secret("s"), "https://new.example"); err != nil {
			h.t.Fatal(err)
		}
		if _, err := Open(h.t.Context(), h.store(), h.config()); !errors.Is(err, ErrOtherIssuer) {
			h.t.Errorf("the old issuer: %v", err)
		}
		c := h.config()
		c.Issuer = "https://new.example"
		after := h.nodeWith(c)
		if err := open(after, SealAccess, made); !errors.Is(err, ErrNotOpened) {
			h.t.Errorf("what was sealed for the old issuer: %v", err)
		}
		if after.MAC(MACRefresh).Sum([]byte("token"), nil) != tag {
			h.t.Error("refresh tokens died")
		}
	})
}

// The secret is rotated, and one node goes on with the old one. It knows that there is a key which it cannot open, so that
// it can say "ask another node" instead of "no such token".
func TestANodeWithTheOldSecretKnowsThatItIsBehind(t *testing.T) {
	engines(t, func(h *house) {
		old := h.node()
		if err := Rewrap(t.Context(), h.store(), secret("s"), secret("n"), issuer); err != nil {
			t.Fatal(err)
		}
		h.reload(old)
		if old.Broken() {
			t.Error("all keys are ones that it has opened before")
		}
		c := h.config()
		c.Secret = secret("n")
		fresh := h.nodeWith(c)
		h.rotate(fresh, UseSeal, true)
		if err := old.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !old.Broken() || fresh.Broken() {
			t.Errorf("behind: the old node %t, the new one %t", old.Broken(), fresh.Broken())
		}
	})
}
