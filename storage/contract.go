package storage

import (
	"context"
	"time"
)

// SCAFFOLD: signatures agreed first; storage's files take the methods over one by one, and this file goes.

// Page asks for at most Limit rows after the row with key After (empty: from the start).
type Page struct {
	After string
	Limit int // 1 to 200
}

// ClientFilter narrows Clients. Empty members match all.
type ClientFilter struct {
	Search string // part of the name or the id, case-insensitive
	Kind   string
	State  string // active or disabled
	OrgID  ID
}

// UserFilter narrows Users.
type UserFilter struct {
	Search string // part of name or address
	State  string // active, disabled or admin
}

// EventFilter narrows Events.
type EventFilter struct {
	Name, ActorID, Object, ObjectID string
	From, To                        time.Time
}

// Reader has every read. On Store it uses the read pool; on Tx the transaction.
type Reader interface {
	Organization(ctx context.Context, id ID) (Organization, error)
	OrganizationBySlug(ctx context.Context, slug string) (Organization, error)
	Organizations(ctx context.Context, search string, p Page) ([]Organization, string, error) // next cursor, empty at the end
	User(ctx context.Context, id ID) (User, error)
	UserByEmailKey(ctx context.Context, key string) (User, error)
	Users(ctx context.Context, f UserFilter, p Page) ([]User, string, error)
	HasAdmin(ctx context.Context) (bool, error) // a live administrator exists
	Memberships(ctx context.Context, user ID) ([]Membership, error)
	Membership(ctx context.Context, user, org ID) (Membership, error)
	Client(ctx context.Context, id string) (Client, error) // also disabled ones
	Clients(ctx context.Context, f ClientFilter, p Page) ([]Client, string, error)
	ClientSecrets(ctx context.Context, clientID string) ([]ClientSecret, error) // newest first, expired ones too
	ClientLogo(ctx context.Context, clientID string) (png []byte, sum string, err error)
	Scopes(ctx context.Context) ([]Scope, error) // by group, then name
	Scope(ctx context.Context, name string) (Scope, error)
	Session(ctx context.Context, id ID) (Session, error)
	SessionByToken(ctx context.Context, hash [32]byte) (Session, User, error) // one query; the user as it is now
	SessionsOfUser(ctx context.Context, user ID) ([]Session, error)           // last seen first
	Consent(ctx context.Context, user ID, clientID string, org ID) (Consent, error)
	ConsentByID(ctx context.Context, id ID) (Consent, error)
	ConsentsOfUser(ctx context.Context, user ID) ([]Consent, error)
	Grant(ctx context.Context, id ID) (Grant, error)
	LiveGrants(ctx context.Context, clientID string, now time.Time) (int64, error) // how many
	Keys(ctx context.Context) ([]Key, error)                                       // all that are not gone, oldest first
	Setting(ctx context.Context, name string) ([]byte, error)
	Revocations(ctx context.Context, now time.Time) ([]Revocation, error)                 // all in force
	RevocationsOf(ctx context.Context, refs []Revocation) ([]Revocation, error)           // those of refs (by Kind and ID) that exist: one query
	Events(ctx context.Context, f EventFilter, p Page) ([]Event, string, error)           // newest first
	Failures(ctx context.Context, object, objectID string) ([]Failure, error)             // newest first, at most 20
	RecentFailures(ctx context.Context, limit int) ([]Failure, error)                     // over all objects, newest first
	Counts(ctx context.Context, object, objectID string, sinceDay int64) ([]Count, error) // objectID empty: summed over all
	Totals(ctx context.Context) (clients, users, organizations, liveGrants int64, err error)
}

