package storage

import (
	"context"
)

const membershipQuery = `
	select m.user_id, m.org_id, o.slug, o.name, m.role, m.created_at
	from memberships m join organizations o on o.id = m.org_id`

func scanMembership(r row) (Membership, error) {
	var m Membership
	err := r.Scan(&m.UserID, &m.OrgID, &m.OrgSlug, &m.OrgName, &m.Role, (*instant)(&m.CreatedAt))
	return m, err
}

// Memberships lists the organizations that a user is a member of, oldest membership first.
func (r reads) Memberships(ctx context.Context, user ID) ([]Membership, error) {
	return all(ctx, r, "list memberships", scanMembership,
		membershipQuery+" where m.user_id = $1 order by m.created_at, m.org_id", user.key())
}

// Membership returns a user's membership in an organization. Error: ErrNotFound.
func (r reads) Membership(ctx context.Context, user, org ID) (Membership, error) {
	return one(ctx, r, "read membership", scanMembership,
		membershipQuery+" where m.user_id = $1 and m.org_id = $2", user.key(), org.key())
}

// PutMembership makes a user a member, or changes the role of one. Error: ErrGone, no such user or organization.
func (tx *Tx) PutMembership(ctx context.Context, m Membership) error {
	_, err := tx.exec(ctx, "put membership", `
		insert into memberships (user_id, org_id, role, created_at) values ($1, $2, $3, $4)
		on conflict (user_id, org_id) do update set role = excluded.role`,
		m.UserID.key(), m.OrgID.key(), m.Role, micros(m.CreatedAt))
	return err
}

// HoldMemberships lets nobody redeem a code for a user until the transaction ends, and waits for those who are about to.
func (tx *Tx) HoldMemberships(ctx context.Context, user ID) error {
	_, err := tx.exec(ctx, "hold memberships", "update memberships set role = role where user_id = $1", user.key())
	return err
}

// DeleteMembership ends a membership. Error: ErrNotFound.
func (tx *Tx) DeleteMembership(ctx context.Context, user, org ID) error {
	return tx.must(ctx, "delete membership", "delete from memberships where user_id = $1 and org_id = $2", user.key(), org.key())
}
