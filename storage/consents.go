package storage

import (
	"context"
	"strings"
)

const consentColumns = `id, user_id, client_id, org_id, scopes, declined, redirect_hosts, publisher_id, created_at,
	updated_at, last_used_at, expires_at`

func scanConsent(r row) (Consent, error) {
	var c Consent
	err := r.Scan(&c.ID, &c.UserID, &c.ClientID, &c.OrgID, (*words)(&c.Scopes), (*words)(&c.Declined),
		(*list)(&c.RedirectHosts), &c.PublisherID, (*instant)(&c.CreatedAt), (*instant)(&c.UpdatedAt),
		(*instant)(&c.LastUsedAt), (*instant)(&c.ExpiresAt))
	return c, err
}

// Consent returns what a user allowed a client for an organization. Error: ErrNotFound.
func (r reads) Consent(ctx context.Context, user ID, clientID string, org ID) (Consent, error) {
	return one(ctx, r, "read consent", scanConsent,
		"select "+consentColumns+" from consents where user_id = $1 and client_id = $2 and org_id = $3",
		user.key(), clientID, org.key())
}

// ConsentByID returns a consent. Error: ErrNotFound.
func (r reads) ConsentByID(ctx context.Context, id ID) (Consent, error) {
	return one(ctx, r, "read consent", scanConsent, "select "+consentColumns+" from consents where id = $1", id.key())
}

// ConsentsOfUser lists what a user allowed, newest first.
func (r reads) ConsentsOfUser(ctx context.Context, user ID) ([]Consent, error) {
	return all(ctx, r, "list consents", scanConsent,
		"select "+consentColumns+" from consents where user_id = $1 order by id desc", user.key())
}

// PutConsent adds a consent, or replaces that of the same user, client and organization, whose id and created_at stay. Error: ErrGone, no such user or client.
func (tx *Tx) PutConsent(ctx context.Context, c Consent) error {
	_, err := tx.exec(ctx, "put consent", `
		insert into consents (id, user_id, client_id, org_id, scopes, declined, redirect_hosts, publisher_id, created_at,
			updated_at, last_used_at, expires_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		on conflict (user_id, client_id, org_id) do update set scopes = excluded.scopes,
			declined = excluded.declined, redirect_hosts = excluded.redirect_hosts, publisher_id = excluded.publisher_id,
			updated_at = excluded.updated_at, last_used_at = excluded.last_used_at, expires_at = excluded.expires_at`,
		c.ID.key(), c.UserID.key(), c.ClientID, c.OrgID.key(), strings.Join(c.Scopes, " "),
		strings.Join(c.Declined, " "), listText(c.RedirectHosts), c.PublisherID.key(), micros(c.CreatedAt), micros(c.UpdatedAt),
		moment(c.LastUsedAt), moment(c.ExpiresAt))
	return err
}

// DeleteConsent removes a consent. The caller revokes its grants. Error: ErrNotFound.
func (tx *Tx) DeleteConsent(ctx context.Context, id ID) error {
	return tx.must(ctx, "delete consent", "delete from consents where id = $1", id.key())
}
