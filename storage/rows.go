package storage

import "time"

// The rows, as Go sees them. Zero times stand for null.

// Organization is a tenant: users are members of it, clients are published by it, grants act for it.
type Organization struct {
	ID                   ID
	Slug, Name           string
	ParentID             ID
	Level                string
	CreatedAt, UpdatedAt time.Time
}

// User is a person who can sign in.
type User struct {
	ID                ID
	Email             string
	EmailKey          string // the normalised address, unique
	Name              string
	PasswordHash      string // PHC string; empty: no password sign-in
	PasswordChangedAt time.Time
	IsAdmin           bool
	Epoch             int64 // what carries an older one is dead
	DisabledAt        time.Time
	LastSignInAt      time.Time
	CreatedAt         time.Time
	UpdatedAt         time.Time
}

// Membership makes a user a member of an organization.
type Membership struct {
	UserID    ID
	OrgID     ID
	OrgSlug   string // read only: joined
	OrgName   string // read only: joined
	Role      string // owner, admin, developer or member
	CreatedAt time.Time
}

// Client is an OAuth client. Metadata is a JSON document that authz/client owns.
type Client struct {
	ID         string
	OrgID      ID
	OrgName    string // read only: joined
	OrgSlug    string // read only: joined
	Kind       string // web, spa, native or machine
	Name       string
	Metadata   string
	Epoch      int64
	Version    int64 // one more with each update
	DisabledAt time.Time
	VerifiedAt time.Time
	CreatedBy  string
	CreatedAt  time.Time
	UpdatedAt  time.Time
	LogoSum    string // read only: joined from client_logos; empty: no logo
}

// ClientSecret is one of a client's live secrets: a hash, never the secret.
type ClientSecret struct {
	ID         ID
	ClientID   string
	Hash       [32]byte
	Hint       string // the last four characters
	CreatedBy  string
	CreatedAt  time.Time
	ExpiresAt  time.Time
	LastUsedAt time.Time
}

// Scope is an entry of the catalogue.
type Scope struct {
	Name, Title, Description, Group string
	Kind                            string // read, write or destructive
	Sensitive                       bool
	Default                         bool // given when a request names none
	Optional                        bool // a person may leave it out
	Reserved                        bool
	CreatedAt, UpdatedAt            time.Time
}

// Session is a signed-in browser.
type Session struct {
	ID         ID // the sid; public
	TokenHash  [32]byte
	UserID     ID
	UserEpoch  int64
	OrgID      ID
	Data       string // JSON
	AMR        string
	AuthTime   time.Time
	Address    string
	UserAgent  string
	CreatedAt  time.Time
	LastSeenAt time.Time
	ExpiresAt  time.Time
}

// Consent is what a user allowed a client for an organization.
type Consent struct {
	ID            ID
	UserID        ID
	ClientID      string
	OrgID         ID
	Scopes        []string
	Declined      []string // optional scopes that were shown and left out
	RedirectHosts []string
	PublisherID   ID
	CreatedAt     time.Time
	UpdatedAt     time.Time
	LastUsedAt    time.Time
	ExpiresAt     time.Time
}

// Grant is one redeemed authorization code, for its whole life.
type Grant struct {
	ID            ID
	ClientID      string
	UserID        ID
	OrgID         ID
	ConsentID     ID // zero: a first-party app
	SessionID     ID
	Scopes        []string
	Audience      []string
	ClientEpoch   int64
	UserEpoch     int64
	AuthTime      time.Time
	Generation    int64
	TokenHash     []byte // SHA-256 of the refresh secret; nil: no refresh token
	Salt          []byte
	RotationKey   string
	RotatedAt     time.Time
	IdleTTL       time.Duration // 0: no idle limit
	AccessTTL     time.Duration
	ExpiresAt     time.Time // absolute; never changes
	RevokedAt     time.Time
	RevokedReason string
	CreatedAt     time.Time
}

// RevocationKind says what a Revocation ends.
type RevocationKind int16

// The kinds of Revocation.
const (
	RevokedToken RevocationKind = iota + 1
	RevokedGrant
	RevokedUser
	RevokedClient
)

// Revocation ends something before its time.
type Revocation struct {
	Kind      RevocationKind
	ID        ID    // the token id, grant id, user id, or ClientKey of the client id
	Epoch     int64 // for users and clients: the least that still lives
	Owner     ID    // for tokens: ClientKey of their client
	ExpiresAt time.Time
}

// Key is a signing, sealing or MAC key, sealed under a key derived from the secret.
type Key struct {
	ID        string // kid
	Use       string // sig, seal or mac
	Ordinal   int64
	Alg       string
	Sealed    []byte
	Public    string // JWK; for sig only
	CreatedAt time.Time
	ActiveAt  time.Time // announced before, used from then on
	RetiredAt time.Time // from then on it only verifies
	ExpiresAt time.Time // from then on it is gone
	RevokedAt time.Time
}

// Event is a row of the audit trail.
type Event struct {
	ID        ID
	At        time.Time
	Name      string // client.created, grant.reused ...
	ActorKind string // user, client, command or system
	ActorID   string
	ActorName string
	OrgID     ID
	Object    string // client, user ...
	ObjectID  string
	Address   string
	RequestID string
	Before    string // JSON, or empty
	After     string // JSON, or empty
}

// Failure is one of the last 20 failures of a client or user.
type Failure struct {
	Object    string // client or user
	ObjectID  string
	At        time.Time
	Code      string // as the outside saw it
	Reason    string // the precise one
	Detail    string // JSON, or empty
	Address   string
	RequestID string
}

// Count is so many of a kind on a day.
type Count struct {
	Object   string
	ObjectID string
	Day      int64 // days since 1970
	Kind     string
	N        int64
	LastAt   time.Time
}
