package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/authz/event"
	"postern/storage"
)

// Profile is what can be changed of a user. Empty members stay as they are.
type Profile struct {
	Name  string
	Email string
}

// UpdateProfile changes name or address. A new address ends the reset links that were made for the old one; as it is not
// proven to belong to the user, only administrators may set it. Errors: ErrNotFound, ErrName, ErrEmail, ErrEmailTaken.
func (d *Directory) UpdateProfile(ctx context.Context, actor event.Actor, id ID, p Profile) (User, error) {
	name, email, err := p.check()
	if err != nil {
		return User{}, err
	}
	return d.change(ctx, actor, event.UserUpdated, id, func(_ *storage.Tx, u *User) error {
		if p.Name != "" {
			u.Name = name
		}
		if p.Email != "" {
			u.Email, u.EmailKey = email.Address, email.Key
		}
		return nil
	})
}

func (p Profile) check() (name string, email Email, err error) {
	if p.Name != "" {
		if name, err = ParseName(p.Name); err != nil {
			return "", Email{}, err
		}
	}
	if p.Email != "" {
		email, err = ParseEmail(p.Email)
	}
	return name, email, err
}

// change is the transaction of a decision about one user: read, set, write, record. When set changes nothing, nothing is
// written.
func (d *Directory) change(
	ctx context.Context, actor event.Actor, name event.Name, id ID, set func(*storage.Tx, *User) error,
) (User, error) {
	var u User
	err := d.userTx(ctx, id, func(tx *storage.Tx, now time.Time) error {
		before, err := tx.User(ctx, id)
		if err != nil {
			return err
		}
		u = before
		if err := set(tx, &u); err != nil || u == before {
			return err
		}
		u.UpdatedAt = now
		if err := tx.UpdateUser(ctx, u); errors.Is(err, storage.ErrConflict) {
			return ErrEmailTaken
		} else if err != nil {
			return err
		}
		return recordUser(ctx, tx, u.UpdatedAt, actor, name, id, viewOf(before), viewOf(u))
	})
	if err != nil {
		return User{}, fmt.Errorf("%s: %w", name, err)
	}
	return u, nil
}
