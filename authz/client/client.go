package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"postern/authz/scope"
	"postern/storage"
)

// The rows of this package's subject.
type (
	Row    = storage.Client
	Secret = storage.ClientSecret
	Filter = storage.ClientFilter
	Page   = storage.Page
)

// ErrStored: a stored client cannot be read.
var ErrStored = errors.New("stored client cannot be read")

// Defaults are the server's settings that a client's metadata can replace.
type Defaults struct {
	AccessTTL    time.Duration // of opaque access tokens, at most 24 h
	JWTTTL       time.Duration // of JWT access tokens
	RefreshTTL   time.Duration // absolute
	RefreshIdle  time.Duration // 0: no limit
	RefreshGrace time.Duration // 0 to 10 min
}

// Client is one client as requests need it: parsed once, never changed, safe for concurrent use. Callers leave its
// slices alone.
type Client struct {
	ID      string
	Key     storage.ID // storage.ClientKey(ID): names it in revocations
	Name    string
	Kind    string
	OrgID   storage.ID
	OrgName string
	OrgSlug string
	LogoSum string // empty: no logo
	Epoch   int64
	Version int64

	Disabled bool
	Verified bool

	AuthMethod    string
	RedirectURIs  []string
	Allowance     []string // scope names and patterns
	RequirePKCE   bool
	JWT           bool // access tokens are RFC 9068 JWTs
	Rotate        bool
	FirstParty    bool
	IntrospectAny bool

	AccessTTL    time.Duration
	RefreshTTL   time.Duration
	RefreshIdle  time.Duration // 0: no limit
	RefreshGrace time.Duration

	Metadata Metadata // complete; for pages

	grantTypes []string // sorted
	secrets    []liveSecret
}

// Parse builds the view of a stored client. Of secrets, it takes those of this client; expiry is looked at in Authenticate.
// The error is ErrStored.
func Parse(row Row, secrets []Secret, d Defaults) (*Client, error) {
	m, err := stored(row)
	if err != nil {
		return nil, err
	}
	c := &Client{
		ID: row.ID, Key: storage.ClientKey(row.ID), Name: row.Name, Kind: row.Kind,
		OrgID: row.OrgID, OrgName: row.OrgName, OrgSlug: row.OrgSlug, LogoSum: row.LogoSum,
		Epoch: row.Epoch, Version: row.Version,
		Disabled: !row.DisabledAt.IsZero(), Verified: !row.VerifiedAt.IsZero(),
		AuthMethod: m.AuthMethod, RedirectURIs: m.RedirectURIs,
		RequirePKCE: m.Public() || or(m.RequirePKCE, true), JWT: m.AccessTokenFormat == JWT,
		Rotate: m.Public() || or(m.Rotation, true), FirstParty: m.FirstParty, IntrospectAny: m.IntrospectAny,
		Metadata: m, grantTypes: slices.Sorted(slices.Values(m.GrantTypes)), secrets: live(row.ID, secrets),
	}
	if c.Allowance, err = scope.ParseAllowance(m.Scope); err != nil {
		return nil, fmt.Errorf("%w: %s: scope: %w", ErrStored, row.ID, err)
	}
	c.resolve(d)
	return c, nil
}

// stored reads the row's metadata document. What is stored was checked, perhaps by an older release with other rules: it
// is not checked again, only completed.
func stored(row Row) (Metadata, error) {
	var m Metadata
	if err := json.Unmarshal([]byte(row.Metadata), &m); err != nil {
		return m, fmt.Errorf("%w: %s: metadata is not JSON", ErrStored, row.ID)
	}
	m.Name, m.Kind = row.Name, row.Kind
	m, _ = m.Complete()
	return m, nil
}

// resolve puts the server's settings where the metadata is silent.
func (c *Client) resolve(d Defaults) {
	c.AccessTTL, c.RefreshTTL, c.RefreshIdle, c.RefreshGrace = d.AccessTTL, d.RefreshTTL, d.RefreshIdle, d.RefreshGrace
	if c.JWT {
		c.AccessTTL = d.JWTTTL
	}
	m := c.Metadata
	if m.AccessTTL != 0 {
		c.AccessTTL = m.AccessTTL.Duration()
	}
	if m.RefreshTTL != 0 {
		c.RefreshTTL = m.RefreshTTL.Duration()
	}
	if m.RefreshIdle != nil {
		c.RefreshIdle = m.RefreshIdle.Duration()
	}
	if m.RefreshGrace != nil {
		c.RefreshGrace = m.RefreshGrace.Duration()
	}
}

// Public tells whether the client cannot authenticate.
func (c *Client) Public() bool { return c.AuthMethod == AuthNone }

// Native tells whether the port of its loopback redirect URIs is free.
func (c *Client) Native() bool { return c.Kind == Native }

// Allows tells whether the client has this grant type.
func (c *Client) Allows(grantType string) bool {
	_, found := slices.BinarySearch(c.grantTypes, grantType)
	return found
}

// Refreshes tells whether a grant of this client gets a refresh token.
func (c *Client) Refreshes() bool { return c.Allows(GrantRefresh) }
