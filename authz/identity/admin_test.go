package identity

import (
	"testing"

	"postern/storage"
)

// wantEpoch fails unless all that carries u's epoch is dead everywhere.
func (h *house) wantEpoch(t *testing.T, u User) {
	t.Helper()
	now, err := h.User(t.Context(), u.ID)
	if err != nil || now.Epoch <= u.Epoch {
		t.Errorf("epoch %d after %d, %v", now.Epoch, u.Epoch, err)
	}
	ref := storage.Revocation{Kind: storage.RevokedUser, ID: u.ID}
	r, err := h.store.RevocationsOf(t.Context(), []storage.Revocation{ref})
	if err != nil || len(r) != 1 || r[0].Epoch != now.Epoch || r[0].ExpiresAt.Before(h.time().Add(day)) {
		t.Errorf("announced %+v, %v", r, err)
	}
}

func TestTheLastAdministratorStays(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		a, b := h.user(t, "a@example.com", true), h.user(t, "b@example.com", false)
		wantError(t, h.RemoveAdmin(ctx, tester, a.ID), ErrLastAdmin)
		wantError(t, h.Disable(ctx, tester, a.ID), ErrLastAdmin)
		wantError(t, h.Delete(ctx, tester, a.ID), ErrLastAdmin)
		if u, err := h.User(ctx, a.ID); err != nil || !u.IsAdmin || !u.DisabledAt.IsZero() || u.Epoch != a.Epoch {
			t.Errorf("a refusal changed %+v, %v", u, err)
		}
		if err := h.MakeAdmin(ctx, tester, b.ID); err != nil {
			t.Fatal(err)
		}
		if err := h.Disable(ctx, tester, b.ID); err != nil {
			t.Fatal(err)
		}
		wantError(t, h.RemoveAdmin(ctx, tester, a.ID), ErrLastAdmin) // a disabled one does not count
		if err := h.Enable(ctx, tester, b.ID); err != nil {
			t.Fatal(err)
		}
		if err := h.RemoveAdmin(ctx, tester, a.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestAdministratorsWhoRemoveEachOtherAtOnce(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		users := []User{h.user(t, "a@example.com", true), h.user(t, "b@example.com", true), h.user(t, "c@example.com", true)}
		race(t, 6, func(i int) error {
			u := users[i%3]
			if i < 3 {
				return h.RemoveAdmin(t.Context(), tester, u.ID)
			}
			return h.Disable(t.Context(), tester, u.ID)
		}, ErrLastAdmin)
		if needs, err := h.NeedsSetup(t.Context()); err != nil || needs {
			t.Errorf("nobody is an administrator any more: %v", err)
		}
	})
}
