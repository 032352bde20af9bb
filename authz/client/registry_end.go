package client

import (
	"context"
	"time"

	"postern/authz/event"
	"postern/storage"
)

// revocationLife outlasts every access token: 24 hours, and 5 minutes for clocks.
const revocationLife = 24*time.Hour + 5*time.Minute

// state is what the trail says of changes that are not to the metadata.
type state struct {
	Disabled     bool   `json:"disabled"`
	Verified     bool   `json:"verified"`
	Organization string `json:"organization"`
	Logo         string `json:"logo,omitempty"`
}

func stateOf(row Row) state {
	return state{
		Disabled: !row.DisabledAt.IsZero(), Verified: !row.VerifiedAt.IsZero(),
		Organization: row.OrgID.String(), Logo: row.LogoSum,
	}
}

// Disable refuses the client everything and ends all its tokens and grants. Doing it twice changes nothing. Errors:
// ErrNotFound, ErrConflict.
func (r *Registry) Disable(ctx context.Context, actor event.Actor, id string) error {
	err := r.change(ctx, id, func(tx *storage.Tx, row Row, _ Metadata) error {
		if !row.DisabledAt.IsZero() {
			return nil
		}
		before := stateOf(row)
		row.DisabledAt = r.now().UTC()
		row, err := r.put(ctx, tx, row, row.Version)
		if err != nil {
			return err
		}
		return r.endTokens(ctx, tx, actor, event.ClientDisabled, row, before, stateOf(row))
	})
	return wrap("disable client", err)
}

// Enable takes a Disable back. What was ended stays so. Errors: as Disable.
func (r *Registry) Enable(ctx context.Context, actor event.Actor, id string) error {
	return r.restate(ctx, actor, "enable client", event.ClientEnabled, id, func(row *Row) {
		row.DisabledAt = time.Time{}
	})
}

// Verify marks the client's publisher as known, which the consent page shows. Errors: as Disable.
func (r *Registry) Verify(ctx context.Context, actor event.Actor, id string) error {
	return r.restate(ctx, actor, "verify client", event.ClientVerified, id, func(row *Row) {
		if row.VerifiedAt.IsZero() {
			row.VerifiedAt = r.now().UTC()
		}
	})
}

// Unverify takes a Verify back. Errors: as Disable.
func (r *Registry) Unverify(ctx context.Context, actor event.Actor, id string) error {
	return r.restate(ctx, actor, "unverify client", event.ClientUnverified, id, func(row *Row) {
		row.VerifiedAt = time.Time{}
	})
}

// Transfer makes another organization the publisher. The mark of verification, which was the old publisher's, goes, and so
// do all tokens and grants: nobody allowed them to the new one. Errors: Problems, ErrTooManyClients and as Disable.
func (r *Registry) Transfer(ctx context.Context, actor event.Actor, id string, org storage.ID) error {
	err := r.change(ctx, id, func(tx *storage.Tx, row Row, _ Metadata) error {
		if row.OrgID == org {
			return nil
		}
		if _, err := existing(tx.Organization(ctx, org)); err != nil {
			return err
		}
		if err := checkRoom(ctx, tx, org); err != nil {
			return err
		}
		before := stateOf(row)
		row.OrgID, row.VerifiedAt = org, time.Time{}
		row, err := r.put(ctx, tx, row, row.Version)
		if err != nil {
			return err
		}
		return r.endTokens(ctx, tx, actor, event.ClientTransferred, row, before, stateOf(row))
	})
	return wrap("transfer client", err)
}

// restate changes a client's state unless it is as wanted already.
func (r *Registry) restate(ctx context.Context, actor event.Actor, doing, name, id string, f func(*Row)) error {
	err := r.change(ctx, id, func(tx *storage.Tx, row Row, _ Metadata) error {
		before := stateOf(row)
		f(&row)
		if stateOf(row) == before {
			return nil
		}
		row, err := r.put(ctx, tx, row, row.Version)
		if err != nil {
			return err
		}
		return r.record(ctx, tx, actor, name, row, before, stateOf(row))
	})
	return wrap(doing, err)
}

// RevokeTokens ends all tokens and grants of the client, which stays enabled. Errors: ErrNotFound.
func (r *Registry) RevokeTokens(ctx context.Context, actor event.Actor, id string) error {
	err := r.change(ctx, id, func(tx *storage.Tx, row Row, _ Metadata) error {
		return r.endTokens(ctx, tx, actor, event.ClientTokensRevoked, row, nil, nil)
	})
	return wrap("revoke tokens of client", err)
}

// Delete ends all tokens and grants of the client and removes it with its secrets and logo. Errors: ErrNotFound.
func (r *Registry) Delete(ctx context.Context, actor event.Actor, id string) error {
	err := r.change(ctx, id, func(tx *storage.Tx, row Row, m Metadata) error {
		if _, err := tx.RevokeGrantsOf(ctx, storage.ID{}, id, storage.ID{}, r.now().UTC(), "client deleted"); err != nil {
			return err
		}
		if err := r.endTokens(ctx, tx, actor, event.ClientDeleted, row, m, nil); err != nil {
			return err
		}
		return tx.DeleteClient(ctx, id)
	})
	return wrap("delete client", err)
}

// endTokens raises the client's epoch: grants and codes that carry an older one are dead by what the database knows,
// access tokens by the revocation that every node holds until the last of them has expired.
func (r *Registry) endTokens(ctx context.Context, tx *storage.Tx, actor event.Actor, name string, row Row, before, after any) error {
	epoch, err := tx.BumpClientEpoch(ctx, row.ID)
	if err != nil {
		return err
	}
	err = tx.PutRevocation(ctx, storage.Revocation{
		Kind: storage.RevokedClient, ID: storage.ClientKey(row.ID), Epoch: epoch, ExpiresAt: r.now().UTC().Add(revocationLife),
	})
	if err != nil {
		return err
	}
	return r.record(ctx, tx, actor, name, row, before, after)
}