// Writer has every write of a decision. It is had only in a transaction (Store.Tx). A write that changes something that
// caches hold announces it: at once to this process's listeners when the transaction commits, and to the others through
// the change feed.
type Writer interface {
	InsertOrganization(ctx context.Context, o Organization) error // ErrConflict: the slug is taken
	UpdateOrganization(ctx context.Context, o Organization) error
	InsertUser(ctx context.Context, u User) error // ErrConflict: the address is taken
	UpdateUser(ctx context.Context, u User) error // all columns but epoch and created_at
	DeleteUser(ctx context.Context, id ID) error  // with sessions, consents and memberships; grants are revoked first by the caller
	BumpUserEpoch(ctx context.Context, id ID) (epoch int64, err error)
	PutMembership(ctx context.Context, m Membership) error
	DeleteMembership(ctx context.Context, user, org ID) error
	InsertClient(ctx context.Context, c Client) error                // ErrConflict: the id is taken
	UpdateClient(ctx context.Context, c Client, version int64) error // ErrConflict: another version is stored
	BumpClientEpoch(ctx context.Context, id string) (epoch int64, err error)
	DeleteClient(ctx context.Context, id string) error
	InsertClientSecret(ctx context.Context, s ClientSecret) error
	UpdateClientSecret(ctx context.Context, s ClientSecret) error // expires_at
	DeleteClientSecret(ctx context.Context, clientID string, id ID) error
	PutClientLogo(ctx context.Context, clientID string, png []byte, sum string, at time.Time) error
	DeleteClientLogo(ctx context.Context, clientID string) error
	InsertScope(ctx context.Context, s Scope) error // ErrConflict: the name is taken
	UpdateScope(ctx context.Context, s Scope) error
	DeleteScope(ctx context.Context, name string) error
	InsertSession(ctx context.Context, s Session) error
	UpdateSession(ctx context.Context, s Session) error // data, org_id, token_hash
	DeleteSession(ctx context.Context, id ID) error
	DeleteSessionsOfUser(ctx context.Context, user, except ID) (int64, error)
	PutConsent(ctx context.Context, c Consent) error // insert, or replace scopes, hosts, publisher, times of the same user, client and org (the row's id stays); see Consent for it
	DeleteConsent(ctx context.Context, id ID) error
	RevokeGrant(ctx context.Context, id ID, at time.Time, reason string) (bool, error)                                // false: it was revoked already, or is not there; announces RevokedGrant too
	RevokeGrantsOf(ctx context.Context, user ID, clientID string, org ID, at time.Time, reason string) (int64, error) // zero members match all; announces each
	PutRevocation(ctx context.Context, r Revocation) error                                                            // keeps the later expiry and the greater epoch
	InsertKey(ctx context.Context, k Key) error                                                                       // ErrConflict: the same use, alg and ordinal exists
	UpdateKey(ctx context.Context, k Key) error
	PutSetting(ctx context.Context, name string, value []byte, at time.Time) error
	InsertSettingOnce(ctx context.Context, name string, value []byte, at time.Time) error // keeps an existing value
	InsertEvent(ctx context.Context, e Event) error
}

// Change says that something cached changed. What kinds carry: client and scope and key and user: ID is the row's key;
// revocation: Revocation is set.
type Change struct {
	Kind       ChangeKind
	ID         string
	Revocation Revocation
}

// ChangeKind is what changed.
type ChangeKind string

// The kinds of Change.
const (
	ChangeClient     ChangeKind = "client"
	ChangeScope      ChangeKind = "scope"
	ChangeKey        ChangeKind = "key"
	ChangeRevocation ChangeKind = "revocation"
)

// Listener hears of changes. Snapshot is called when the feed (re)connects: read everything anew; changes that come
// meanwhile are applied after it. Apply is called for each change, in commit order; it must not block.
type Listener interface {
	Snapshot(ctx context.Context) error
	Apply(c Change)
}

// Trust says how far in-memory copies can be believed.
type Trust int

// The levels of Trust.
const (
	TrustFresh  Trust = iota // a beat came back within the last second: believe the copies
	TrustStale               // no beat: ask the database
	TrustOutage              // the database does not answer, for less than outage_grace: the copies stay in force
	TrustNone                // the database does not answer for longer: refuse
)

// Config opens a Store.
type Config struct {
	URL         string // postgres://... or sqlite:path
	Now         func() time.Time
	MaxConns    int           // of the pool; 0: a default
	OutageGrace time.Duration // 0 to 10 min
}

// Store is the database: every row, both engines. It is safe for concurrent use.
type Store struct{ Reader }

// Tx is one transaction.
type Tx struct {
	Reader
	Writer
}

// Open connects, sets the engine up, and checks that the schema is one that this binary knows. It does not migrate.
func Open(ctx context.Context, c Config) (*Store, error) { panic("unwritten") }

// Close flushes what was put off and closes the pools.
func (s *Store) Close() error { panic("unwritten") }

