package storagetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"postern/storage"
)

// A person takes an app's access away while the app redeems a code. Whoever comes first, no grant outlives the consent:
// either the redemption finds it gone, or the revocation finds the grant.
func consentOrGrant(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x := Fill(t, s, noon)
	lived := 0
	for range 60 {
		if err := s.Tx(ctx, func(tx *storage.Tx) error { return tx.PutConsent(ctx, x.Consent) }); err != nil {
			t.Fatal(err)
		}
		c, err := s.Consent(ctx, x.User.ID, x.Client.ID, x.Org.ID)
		if err != nil {
			t.Fatal(err)
		}
		g := x.Grant()
		g.ConsentID = c.ID
		redeemed := redeemWhileRevoked(t, s, g, c)
		after, err := s.Grant(ctx, g.ID)
		switch {
		case errors.Is(err, storage.ErrNotFound) && redeemed == nil:
			t.Fatal("a grant that was acknowledged is not there")
		case err == nil && after.RevokedAt.IsZero():
			t.Fatal("a grant lives on without its consent")
		case err == nil:
			lived++
		}
	}
	t.Logf("%d of 60 grants came before the revocation", lived)
}

// redeemWhileRevoked runs both at once and returns what the redemption came to.
func redeemWhileRevoked(t *testing.T, s *storage.Store, g storage.Grant, c storage.Consent) (redeemed error) {
	t.Helper()
	start := make(chan struct{})
	var both sync.WaitGroup
	both.Go(func() {
		<-start
		redeemed = s.InsertGrant(t.Context(), g)
		if redeemed != nil && !errors.Is(redeemed, storage.ErrGone) {
			t.Errorf("redeem: %v", redeemed)
		}
	})
	both.Go(func() {
		<-start
		if err := s.Tx(t.Context(), func(tx *storage.Tx) error { return revoke(t.Context(), tx, c) }); err != nil {
			t.Errorf("revoke: %v", err)
		}
	})
	close(start)
	both.Wait()
	return redeemed
}

func revoke(ctx context.Context, tx *storage.Tx, c storage.Consent) error {
	if err := tx.DeleteConsent(ctx, c.ID); err != nil {
		return err
	}
	_, err := tx.RevokeGrantsOf(ctx, c.UserID, c.ClientID, c.OrgID, noon, "consent revoked")
	return err
}
