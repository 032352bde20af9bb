package identity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"postern/authz/event"
	"postern/storage"
)

// maxHosts bounds the redirect hosts of a consent; the one allowed first is forgotten first, and asks again.
const maxHosts = 20

// ConsentInput is what a person allows.
type ConsentInput struct {
	UserID       ID
	ClientID     string
	OrgID        ID       // that it acts for
	Scopes       []string // those ticked, at least one; names of the catalogue
	Declined     []string // optional ones that were shown and not ticked
	RedirectHost string   // where the answer goes: a host, or the scheme of a private-use URI
	PublisherID  ID       // the client's organization, as the person was shown it
}

// Consent returns what a user allowed an app for an organization: the zero Consent if nothing.
func (d *Directory) Consent(ctx context.Context, user ID, clientID string, org ID) (Consent, error) {
	c, err := d.store.Consent(ctx, user, clientID, org)
	if errors.Is(err, storage.ErrNotFound) {
		return Consent{}, nil
	}
	if err != nil {
		return Consent{}, fmt.Errorf("find consent: %w", err)
	}
	return c, nil
}

// Allow keeps a consent. What was allowed before stays, unless it had expired or was given to another publisher. Errors:
// ErrNoScopes, ErrNotMember, ErrDisabled (user or app), ErrNotFound (the app, or it is another's by now).
func (d *Directory) Allow(ctx context.Context, actor event.Actor, in ConsentInput) (Consent, error) {
	if len(in.Scopes) == 0 {
		return Consent{}, ErrNoScopes
	}
	var c Consent
	err := d.userTx(ctx, in.UserID, func(tx *storage.Tx, now time.Time) (err error) {
		if err := in.check(ctx, tx); err != nil {
			return err
		}
		c, err = d.allow(ctx, tx, actor, in, now)
		return err
	})
	if err != nil {
		return Consent{}, fmt.Errorf("allow app: %w", err)
	}
	return c, nil
}

// check tells whether all that a consent stands on is live.
func (in ConsentInput) check(ctx context.Context, tx *storage.Tx) error {
	u, err := tx.User(ctx, in.UserID)
	if err != nil {
		return err
	}
	c, err := tx.Client(ctx, in.ClientID)
	if err != nil {
		return err
	}
	switch {
	case !u.DisabledAt.IsZero() || !c.DisabledAt.IsZero():
		return ErrDisabled
	case c.OrgID != in.PublisherID:
		return ErrNotFound
	}
	return requireMember(ctx, tx, in.UserID, in.OrgID)
}

func requireMember(ctx context.Context, tx *storage.Tx, user, org ID) error {
	_, err := tx.Membership(ctx, user, org)
	if errors.Is(err, storage.ErrNotFound) {
		return ErrNotMember
	}
	return err
}

func (d *Directory) allow(ctx context.Context, tx *storage.Tx, actor event.Actor, in ConsentInput, now time.Time) (Consent, error) {
	before, err := tx.Consent(ctx, in.UserID, in.ClientID, in.OrgID)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return Consent{}, err
	}
	if err := tx.PutConsent(ctx, in.merge(before, now, d.ttl.consent)); err != nil {
		return Consent{}, err
	}
	c, err := tx.Consent(ctx, in.UserID, in.ClientID, in.OrgID)
	if err != nil {
		return Consent{}, err
	}
	e := event.Entry{Name: event.ConsentGiven, OrgID: in.OrgID, Object: event.ObjectConsent, ObjectID: c.ID.String()}
	if !before.ID.IsZero() {
		e.Before = consentViewOf(before)
	}
	e.After = consentViewOf(c)
	return c, event.Record(ctx, tx, now, actor, e)
}

// merge adds in to what was allowed before, as far as that still holds.
func (in ConsentInput) merge(before Consent, now time.Time, ttl time.Duration) Consent {
	c := Consent{
		ID: before.ID, UserID: in.UserID, ClientID: in.ClientID, OrgID: in.OrgID, PublisherID: in.PublisherID,
		Scopes: union(nil, in.Scopes), Declined: without(in.Declined, in.Scopes), RedirectHosts: []string{in.RedirectHost},
		CreatedAt: now, UpdatedAt: now, LastUsedAt: before.LastUsedAt, ExpiresAt: now.Add(ttl),
	}
	if c.ID.IsZero() {
		c.ID = storage.NewID(now)
	}
	if holds(before, in.PublisherID, now) {
		c.CreatedAt = before.CreatedAt
		c.Scopes = union(before.Scopes, in.Scopes)
		c.Declined = without(union(before.Declined, in.Declined), c.Scopes)
		c.RedirectHosts = union(before.RedirectHosts, c.RedirectHosts)
		c.RedirectHosts = c.RedirectHosts[max(0, len(c.RedirectHosts)-maxHosts):]
	}
	return c
}

// without is a without what is in b.
func without(a, b []string) []string {
	var out []string
	for _, s := range a {
		if !slices.Contains(b, s) {
			out = append(out, s)
		}
	}
	return out
}

// union is a with what only b has behind it, without repetitions.
func union(a, b []string) []string {
	var out []string
	for _, s := range slices.Concat(a, b) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// consentView is what an event keeps of a consent.
type consentView struct {
	User          string   `json:"user"`
	Client        string   `json:"client"`
	Scopes        []string `json:"scopes"`
	RedirectHosts []string `json:"redirect_hosts"`
	Publisher     string   `json:"publisher"`
}

func consentViewOf(c Consent) consentView {
	return consentView{c.UserID.String(), c.ClientID, c.Scopes, c.RedirectHosts, c.PublisherID.String()}
}