// Ping asks the database for a trifle.
func (s *Store) Ping(ctx context.Context) error { panic("unwritten") }

// Tx runs f in one transaction and commits if it returns nil. On SQLite a write transaction is `begin immediate`. A
// serialization failure or deadlock is retried; f may therefore run more than once.
func (s *Store) Tx(ctx context.Context, f func(tx *Tx) error) error { panic("unwritten") }

// InsertGrant inserts g if its user, client (with their sealed epochs), membership in g.OrgID, consent (unless zero) and
// session (unless zero) are live. It is the single-use guard of authorization codes.
//
//   - nil: inserted, and committed
//   - ErrSpent: a grant with this id exists: the code was used before
//   - ErrGone: one of what it stands on is not live any more
func (s *Store) InsertGrant(ctx context.Context, g Grant) error { panic("unwritten") }

// Rotation asks for one step of a refresh token.
type Rotation struct {
	Grant      ID
	ClientID   string
	Generation int64    // the one presented
	TokenHash  [32]byte // of the secret presented
	NewHash    [32]byte
	Salt       []byte
	Key        string // kid of the rotation key
	Keep       bool   // rotation is off for this client: only rotated_at is looked at, nothing changes; see RotateGrant
	At         time.Time
}

// RotateGrant is the compare-and-swap of a refresh: one UPDATE that succeeds if the grant is live (not revoked, not past
// its absolute or idle limit), belongs to ClientID, is at Generation with TokenHash, and its user, client, membership
// and consent (unless null) are live with the epochs it carries. It returns the row as it is after. With Keep it reads
// under the same conditions, writes nothing, and last use goes through the batched writer.
//
//   - ErrSpent: some condition does not hold; read the grant to find out which
func (s *Store) RotateGrant(ctx context.Context, r Rotation) (Grant, error) { panic("unwritten") }

// The batched writer: gathered in memory, written together at most every flush interval (1 s for counts and failures,
// 60 s for last-seen times), in full by Flush and Close. Bounded: beyond 100,000 pending objects the newest are dropped.
// They never block on the database.

// CountLater adds one to a counter of the day of at.
func (s *Store) CountLater(object, objectID, kind string, at time.Time) { panic("unwritten") }

// FailLater adds to the ring of the last 20 failures of f.Object.
func (s *Store) FailLater(f Failure) { panic("unwritten") }

// SeenLater notes a last use. kind is session, consent, client_secret (key: ID text) or grant (unrotated refresh tokens).
func (s *Store) SeenLater(kind string, id ID, at time.Time) { panic("unwritten") }

// Flush writes all that was put off.
func (s *Store) Flush(ctx context.Context) error { panic("unwritten") }

// Follow starts the change feed for l and returns after its first Snapshot. It runs until ctx ends; one per Store.
func (s *Store) Follow(ctx context.Context, l Listener) error { panic("unwritten") }

// Trust tells how far what l was told can be believed now.
func (s *Store) Trust() Trust { panic("unwritten") }

// ClockSkew is how far this clock is ahead of the database's, as last measured.
func (s *Store) ClockSkew() time.Duration { panic("unwritten") }

// CleanStats says what a Clean did.
type CleanStats struct{ Grants, GrantsEnded, Sessions, Revocations, Consents, Activity, Feed, Events int64 }

// Clean removes what is over, in small batches, until nothing is left or ctx ends: grants past expiry (and past the last
// access token + 5 min), revoked ones likewise, ends the oldest beyond keep live grants for each user, client and
// organization; sessions past absolute or idle limit, and the oldest beyond 100 of a user; revocations, activity older
// than 400 days; feed rows older than 1 h; keys that are gone.
func (s *Store) Clean(ctx context.Context, keep int) (CleanStats, error) { panic("unwritten") }

// Backup writes a consistent copy of the database to path (SQLite file copy by `vacuum into`, or for Postgres a portable
// archive of all tables read in one repeatable-read transaction). Restore reads it into an empty, migrated database.
func (s *Store) Backup(ctx context.Context, path string) error { panic("unwritten") }

// ClientKey is the ID under which a client is revoked: the first 16 bytes of the SHA-256 of its client_id.
func ClientKey(clientID string) ID { panic("unwritten") }
