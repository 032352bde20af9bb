package overview

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"postern/authz/event"
	"postern/authz/identity"
	"postern/storage"
)

// Query is what somebody looks for in the trail. Empty members match all.
type Query struct {
	Event    string    // name of an event
	Actor    string    // e-mail address, id of a user or client, or a command: posternd client add
	Object   string    // kind of object (client, user ...), its id, an e-mail address or an organization's short name
	From, To time.Time // To itself is left out
	After    string    // cursor
	Limit    int       // 1 to 200
}

// objects are the kinds that a Query can name.
var objects = []string{
	event.ObjectClient, event.ObjectConsent, event.ObjectGrant, event.ObjectKey, event.ObjectOrganization,
	event.ObjectScope, event.ObjectSession, event.ObjectSetting, event.ObjectUser,
}

// Trail returns the entries that q lets through, newest first, and the cursor of the next page, empty at the end.
func (b *Board) Trail(ctx context.Context, q Query) ([]event.Event, string, error) {
	f := event.Filter{Name: q.Event, From: q.From, To: q.To}
	var err error
	if f.ActorID, err = b.actorID(ctx, q.Actor); err != nil {
		return nil, "", err
	}
	if slices.Contains(objects, q.Object) {
		f.Object = q.Object
	} else if f.ObjectID, err = b.objectID(ctx, q.Object); err != nil {
		return nil, "", err
	}
	return event.List(ctx, b.store, f, event.Page{After: q.After, Limit: q.Limit})
}

// History returns the entries about one object, like Trail.
func (b *Board) History(ctx context.Context, object, id, after string, limit int) ([]event.Event, string, error) {
	return event.List(ctx, b.store, event.Filter{Object: object, ObjectID: id}, event.Page{After: after, Limit: limit})
}

func (b *Board) actorID(ctx context.Context, text string) (string, error) {
	if id, err := b.userID(ctx, text); err != nil || id != "" {
		return id, err
	}
	return strings.TrimPrefix(text, "posternd "), nil
}

func (b *Board) objectID(ctx context.Context, text string) (string, error) {
	if id, err := b.userID(ctx, text); err != nil || id != "" {
		return id, err
	}
	if _, err := identity.ParseSlug(text); err != nil {
		return text, nil
	}
	org, err := b.store.OrganizationBySlug(ctx, text)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return text, nil // the id of something else, which may look like a short name
	case err != nil:
		return "", err
	}
	return org.ID.String(), nil
}

// userID returns the id of the user with this address, or an empty text.
func (b *Board) userID(ctx context.Context, text string) (string, error) {
	email, err := identity.ParseEmail(text)
	if err != nil {
		return "", nil
	}
	u, err := b.store.UserByEmailKey(ctx, email.Key)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return "", nil
	case err != nil:
		return "", err
	}
	return u.ID.String(), nil
}
