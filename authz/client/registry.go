package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"postern/authz/event"
	"postern/storage"
)

// MaxClients is how many clients an organization can publish.
const MaxClients = 1000

// Which error it was. Test with errors.Is. Metadata that cannot be taken is reported as Problems.
var (
	// ErrNotFound: there is no such client, or no such secret of it.
	ErrNotFound = storage.ErrNotFound
	// ErrConflict: the id is taken, or somebody else changed the client meanwhile.
	ErrConflict = storage.ErrConflict
	// ErrPublic: a public client has no secrets.
	ErrPublic = errors.New("public client")
	// ErrTooManySecrets: MaxSecrets live ones are there.
	ErrTooManySecrets = errors.New("too many live secrets")
	// ErrTooManyClients: the organization has MaxClients.
	ErrTooManyClients = errors.New("too many clients")
	// ErrExpiry: a secret's end or overlap is not in the future, or too far in it.
	ErrExpiry = errors.New("expiry out of bounds")
)

// Config is what a Registry needs; all of it.
type Config struct {
	Store     *storage.Store
	NewSecret func() (secret string, hash [32]byte, hint string) // token.Mint's
	Now       func() time.Time
}

// Registry makes every change to clients: each is one transaction, together with its audit event, and is in force on
// every node within a second. It is safe for concurrent use.
type Registry struct {
	store     *storage.Store
	newSecret func() (string, [32]byte, string)
	now       func() time.Time
}

// NewRegistry returns the registry over c.Store.
func NewRegistry(c Config) *Registry {
	return &Registry{store: c.Store, newSecret: c.NewSecret, now: c.Now}
}

// Options of Create.
type Options struct {
	ID     string     // given: 1 to 100 of A-Z a-z 0-9 . _ ~ -; empty: a new one
	Org    storage.ID // zero: the one that the metadata names, or else the only one there is
	Secret string     // made elsewhere; empty: a new one
}

// Create registers a client. secret is what it authenticates with, which nobody can read again; public clients get none.
// Without a scope member the client is allowed the catalogue's default scopes. Errors: Problems, ErrSecret, ErrConflict,
// ErrTooManyClients.
func (r *Registry) Create(ctx context.Context, actor event.Actor, m Metadata, o Options) (row Row, secret string, err error) {
	m, problems := m.Complete()
	checkID(&problems, o.ID)
	if err := problems.Err(); err != nil {
		return Row{}, "", err
	}
	s, secret, err := r.makeSecret(actor, o.Secret, time.Time{})
	if err != nil {
		return Row{}, "", err
	}
	err = r.store.Tx(ctx, func(tx *storage.Tx) error {
		row, err = r.insert(ctx, tx, actor, m, o)
		if err != nil || m.Public() {
			return err
		}
		s.ClientID = row.ID
		return tx.InsertClientSecret(ctx, s)
	})
	if err != nil {
		return Row{}, "", wrap("create client", err)
	}
	if m.Public() {
		secret = ""
	}
	return row, secret, nil
}

func (r *Registry) insert(ctx context.Context, tx *storage.Tx, actor event.Actor, m Metadata, o Options) (Row, error) {
	org, err := publisher(ctx, tx, m, o.Org)
	if err != nil {
		return Row{}, err
	}
	if err := checkRoom(ctx, tx, org.ID); err != nil {
		return Row{}, err
	}
	if m, err = withDefaultScopes(ctx, tx, m); err != nil {
		return Row{}, err
	}
	now := r.now().UTC()
	row := Row{
		ID: o.ID, OrgID: org.ID, OrgName: org.Name, OrgSlug: org.Slug, Kind: m.Kind, Name: m.Name, Metadata: document(m),
		Version: 1, CreatedBy: by(actor), CreatedAt: now, UpdatedAt: now,
	}
	if row.ID == "" {
		row.ID = storage.NewID(now).String()
	}
	if row.Epoch, err = firstEpoch(ctx, tx, row.ID); err != nil {
		return Row{}, err
	}
	if err := tx.InsertClient(ctx, row); err != nil {
		return Row{}, err
	}
	return row, r.record(ctx, tx, actor, event.ClientCreated, row, nil, m)
}

// Update replaces the metadata of the client that is at this version. Its kind stays, and so does its publisher, for
// which there is Transfer. Errors: Problems, ErrNotFound, ErrConflict.
func (r *Registry) Update(ctx context.Context, actor event.Actor, id string, version int64, m Metadata) (row Row, err error) {
	err = r.change(ctx, id, func(tx *storage.Tx, stored Row, before Metadata) error {
		after, problems := updated(stored, m)
		if err := problems.Err(); err != nil {
			return err
		}
		row = stored
		row.Name, row.Metadata = after.Name, document(after)
		if row, err = r.put(ctx, tx, row, version); err != nil {
			return err
		}
		if before.FirstParty && !after.FirstParty { // nobody was asked for the grants that there are
			return r.endTokens(ctx, tx, actor, event.ClientUpdated, row, before, after)
		}
		return r.record(ctx, tx, actor, event.ClientUpdated, row, before, after)
	})
	return row, wrap("update client", err)
}

// updated completes m as metadata of a client whose kind stays.
func updated(row Row, m Metadata) (Metadata, Problems) {
	asked := m.Kind
	m.Kind = row.Kind
	m, problems := m.Complete()
	if asked != "" && asked != row.Kind {
		problems.add("kind", "cannot be changed")
	}
	if m.Organization != "" && m.Organization != row.OrgSlug && m.Organization != row.OrgID.String() {
		problems.add("organization", "cannot be changed here: transfer the client")
	}
	return m, problems
}

// change runs f in a transaction with the client as it is.
func (r *Registry) change(ctx context.Context, id string, f func(tx *storage.Tx, row Row, m Metadata) error) error {
	return r.store.Tx(ctx, func(tx *storage.Tx) error {
		row, err := tx.Client(ctx, id)
		if err != nil {
			return err
		}
		m, err := stored(row)
		if err != nil {
			return err
		}
		return f(tx, row, m)
	})
}

// put stores row if its version still is this one, and returns it as stored.
func (r *Registry) put(ctx context.Context, tx *storage.Tx, row Row, version int64) (Row, error) {
	row.UpdatedAt = r.now().UTC()
	if err := tx.UpdateClient(ctx, row, version); err != nil {
		return Row{}, err
	}
	row.Version = version + 1
	return row, nil
}

// document is the metadata as the row keeps it: what has columns of its own is left out.
func document(m Metadata) string {
	m.Name, m.Kind, m.Organization = "", "", ""
	text, _ := json.Marshal(m) // its one foreign part, the key set, was checked to be JSON
	return string(text)
}

func (r *Registry) record(ctx context.Context, tx *storage.Tx, actor event.Actor, name string, row Row, before, after any) error {
	return event.Record(ctx, tx, r.now().UTC(), actor, event.Entry{
		Name: name, OrgID: row.OrgID, Object: event.ObjectClient, ObjectID: row.ID, Before: before, After: after,
	})
}

func by(actor event.Actor) string {
	if actor.Name != "" {
		return actor.Name
	}
	return actor.ID
}

// wrap says what was being done; Problems are the caller's own and stay as they are.
func wrap(doing string, err error) error {
	if _, own := errors.AsType[Problems](err); own || err == nil {
		return err
	}
	return fmt.Errorf("%s: %w", doing, err)
}
