package identity

import (
	"context"
	"errors"
	"fmt"

	"postern/authz/event"
	"postern/authz/password"
	"postern/storage"
)

// NewUser is what a user is made of.
type NewUser struct {
	Email        string
	Name         string // empty: the part of the address before the @
	Password     string // empty: none yet; see ResetLink
	PasswordHash string // instead of Password, of an import; see password.ValidHash
	Admin        bool
	OrgID        ID     // zero: the default organization
	Role         string // in it; empty: member, or owner for an administrator
}

// CreateUser makes a user and puts them into their organization. Errors: ErrEmail, ErrEmailTaken, ErrName, ErrRole,
// ErrNotFound (the organization), password.ErrHash and those of password.Check.
func (d *Directory) CreateUser(ctx context.Context, actor event.Actor, n NewUser) (User, error) {
	u, err := d.newUser(ctx, n)
	if err != nil {
		return User{}, err
	}
	role, err := roleOr(n.Role, n.Admin)
	if err != nil {
		return User{}, err
	}
	err = d.store.Tx(ctx, func(tx *storage.Tx) error {
		if n.Admin {
			if err := lockAdmins(ctx, tx, u.CreatedAt); err != nil {
				return err
			}
		}
		return insertUser(ctx, tx, actor, u, n.OrgID, role)
	})
	if err != nil {
		return User{}, fmt.Errorf("create user: %w", err)
	}
	return u, nil
}

// newUser checks n and hashes its password: all that needs no transaction.
func (d *Directory) newUser(ctx context.Context, n NewUser) (User, error) {
	email, err := ParseEmail(n.Email)
	if err != nil {
		return User{}, err
	}
	if n.Name == "" {
		n.Name = localPart(email)
	}
	name, err := ParseName(n.Name)
	if err != nil {
		return User{}, err
	}
	hash, err := d.firstHash(ctx, n, email, name)
	if err != nil {
		return User{}, err
	}
	now := d.now()
	u := User{
		ID: storage.NewID(now), Email: email.Address, EmailKey: email.Key, Name: name,
		PasswordHash: hash, IsAdmin: n.Admin, Epoch: 1, CreatedAt: now, UpdatedAt: now,
	}
	if hash != "" {
		u.PasswordChangedAt = now
	}
	return u, nil
}

func (d *Directory) firstHash(ctx context.Context, n NewUser, email Email, name string) (string, error) {
	switch {
	case n.PasswordHash != "":
		return n.PasswordHash, password.ValidHash(n.PasswordHash)
	case n.Password != "":
		return d.newHash(ctx, n.Password, email.Address, name)
	}
	return "", nil
}

// insertUser writes u, its membership and the event.
func insertUser(ctx context.Context, tx *storage.Tx, actor event.Actor, u User, org ID, role string) error {
	if org.IsZero() {
		o, err := ensureDefault(ctx, tx, actor, u.CreatedAt, "")
		if err != nil {
			return err
		}
		org = o.ID
	} else if _, err := tx.Organization(ctx, org); err != nil {
		return fmt.Errorf("organization: %w", err)
	}
	err := tx.InsertUser(ctx, u)
	if errors.Is(err, storage.ErrConflict) {
		return ErrEmailTaken
	}
	if err != nil {
		return err
	}
	if err := tx.PutMembership(ctx, Membership{UserID: u.ID, OrgID: org, Role: role, CreatedAt: u.CreatedAt}); err != nil {
		return err
	}
	view := viewOf(u)
	view.Organization, view.Role = org.String(), role
	return recordUser(ctx, tx, u.CreatedAt, actor, event.UserCreated, u.ID, nil, view)
}

// User returns a user. Error: ErrNotFound.
func (d *Directory) User(ctx context.Context, id ID) (User, error) { return d.store.User(ctx, id) }

// UserByEmail returns the user with this address in any spelling. Errors: ErrEmail, ErrNotFound.
func (d *Directory) UserByEmail(ctx context.Context, email string) (User, error) {
	e, err := ParseEmail(email)
	if err != nil {
		return User{}, err
	}
	return d.store.UserByEmailKey(ctx, e.Key)
}

// Users lists users, and returns the cursor of the next page, empty at the end.
func (d *Directory) Users(ctx context.Context, f UserFilter, p Page) ([]User, string, error) {
	return d.store.Users(ctx, f, p)
}

// Failures returns the last failures of a user to sign in, newest first, at most 20.
func (d *Directory) Failures(ctx context.Context, user ID) ([]Failure, error) {
	return d.store.Failures(ctx, event.ObjectUser, user.String())
}
