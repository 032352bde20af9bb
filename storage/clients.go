package storage

import (
	"context"
	"crypto/sha256"
	"errors"
)

// ClientFilter narrows Clients. Empty members match all.
type ClientFilter struct {
	Search string // part of the name or the id, case-insensitive
	Kind   string
	State  string // active or disabled
	OrgID  ID
}

const clientQuery = `
	select c.id, c.org_id, o.name, o.slug, c.kind, c.name, c.metadata, c.epoch, c.version, c.disabled_at, c.verified_at,
		c.created_by, c.created_at, c.updated_at, coalesce(l.sum, '')
	from clients c join organizations o on o.id = c.org_id left join client_logos l on l.client_id = c.id`

func scanClient(r row) (Client, error) {
	var c Client
	err := r.Scan(&c.ID, &c.OrgID, &c.OrgName, &c.OrgSlug, &c.Kind, &c.Name, &c.Metadata, &c.Epoch, &c.Version,
		(*instant)(&c.DisabledAt), (*instant)(&c.VerifiedAt), &c.CreatedBy, (*instant)(&c.CreatedAt),
		(*instant)(&c.UpdatedAt), &c.LogoSum)
	return c, err
}

// ClientKey is the ID under which a client is revoked: the first 16 bytes of the SHA-256 of its client_id.
func ClientKey(clientID string) ID {
	hash := sha256.Sum256([]byte(clientID))
	return ID(hash[:16])
}

// AccessKey is the ID under which what an app can do for a user in an organization is taken away, where no consent row
// stands for it.
func AccessKey(user ID, clientID string, org ID) ID {
	hash := sha256.Sum256([]byte("access\x00" + string(user[:]) + string(org[:]) + clientID))
	return ID(hash[:16])
}

// Client returns a client, disabled ones too. Error: ErrNotFound.
func (r reads) Client(ctx context.Context, id string) (Client, error) {
	return one(ctx, r, "read client", scanClient, clientQuery+" where c.id = $1", id)
}

// Clients lists clients by name, and the cursor of the next page, empty at the end.
func (r reads) Clients(ctx context.Context, f ClientFilter, p Page) ([]Client, string, error) {
	where := f.where()
	if p.After != "" {
		name, id := parseCursor(p.After)
		where.add("(c.name, c.id) > (?, ?)", name, id)
	}
	query := clientQuery + where.where() + " order by c.name, c.id" + where.limit(p)
	rows, err := all(ctx, r, "list clients", scanClient, query, where.args...)
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(rows, p, func(c Client) string { return cursor(c.Name, c.ID) })
	return rows, next, nil
}

func (f ClientFilter) where() *filter {
	var where filter
	where.contains(f.Search, "c.name", "c.id")
	where.match("c.kind", f.Kind)
	switch f.State {
	case "active":
		where.add("c.disabled_at is null")
	case "disabled":
		where.add("c.disabled_at is not null")
	}
	if !f.OrgID.IsZero() {
		where.add("c.org_id = ?", f.OrgID.key())
	}
	return &where
}

// InsertClient adds a client. Errors: ErrConflict, the id is taken; ErrGone, no such organization.
func (tx *Tx) InsertClient(ctx context.Context, c Client) error {
	_, err := tx.exec(ctx, "insert client", `
		insert into clients (id, org_id, kind, name, metadata, epoch, version, disabled_at, verified_at, created_by,
			created_at, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		c.ID, c.OrgID.key(), c.Kind, c.Name, c.Metadata, c.Epoch, c.Version, moment(c.DisabledAt), moment(c.VerifiedAt),
		c.CreatedBy, micros(c.CreatedAt), micros(c.UpdatedAt))
	return tx.changedClient(c.ID, err)
}

// UpdateClient changes a client of which version is stored, and adds one to the version. All columns change but epoch,
// created_by and created_at. Errors: ErrNotFound; ErrConflict, another version is stored.
func (tx *Tx) UpdateClient(ctx context.Context, c Client, version int64) error {
	err := tx.must(ctx, "update client", `
		update clients set org_id = $3, kind = $4, name = $5, metadata = $6, disabled_at = $7, verified_at = $8,
			updated_at = $9, version = version + 1
		where id = $1 and version = $2`,
		c.ID, version, c.OrgID.key(), c.Kind, c.Name, c.Metadata, moment(c.DisabledAt), moment(c.VerifiedAt),
		micros(c.UpdatedAt))
	if errors.Is(err, ErrNotFound) {
		if _, err := tx.Client(ctx, c.ID); err == nil {
			return fail("update client", ErrConflict)
		}
	}
	return tx.changedClient(c.ID, err)
}

// BumpClientEpoch ends whatever carries the client's present epoch, and returns the next one. Error: ErrNotFound.
func (tx *Tx) BumpClientEpoch(ctx context.Context, id string) (epoch int64, err error) {
	epoch, err = one(ctx, tx.reads, "raise client epoch", scanOf[int64],
		"update clients set epoch = epoch + 1 where id = $1 returning epoch", id)
	return epoch, tx.changedClient(id, err)
}

// DeleteClient removes a client with its secrets, logo, consents and failures. Its grants are dead from then on, and go
// when they expire. Error: ErrNotFound.
func (tx *Tx) DeleteClient(ctx context.Context, id string) error {
	if err := tx.must(ctx, "delete client", "delete from clients where id = $1", id); err != nil {
		return err
	}
	return tx.changedClient(id, tx.deleteFailures(ctx, "client", id))
}

// changedClient announces a client unless err, which it returns.
func (tx *Tx) changedClient(id string, err error) error {
	if err == nil {
		tx.changed(Change{Kind: ChangeClient, ID: id})
	}
	return err
}
