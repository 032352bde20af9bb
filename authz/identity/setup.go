package identity

import (
	"context"
	"fmt"
	"strings"

	"postern/authz/event"
	"postern/storage"
)

const setupPurpose = "setup"

// NeedsSetup tells whether there is no live administrator yet.
func (d *Directory) NeedsSetup(ctx context.Context) (bool, error) {
	has, err := d.store.HasAdmin(ctx)
	return err == nil && !has, err
}

// SetupToken makes the token of the link for the first administrator. It works for a day, on every node, until there is
// one. Several may be in force: whoever is first wins.
func (d *Directory) SetupToken() (string, error) {
	return d.mint.SealState(setupPurpose, nil, d.now().Add(d.ttl.setup), nil)
}

// CheckSetup returns nil if token would open the set-up now. Errors: ErrLink, ErrHasAdmin.
func (d *Directory) CheckSetup(ctx context.Context, token string) error {
	if _, err := d.mint.OpenState(setupPurpose, token, nil); err != nil {
		return ErrLink
	}
	needed, err := d.NeedsSetup(ctx)
	if err == nil && !needed {
		return ErrHasAdmin
	}
	return err
}

// First is the first administrator, and the organization that is the default from then on.
type First struct {
	Name, Email, Password string
	Organization          string // its name; empty: Default
}

// Setup makes the first administrator and the default organization. from has the address and the request. Of concurrent
// set-ups, one wins. Errors: ErrLink, ErrHasAdmin, and those of CreateUser.
func (d *Directory) Setup(ctx context.Context, from event.Actor, token string, f First) (User, error) {
	if err := d.CheckSetup(ctx, token); err != nil {
		return User{}, err
	}
	org, err := ParseName(orDefault(f.Organization, "Default"))
	if err != nil {
		return User{}, err
	}
	u, err := d.firstUser(ctx, f)
	if err != nil {
		return User{}, err
	}
	err = d.store.Tx(ctx, func(tx *storage.Tx) error { return setUp(ctx, tx, self(u, from), u, org) })
	if err != nil {
		return User{}, fmt.Errorf("set up: %w", err)
	}
	return u, nil
}

func (d *Directory) firstUser(ctx context.Context, f First) (User, error) {
	n := NewUser{Email: f.Email, Name: f.Name, Password: f.Password, Admin: true}
	u, err := d.newUser(ctx, n)
	if err == nil && u.PasswordHash == "" {
		_, err = d.newHash(ctx, "", u.Email, u.Name)
	}
	return u, err
}

func setUp(ctx context.Context, tx *storage.Tx, actor event.Actor, u User, orgName string) error {
	if err := lockAdmins(ctx, tx, u.CreatedAt); err != nil {
		return err
	}
	if has, err := tx.HasAdmin(ctx); err != nil {
		return err
	} else if has {
		return ErrHasAdmin
	}
	org, err := ensureDefault(ctx, tx, actor, u.CreatedAt, orgName)
	if err != nil {
		return err
	}
	if org.Name != orgName { // a command has made users, and a default organization for them, before
		if org, err = renameOrganization(ctx, tx, actor, u.CreatedAt, org, orgName, org.Level); err != nil {
			return err
		}
	}
	if err := insertUser(ctx, tx, actor, u, org.ID, RoleOwner); err != nil {
		return err
	}
	return recordUser(ctx, tx, u.CreatedAt, actor, event.SetupCompleted, u.ID, nil,
		map[string]string{"administrator": u.Email, "organization": org.Name})
}

func orDefault(s, otherwise string) string {
	if strings.TrimSpace(s) == "" {
		return otherwise
	}
	return s
}

func localPart(e Email) string { return e.Address[:strings.LastIndexByte(e.Address, '@')] }
