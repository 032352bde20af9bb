package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/authz/event"
	"postern/storage"
)

// defaultSetting names the setting that holds the id of the default organization.
const defaultSetting = "default_organization"

// DefaultOrganization returns the organization that users and clients belong to when nobody says otherwise. Error:
// ErrNotFound while nothing has needed one.
func (d *Directory) DefaultOrganization(ctx context.Context) (Organization, error) {
	value, err := d.store.Setting(ctx, defaultSetting)
	if err != nil {
		return Organization{}, fmt.Errorf("default organization: %w", err)
	}
	id, err := storage.ParseID(string(value))
	if err != nil {
		return Organization{}, fmt.Errorf("default organization: %w", err)
	}
	return d.store.Organization(ctx, id)
}

// EnsureDefaultOrganization returns the default organization, and makes it first if there is none.
func (d *Directory) EnsureDefaultOrganization(ctx context.Context, actor event.Actor) (Organization, error) {
	var o Organization
	err := d.store.Tx(ctx, func(tx *storage.Tx) (err error) {
		o, err = ensureDefault(ctx, tx, actor, d.now(), "")
		return err
	})
	return o, err
}

// ensureDefault finds the default organization or makes it, with this name or as Default.
func ensureDefault(ctx context.Context, tx *storage.Tx, actor event.Actor, now time.Time, name string) (Organization, error) {
	o, err := findDefault(ctx, tx)
	if !errors.Is(err, storage.ErrNotFound) {
		return o, err
	}
	if err := lockAdmins(ctx, tx, now); err != nil { // two first users must not make two
		return Organization{}, err
	}
	if o, err = findDefault(ctx, tx); !errors.Is(err, storage.ErrNotFound) {
		return o, err
	}
	name = orDefault(name, "Default")
	o, err = tx.OrganizationBySlug(ctx, slugOf(name))
	if errors.Is(err, storage.ErrNotFound) {
		o = Organization{ID: storage.NewID(now), Slug: slugOf(name), Name: name, CreatedAt: now, UpdatedAt: now}
		err = insertOrganization(ctx, tx, actor, o)
	}
	if err != nil {
		return Organization{}, err
	}
	return o, tx.PutSetting(ctx, defaultSetting, []byte(o.ID.String()), now)
}

func findDefault(ctx context.Context, tx *storage.Tx) (Organization, error) {
	value, err := tx.Setting(ctx, defaultSetting)
	if err != nil {
		return Organization{}, err
	}
	id, err := storage.ParseID(string(value))
	if err != nil {
		return Organization{}, fmt.Errorf("default organization: %w", err)
	}
	return tx.Organization(ctx, id)
}
