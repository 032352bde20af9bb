package admin

import (
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
		object, err := n.of(ctx, e.Object, e.ObjectID)
		if err != nil {
			return nil, err
		}
		actor, err := n.actor(ctx, e)
		if err != nil {
			return nil, err
		}
		list[i] = templates.AuditEntry{
			ID: e.ID.String(), At: e.At, Event: e.Name, Summary: strings.TrimSuffix(event.Sentence(e.Name), "."),
			Actor: actor.name, ActorURL: actor.url, Object: object.name, ObjectURL: object.url,
			Address: e.Address, RequestID: e.RequestID, Changes: changesOf(e),
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

func changesOf(e event.Event) []templates.Change {
	var list []templates.Change
	for _, c := range event.Changes(e) {
		list = append(list, templates.Change{Field: c.Field, Before: c.Before, After: c.After})
	}
	return list
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
