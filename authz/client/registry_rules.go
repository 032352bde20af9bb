package client

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"postern/authz/scope"
	"postern/storage"
)

var givenID = regexp.MustCompile(`^[A-Za-z0-9._~-]{1,100}$`)

// checkID takes ids that need no encoding in URLs, and that no URL parser takes for a dot segment.
func checkID(p *Problems, id string) {
	if id != "" && (!givenID.MatchString(id) || strings.Trim(id, ".") == "") {
		p.add("client_id", "must be 1 to 100 of the characters A-Z a-z 0-9 . _ ~ -")
	}
}

// publisher finds the organization that a new client belongs to.
func publisher(ctx context.Context, tx *storage.Tx, m Metadata, id storage.ID) (storage.Organization, error) {
	if !id.IsZero() {
		return existing(tx.Organization(ctx, id))
	}
	if m.Organization == "" {
		return onlyOrganization(ctx, tx)
	}
	if id, err := storage.ParseID(m.Organization); err == nil {
		return existing(tx.Organization(ctx, id))
	}
	return existing(tx.OrganizationBySlug(ctx, m.Organization))
}

func existing(org storage.Organization, err error) (storage.Organization, error) {
	if errors.Is(err, storage.ErrNotFound) {
		return org, Problems{{"organization", "does not exist"}}
	}
	return org, err
}

// onlyOrganization spares those who have one organization from naming it.
func onlyOrganization(ctx context.Context, tx *storage.Tx) (storage.Organization, error) {
	orgs, _, err := tx.Organizations(ctx, "", storage.Page{Limit: 2})
	if err != nil {
		return storage.Organization{}, err
	}
	if len(orgs) != 1 {
		return storage.Organization{}, Problems{{"organization", "must name the publisher"}}
	}
	return orgs[0], nil
}

// checkRoom counts an organization's clients, which is worth the reads only when there are many at all.
func checkRoom(ctx context.Context, tx *storage.Tx, org storage.ID) error {
	all, _, _, _, err := tx.Totals(ctx)
	if err != nil || all < MaxClients {
		return err
	}
	page, count := storage.Page{Limit: 200}, 0
	for {
		rows, next, err := tx.Clients(ctx, storage.ClientFilter{OrgID: org}, page)
		if err != nil {
			return err
		}
		if count += len(rows); count >= MaxClients {
			return ErrTooManyClients
		}
		if page.After = next; next == "" {
			return nil
		}
	}
}

// withDefaultScopes registers the catalogue's default scopes where none were named (RFC 7591, section 2).
func withDefaultScopes(ctx context.Context, tx *storage.Tx, m Metadata) (Metadata, error) {
	if m.Scope != "" {
		return m, nil
	}
	entries, err := tx.Scopes(ctx)
	if err != nil {
		return m, err
	}
	c := scope.NewCatalogue(entries)
	var names []string
	for _, name := range c.Defaults() {
		if !c.Reserved(name) {
			names = append(names, name)
		}
	}
	m.Scope = scope.Format(names)
	return m, nil
}

// firstEpoch is one, but for the id of a client that was deleted lately: its tokens stay dead, and the new one's live.
func firstEpoch(ctx context.Context, tx *storage.Tx, id string) (int64, error) {
	old, err := tx.RevocationsOf(ctx, []storage.Revocation{{Kind: storage.RevokedClient, ID: storage.ClientKey(id)}})
	if err != nil {
		return 0, err
	}
	epoch := int64(1)
	for _, revocation := range old {
		epoch = max(epoch, revocation.Epoch)
	}
	return epoch, nil
}
