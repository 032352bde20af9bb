package storage

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// table is what a copy of the database has to know of one.
type table struct {
	name    string
	columns []string
	bools   []string // SQLite keeps them as integers
	self    string   // a column that refers to another row of the table: set when all rows are there
}

// tables lists all that hold something lasting, each after those that it refers to. The change feed is not among them.
var tables = []table{
	{name: "organizations", columns: fields("id slug name parent_id level created_at updated_at"), self: "parent_id"},
	{name: "users", columns: fields("id email email_key name password_hash password_changed_at is_admin epoch disabled_at last_sign_in_at created_at updated_at"), bools: fields("is_admin")},
	{name: "memberships", columns: fields("user_id org_id role created_at")},
	{name: "clients", columns: fields("id org_id kind name metadata epoch version disabled_at verified_at created_by created_at updated_at")},
	{name: "client_secrets", columns: fields("id client_id hash hint created_by created_at expires_at last_used_at")},
	{name: "client_logos", columns: fields("client_id png sum updated_at")},
	{name: "scopes", columns: fields("name title description group_name kind is_sensitive is_default is_optional is_reserved created_at updated_at"), bools: fields("is_sensitive is_default is_optional is_reserved")},
	{name: "sessions", columns: fields("id token_hash user_id user_epoch org_id data amr auth_time address user_agent created_at last_seen_at expires_at")},
	{name: "consents", columns: fields("id user_id client_id org_id scopes declined redirect_hosts publisher_id created_at updated_at last_used_at expires_at")},
	{name: "grants", columns: fields("id client_id user_id org_id consent_id session_id scopes audience client_epoch user_epoch auth_time generation token_hash salt rotation_key rotated_at idle_ttl access_ttl expires_at revoked_at revoked_reason created_at")},
	{name: "revocations", columns: fields("kind id epoch owner expires_at")},
	{name: "keys", columns: fields("id use_for ordinal alg sealed public created_at active_at retired_at expires_at revoked_at")},
	{name: "settings", columns: fields("name value updated_at")},
	{name: "audit", columns: fields("id at event actor_kind actor_id actor_name org_id object object_id address request_id before after")},
	{name: "failures", columns: fields("object object_id seq at code reason detail address request_id")},
	{name: "activity", columns: fields("object object_id day kind n last_at")},
}

func fields(s string) []string { return strings.Fields(s) }

// copyTables writes every row that from sees into to.
func copyTables(ctx context.Context, from, to *sql.Tx) error {
	for _, t := range tables {
		if err := t.copy(ctx, from, to); err != nil {
			return fmt.Errorf("copy %s: %w", t.name, err)
		}
	}
	return nil
}

func (t table) copy(ctx context.Context, from, to *sql.Tx) error {
	rows, err := from.QueryContext(ctx, "select "+strings.Join(t.columns, ", ")+" from "+t.name)
	if err != nil {
		return err
	}
	defer rows.Close()
	insert, err := to.PrepareContext(ctx, t.insert())
	if err != nil {
		return err
	}
	defer insert.Close()
	var later [][]any
	for rows.Next() {
		values, err := t.scan(rows)
		if err != nil {
			return err
		}
		if i := slices.Index(t.columns, t.self); i >= 0 && values[i] != nil {
			later = append(later, []any{values[0], values[i]})
			values[i] = nil
		}
		if _, err := insert.ExecContext(ctx, values...); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return t.relate(ctx, to, later)
}

func (t table) insert() string {
	places := make([]string, len(t.columns))
	for i := range places {
		places[i] = place(i + 1)
	}
	return "insert into " + t.name + " (" + strings.Join(t.columns, ", ") + ") values (" + strings.Join(places, ", ") + ")"
}

// scan reads a row as the other engine takes it.
func (t table) scan(rows *sql.Rows) ([]any, error) {
	values := make([]any, len(t.columns))
	into := make([]any, len(t.columns))
	for i := range values {
		into[i] = &values[i]
	}
	if err := rows.Scan(into...); err != nil {
		return nil, err
	}
	for i, column := range t.columns {
		if n, isInt := values[i].(int64); isInt && slices.Contains(t.bools, column) {
			values[i] = n != 0
		}
		if b, isBytes := values[i].([]byte); isBytes && b == nil { // an empty blob, which drivers would take for null
			values[i] = []byte{}
		}
	}
	return values, nil
}

func (t table) relate(ctx context.Context, to *sql.Tx, pairs [][]any) error {
	for _, pair := range pairs {
		if _, err := to.ExecContext(ctx, "update "+t.name+" set "+t.self+" = $2 where id = $1", pair...); err != nil {
			return err
		}
	}
	return nil
}

// empty tells whether no table has a row.
func (r reads) empty(ctx context.Context) (bool, error) {
	for _, t := range tables {
		full, err := one(ctx, r, "look for rows", scanOf[bool], "select exists (select 1 from "+t.name+")")
		if err != nil || full {
			return false, err
		}
	}
	return true, nil
}
