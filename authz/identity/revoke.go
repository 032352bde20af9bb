package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/authz/event"
	"postern/storage"
)

// RevokeApp takes away what an app can do for a user in an organization: consent, grants and access tokens, at once, and
// codes on their way. A first-party app, which needs no consent, gets nothing new until the user sends it for a code
// again. Error: ErrNotFound, also for what another user allowed (TI-11).
func (d *Directory) RevokeApp(ctx context.Context, actor event.Actor, user ID, clientID string, org ID) error {
	if clientID == "" || org.IsZero() {
		return fmt.Errorf("revoke app: %w", ErrNotFound) // storage would take it for all of them
	}
	err := d.userTx(ctx, user, func(tx *storage.Tx, now time.Time) error {
		c, err := tx.Consent(ctx, user, clientID, org)
		if errors.Is(err, storage.ErrNotFound) {
			return revokeAccess(ctx, tx, actor, now, user, appKey{clientID, org})
		}
		if err != nil {
			return err
		}
		return revokeConsent(ctx, tx, actor, now, c)
	})
	if err != nil {
		return fmt.Errorf("revoke app: %w", err)
	}
	return nil
}

// RevokeAllConsents takes the access of every app of a user away, also of first-party apps, and returns how many had
// some, counted for each organization.
func (d *Directory) RevokeAllConsents(ctx context.Context, actor event.Actor, user ID) (int, error) {
	var n int
	err := d.userTx(ctx, user, func(tx *storage.Tx, now time.Time) error {
		if err := stopCodes(ctx, tx, now, user, appKey{}); err != nil {
			return err
		}
		consents, err := tx.ConsentsOfUser(ctx, user)
		if err != nil {
			return err
		}
		for _, c := range consents {
			if err := revokeConsent(ctx, tx, actor, now, c); err != nil {
				return err
			}
		}
		others, err := tx.AccessOf(ctx, user, now)
		if err != nil {
			return err
		}
		for _, a := range others {
			if err := revokeAccess(ctx, tx, actor, now, user, appKey{a.ClientID, a.OrgID}); err != nil {
				return err
			}
		}
		n = len(consents) + len(others)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("revoke all consents: %w", err)
	}
	return n, nil
}

// revokeConsent deletes the consent first: a code that is redeemed meanwhile finds none, and its grant is refused.
func revokeConsent(ctx context.Context, tx *storage.Tx, actor event.Actor, now time.Time, c Consent) error {
	if err := tx.DeleteConsent(ctx, c.ID); err != nil {
		return err
	}
	if err := stopCodes(ctx, tx, now, c.UserID, appKey{c.ClientID, c.OrgID}); err != nil {
		return err
	}
	if _, err := tx.RevokeGrantsOf(ctx, c.UserID, c.ClientID, c.OrgID, now, "consent revoked"); err != nil {
		return err
	}
	return event.Record(ctx, tx, now, actor, event.Entry{
		Name: event.ConsentRevoked, OrgID: c.OrgID, Object: event.ObjectConsent, ObjectID: c.ID.String(),
		Before: consentViewOf(c),
	})
}

// codesGone is when every code that was on its way has expired: the longest life of one, and clocks.
const codesGone = time.Minute + 5*time.Second

// stopCodes keeps first-party codes that are on their way from being redeemed: they have no consent to fail on. For as long
// as one lives, none of the app's for this user is; the zero app stands for all. It comes before the look for grants: a
// redemption that is under way is waited for, and its grant found, or it finds this.
func stopCodes(ctx context.Context, tx *storage.Tx, now time.Time, user ID, app appKey) error {
	if err := tx.HoldMemberships(ctx, user); err != nil {
		return err
	}
	return tx.PutRevocation(ctx, storage.Revocation{
		Kind: storage.RevokedGrant, ID: storage.AccessKey(user, app.client, app.org), ExpiresAt: now.Add(codesGone),
	})
}

// revokeAccess ends the grants of an app that asked for no consent. Error: ErrNotFound if there are none.
func revokeAccess(ctx context.Context, tx *storage.Tx, actor event.Actor, now time.Time, user ID, app appKey) error {
	if err := stopCodes(ctx, tx, now, user, app); err != nil {
		return err
	}
	n, err := tx.RevokeGrantsOf(ctx, user, app.client, app.org, now, "access removed")
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrNotFound
	}
	type view struct {
		Client string `json:"client"`
		Grants int64  `json:"grants"`
	}
	return event.Record(ctx, tx, now, actor, event.Entry{
		Name: event.ConsentRevoked, OrgID: app.org, Object: event.ObjectUser, ObjectID: user.String(),
		Before: view{app.client, n},
	})
}
