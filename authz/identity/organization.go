package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"postern/authz/event"
	"postern/storage"
)

// NewOrganization is what an organization is made of.
type NewOrganization struct {
	Slug     string // its short name, for good; see ParseSlug
	Name     string
	ParentID ID     // zero: none
	Level    string // what kind of part it is, in the operator's words; may be empty
}

// CreateOrganization makes an organization. Errors: ErrSlug, ErrSlugTaken, ErrName, ErrParent.
func (d *Directory) CreateOrganization(ctx context.Context, actor event.Actor, n NewOrganization) (Organization, error) {
	o, err := n.check(d.now())
	if err != nil {
		return Organization{}, err
	}
	err = d.store.Tx(ctx, func(tx *storage.Tx) error {
		if !o.ParentID.IsZero() {
			if _, err := tx.Organization(ctx, o.ParentID); errors.Is(err, storage.ErrNotFound) {
				return ErrParent
			} else if err != nil {
				return err
			}
		}
		return insertOrganization(ctx, tx, actor, o)
	})
	if err != nil {
		return Organization{}, fmt.Errorf("create organization: %w", err)
	}
	return o, nil
}

func (n NewOrganization) check(now time.Time) (Organization, error) {
	slug, err := ParseSlug(n.Slug)
	if err != nil {
		return Organization{}, err
	}
	name, err := ParseName(n.Name)
	if err != nil {
		return Organization{}, err
	}
	return Organization{
		ID: storage.NewID(now), Slug: slug, Name: name, ParentID: n.ParentID, Level: line(n.Level, maxName),
		CreatedAt: now, UpdatedAt: now,
	}, nil
}

func insertOrganization(ctx context.Context, tx *storage.Tx, actor event.Actor, o Organization) error {
	err := tx.InsertOrganization(ctx, o)
	if errors.Is(err, storage.ErrConflict) {
		return ErrSlugTaken
	}
	if err != nil {
		return err
	}
	return recordOrganization(ctx, tx, o.CreatedAt, actor, event.OrgCreated, o.ID, nil, orgViewOf(o))
}

// UpdateOrganization changes name and level; the slug stays, as links and tokens have it. Errors: ErrNotFound, ErrName.
func (d *Directory) UpdateOrganization(ctx context.Context, actor event.Actor, id ID, name, level string) (Organization, error) {
	name, err := ParseName(name)
	if err != nil {
		return Organization{}, err
	}
	var o Organization
	err = d.store.Tx(ctx, func(tx *storage.Tx) error {
		before, err := tx.Organization(ctx, id)
		if err != nil {
			return err
		}
		o, err = renameOrganization(ctx, tx, actor, d.now(), before, name, line(level, maxName))
		return err
	})
	if err != nil {
		return Organization{}, fmt.Errorf("update organization: %w", err)
	}
	return o, nil
}

func renameOrganization(
	ctx context.Context, tx *storage.Tx, actor event.Actor, now time.Time, before Organization, name, level string,
) (Organization, error) {
	o := before
	o.Name, o.Level = name, level
	if o == before {
		return o, nil
	}
	o.UpdatedAt = now
	if err := tx.UpdateOrganization(ctx, o); err != nil {
		return Organization{}, err
	}
	return o, recordOrganization(ctx, tx, now, actor, event.OrgUpdated, o.ID, orgViewOf(before), orgViewOf(o))
}

// Organization returns an organization. Error: ErrNotFound.
func (d *Directory) Organization(ctx context.Context, id ID) (Organization, error) {
	return d.store.Organization(ctx, id)
}

// OrganizationBySlug returns the organization with this short name. Error: ErrNotFound.
func (d *Directory) OrganizationBySlug(ctx context.Context, slug string) (Organization, error) {
	if _, err := ParseSlug(slug); err != nil {
		return Organization{}, ErrNotFound
	}
	return d.store.OrganizationBySlug(ctx, slug)
}

// Organizations lists those whose name or slug has search in it, and returns the cursor of the next page.
func (d *Directory) Organizations(ctx context.Context, search string, p Page) ([]Organization, string, error) {
	return d.store.Organizations(ctx, search, p)
}

// orgView is what an event keeps of an organization.
type orgView struct {
	Slug   string `json:"slug"`
	Name   string `json:"name"`
	Parent string `json:"parent,omitempty"`
	Level  string `json:"level,omitempty"`
}

func orgViewOf(o Organization) orgView {
	v := orgView{Slug: o.Slug, Name: o.Name, Level: o.Level}
	if !o.ParentID.IsZero() {
		v.Parent = o.ParentID.String()
	}
	return v
}

func recordOrganization(
	ctx context.Context, tx *storage.Tx, now time.Time, actor event.Actor, name event.Name, id ID, before, after any,
) error {
	return event.Record(ctx, tx, now, actor, event.Entry{
		Name: name, OrgID: id, Object: event.ObjectOrganization, ObjectID: id.String(), Before: before, After: after,
	})
}
