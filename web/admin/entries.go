package admin

import (
	"cmp"
	"context"
	"strings"

	"postern/authz/event"
	"postern/authz/overview"
	"postern/templates"
)

// entries words entries of the trail.
func (n *names) entries(ctx context.Context, events []event.Event) ([]templates.AuditEntry, error) {
	list := make([]templates.AuditEntry, len(events))
	for i, e := range events {
		object, err := n.object(ctx, e)
		if err != nil {
			return nil, err
		}
		actor, err := n.actor(ctx, e)
		if err != nil {
			return nil, err
		}
		changes, err := n.changes(ctx, e)
		if err != nil {
			return nil, err
		}
		list[i] = templates.AuditEntry{
			ID: e.ID.String(), At: e.At, Event: e.Name, Summary: strings.TrimSuffix(event.Sentence(e.Name), "."),
			Actor: actor.name, ActorURL: actor.url, Object: object.name, ObjectURL: object.url,
			ObjectID: e.ObjectID, Address: e.Address, RequestID: e.RequestID, Changes: changes,
		}
	}
	return list, nil
}

// actor is who did it, by the name that they had then.
func (n *names) actor(ctx context.Context, e event.Event) (named, error) {
	who := named{name: e.ActorName}
	if who.name == "" {
		who.name = e.ActorID
	}
	if e.ActorKind == event.KindUser || e.ActorKind == event.KindClient {
		today, err := n.of(ctx, e.ActorKind, e.ActorID)
		if err != nil {
			return who, err
		}
		who.url = today.url
	}
	if who.name == "" {
		who.name = "Somebody"
	}
	return who, nil
}

// object is what it was done to. People know consents and grants by the app that they are for.
func (n *names) object(ctx context.Context, e event.Event) (named, error) {
	if e.Object == event.ObjectConsent || e.Object == event.ObjectGrant {
		return n.permission(ctx, e)
	}
	return n.of(ctx, e.Object, e.ObjectID)
}

// permission is the app of a consent or grant.
func (n *names) permission(ctx context.Context, e event.Event) (named, error) {
	key := e.Object + "\x00" + e.ObjectID
	if found, ok := n.known[key]; ok {
		return found, nil
	}
	found := named{name: e.ObjectID}
	client, err := n.clientIn(ctx, e)
	if err == nil && client != "" {
		found, err = n.of(ctx, event.ObjectClient, client)
	}
	if err == nil {
		n.known[key] = found
	}
	return found, err
}

// clientIn is the client of a consent or grant: in e, or, as an entry keeps only what changed, in one before it.
func (n *names) clientIn(ctx context.Context, e event.Event) (string, error) {
	if client := member(e, "client"); client != "" {
		return client, nil
	}
	return n.kept(ctx, e.Object, e.ObjectID, "client")
}

// kept is what the trail last said of a member of an object.
func (n *names) kept(ctx context.Context, object, id string, fields ...string) (string, error) {
	history, _, err := n.pages.c.Board.History(ctx, object, id, "", 200)
	for _, e := range history {
		if said := member(e, fields...); said != "" {
			return said, err
		}
	}
	return "", err
}

// member is what an entry says of the first of the members that it has: what it is, or was.
func member(e event.Event, fields ...string) string {
	changes := event.Changes(e)
	for _, field := range fields {
		for _, c := range changes {
			if c.Field == field {
				return cmp.Or(c.After, c.Before)
			}
		}
	}
	return ""
}

// references are the members of entries that are ids, and of what.
var references = map[string]string{
	"client": event.ObjectClient, "user": event.ObjectUser,
	"organization": event.ObjectOrganization, "publisher": event.ObjectOrganization,
}

// changes are what an entry says was changed. An id is shown with the name that belongs to it.
func (n *names) changes(ctx context.Context, e event.Event) ([]templates.Change, error) {
	var list []templates.Change
	for _, c := range event.Changes(e) {
		before, err := n.withName(ctx, c.Field, c.Before)
		if err != nil {
			return nil, err
		}
		after, err := n.withName(ctx, c.Field, c.After)
		if err != nil {
			return nil, err
		}
		list = append(list, templates.Change{Field: c.Field, Before: before, After: after})
	}
	return list, nil
}

func (n *names) withName(ctx context.Context, field, id string) (string, error) {
	object := references[field]
	if object == "" || id == "" {
		return id, nil
	}
	found, err := n.of(ctx, object, id)
	if err != nil || found.name == id {
		return id, err
	}
	return found.name + " (" + id + ")", nil
}

// failures words refusals. Those of a person's sign-in name the person.
func (n *names) failures(ctx context.Context, failures []overview.Failure) ([]templates.Failure, error) {
	list := make([]templates.Failure, len(failures))
	for i, f := range failures {
		object, err := n.of(ctx, f.Object, f.ObjectID)
		if err != nil {
			return nil, err
		}
		list[i] = templates.Failure{At: f.At, Code: f.Code, Reason: f.Reason, RequestID: f.RequestID}
		switch {
		case f.Object == event.ObjectUser:
			list[i].Reason = "Sign-in of " + object.name + ": " + f.Reason
		case object.url != "":
			list[i].ClientID, list[i].ClientName = f.ObjectID, object.name
		}
		if f.Redirect != nil {
			list[i].Mismatch = &templates.Mismatch{Received: f.Redirect.Received, Closest: f.Redirect.Closest}
		}
	}
	return list, nil
}
