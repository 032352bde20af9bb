package storage

import (
	"context"
)

const scopeColumns = `name, title, description, group_name, kind, is_sensitive, is_default, is_optional, is_reserved,
	created_at, updated_at`

func scanScope(r row) (Scope, error) {
	var s Scope
	err := r.Scan(&s.Name, &s.Title, &s.Description, &s.Group, &s.Kind, &s.Sensitive, &s.Default, &s.Optional, &s.Reserved,
		(*instant)(&s.CreatedAt), (*instant)(&s.UpdatedAt))
	return s, err
}

// Scopes lists the whole catalogue by group, then name.
func (r reads) Scopes(ctx context.Context) ([]Scope, error) {
	return all(ctx, r, "list scopes", scanScope, "select "+scopeColumns+" from scopes order by group_name, name")
}

// Scope returns an entry of the catalogue. Error: ErrNotFound.
func (r reads) Scope(ctx context.Context, name string) (Scope, error) {
	return one(ctx, r, "read scope", scanScope, "select "+scopeColumns+" from scopes where name = $1", name)
}

// InsertScope adds to the catalogue. Error: ErrConflict, the name is taken.
func (tx *Tx) InsertScope(ctx context.Context, s Scope) error {
	_, err := tx.exec(ctx, "insert scope", `
		insert into scopes (name, title, description, group_name, kind, is_sensitive, is_default, is_optional,
			is_reserved, created_at, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		s.Name, s.Title, s.Description, s.Group, s.Kind, s.Sensitive, s.Default, s.Optional, s.Reserved,
		micros(s.CreatedAt), micros(s.UpdatedAt))
	return tx.changedScope(s.Name, err)
}

// UpdateScope changes all columns but created_at. Error: ErrNotFound.
func (tx *Tx) UpdateScope(ctx context.Context, s Scope) error {
	err := tx.must(ctx, "update scope", `
		update scopes set title = $2, description = $3, group_name = $4, kind = $5, is_sensitive = $6, is_default = $7,
			is_optional = $8, is_reserved = $9, updated_at = $10
		where name = $1`,
		s.Name, s.Title, s.Description, s.Group, s.Kind, s.Sensitive, s.Default, s.Optional, s.Reserved,
		micros(s.UpdatedAt))
	return tx.changedScope(s.Name, err)
}

// DeleteScope removes from the catalogue. Error: ErrNotFound.
func (tx *Tx) DeleteScope(ctx context.Context, name string) error {
	err := tx.must(ctx, "delete scope", "delete from scopes where name = $1", name)
	return tx.changedScope(name, err)
}

func (tx *Tx) changedScope(name string, err error) error {
	if err == nil {
		tx.changed(Change{Kind: ChangeScope, ID: name})
	}
	return err
}
