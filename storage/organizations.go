package storage

import (
	"context"
)

const organizationColumns = "id, slug, name, parent_id, level, created_at, updated_at"

func scanOrganization(r row) (Organization, error) {
	var o Organization
	err := r.Scan(&o.ID, &o.Slug, &o.Name, &o.ParentID, &o.Level, (*instant)(&o.CreatedAt), (*instant)(&o.UpdatedAt))
	return o, err
}

// Organization returns an organization. Error: ErrNotFound.
func (r reads) Organization(ctx context.Context, id ID) (Organization, error) {
	return one(ctx, r, "read organization", scanOrganization,
		"select "+organizationColumns+" from organizations where id = $1", id.key())
}

// OrganizationBySlug returns an organization. Error: ErrNotFound.
func (r reads) OrganizationBySlug(ctx context.Context, slug string) (Organization, error) {
	return one(ctx, r, "read organization", scanOrganization,
		"select "+organizationColumns+" from organizations where slug = $1", slug)
}

// Organizations lists those with search in name or slug, by slug, and the cursor of the next page, empty at the end.
func (r reads) Organizations(ctx context.Context, search string, p Page) ([]Organization, string, error) {
	var f filter
	f.contains(search, "name", "slug")
	if after := p.after(); after != "" {
		f.add("slug > ?", after)
	}
	query := "select " + organizationColumns + " from organizations" + f.where() + " order by slug" + f.limit(p)
	rows, err := all(ctx, r, "list organizations", scanOrganization, query, f.args...)
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(rows, p, func(o Organization) string { return o.Slug })
	return rows, next, nil
}

// InsertOrganization adds an organization. Error: ErrConflict, the slug is taken.
func (tx *Tx) InsertOrganization(ctx context.Context, o Organization) error {
	_, err := tx.exec(ctx, "insert organization", `
		insert into organizations (id, slug, name, parent_id, level, created_at, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7)`,
		o.ID.key(), o.Slug, o.Name, o.ParentID.ref(), o.Level, micros(o.CreatedAt), micros(o.UpdatedAt))
	return err
}

// UpdateOrganization changes all columns but created_at. Its clients are announced as changed, since they carry its
// name. Errors: ErrNotFound; ErrConflict, the slug is taken.
func (tx *Tx) UpdateOrganization(ctx context.Context, o Organization) error {
	err := tx.must(ctx, "update organization", `
		update organizations set slug = $2, name = $3, parent_id = $4, level = $5, updated_at = $6 where id = $1`,
		o.ID.key(), o.Slug, o.Name, o.ParentID.ref(), o.Level, micros(o.UpdatedAt))
	if err != nil {
		return err
	}
	return tx.each(ctx, "list clients of organization", func(r row) error {
		id, err := scanOf[string](r)
		tx.changed(Change{Kind: ChangeClient, ID: id})
		return err
	}, "select id from clients where org_id = $1", o.ID.key())
}
