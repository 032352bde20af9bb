package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"postern/authz/event"
	"postern/storage"
)

// The roles of a member.
const (
	RoleOwner     = "owner"
	RoleAdmin     = "admin"
	RoleDeveloper = "developer"
	RoleMember    = "member"
)

// Roles are all of them, from most rights to least.
var Roles = []string{RoleOwner, RoleAdmin, RoleDeveloper, RoleMember}

// roleOr checks a role. Empty is member, or for administrators owner.
func roleOr(role string, admin bool) (string, error) {
	switch {
	case role == "" && admin:
		return RoleOwner, nil
	case role == "":
		return RoleMember, nil
	case !slices.Contains(Roles, role):
		return "", ErrRole
	}
	return role, nil
}

// Memberships lists the organizations of a user.
func (d *Directory) Memberships(ctx context.Context, user ID) ([]Membership, error) {
	return d.store.Memberships(ctx, user)
}

// PutMember makes a user a member of an organization, or changes their role. Errors: ErrNotFound, ErrRole.
func (d *Directory) PutMember(ctx context.Context, actor event.Actor, user, org ID, role string) error {
	role, err := roleOr(role, false)
	if err != nil {
		return err
	}
	err = d.userTx(ctx, user, func(tx *storage.Tx, now time.Time) error {
		return putMember(ctx, tx, actor, now, user, org, role)
	})
	if err != nil {
		return fmt.Errorf("put member: %w", err)
	}
	return nil
}

func putMember(ctx context.Context, tx *storage.Tx, actor event.Actor, now time.Time, user, org ID, role string) error {
	u, err := tx.User(ctx, user)
	if err != nil {
		return err
	}
	if _, err := tx.Organization(ctx, org); err != nil {
		return err
	}
	before, err := tx.Membership(ctx, user, org)
	name := event.MembershipChanged
	switch {
	case errors.Is(err, storage.ErrNotFound):
		name, before = event.MembershipAdded, Membership{CreatedAt: now}
	case err != nil:
		return err
	case before.Role == role:
		return nil
	}
	err = tx.PutMembership(ctx, Membership{UserID: user, OrgID: org, Role: role, CreatedAt: before.CreatedAt})
	if err != nil {
		return err
	}
	return recordMember(ctx, tx, now, actor, name, u, org, before.Role, role)
}

// RemoveMember takes a user out of an organization. What acted for both ends at once: grants and tokens (TI-13), and
// consents. Sessions stay and act for another of the user's organizations. Error: ErrNotFound.
func (d *Directory) RemoveMember(ctx context.Context, actor event.Actor, user, org ID) error {
	err := d.userTx(ctx, user, func(tx *storage.Tx, now time.Time) error {
		return removeMember(ctx, tx, actor, now, user, org)
	})
	if err != nil {
		return fmt.Errorf("remove member: %w", err)
	}
	return nil
}

func removeMember(ctx context.Context, tx *storage.Tx, actor event.Actor, now time.Time, user, org ID) error {
	u, err := tx.User(ctx, user)
	if err != nil {
		return err
	}
	m, err := tx.Membership(ctx, user, org)
	if err != nil {
		return err
	}
	if err := tx.DeleteMembership(ctx, user, org); err != nil {
		return err
	}
	if _, err := tx.RevokeGrantsOf(ctx, user, "", org, now, "left the organization"); err != nil {
		return err
	}
	if err := deleteConsentsFor(ctx, tx, user, org); err != nil {
		return err
	}
	if err := moveSessions(ctx, tx, user, org); err != nil {
		return err
	}
	return recordMember(ctx, tx, now, actor, event.MembershipRemoved, u, org, m.Role, "")
}

func deleteConsentsFor(ctx context.Context, tx *storage.Tx, user, org ID) error {
	consents, err := tx.ConsentsOfUser(ctx, user)
	if err != nil {
		return err
	}
	for _, c := range consents {
		if c.OrgID != org {
			continue
		}
		if err := tx.DeleteConsent(ctx, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// moveSessions makes the sessions that act for org act for another organization of the user, or for none.
func moveSessions(ctx context.Context, tx *storage.Tx, user, org ID) error {
	memberships, err := tx.Memberships(ctx, user)
	if err != nil {
		return err
	}
	sessions, err := tx.SessionsOfUser(ctx, user)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		if s.OrgID != org {
			continue
		}
		s.OrgID = homeOf(memberships, ID{})
		if err := tx.UpdateSession(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// homeOf is the organization that a session acts for: the preferred one if the user is in it, else the first.
func homeOf(memberships []Membership, preferred ID) ID {
	var home ID
	for i, m := range memberships {
		if m.OrgID == preferred {
			return preferred
		}
		if i == 0 {
			home = m.OrgID
		}
	}
	return home
}

func recordMember(
	ctx context.Context, tx *storage.Tx, now time.Time, actor event.Actor, name event.Name, u User, org ID, before, after string,
) error {
	type view struct {
		User         string `json:"user"`
		Organization string `json:"organization"`
		Role         string `json:"role"`
	}
	e := event.Entry{Name: name, OrgID: org, Object: event.ObjectUser, ObjectID: u.ID.String()}
	if before != "" {
		e.Before = view{u.Email, org.String(), before}
	}
	if after != "" {
		e.After = view{u.Email, org.String(), after}
	}
	return event.Record(ctx, tx, now, actor, e)
}
