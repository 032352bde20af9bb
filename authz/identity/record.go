package identity

import (
	"context"
	"time"

	"postern/authz/event"
	"postern/storage"
)

// userView is what an event keeps of a user.
type userView struct {
	Email         string    `json:"email"`
	Name          string    `json:"name"`
	Admin         bool      `json:"admin"`
	DisabledAt    time.Time `json:"disabled_at,omitzero"`
	HasPassword   bool      `json:"has_password"`
	PasswordSetAt time.Time `json:"password_set_at,omitzero"`
	Organization  string    `json:"organization,omitempty"`
	Role          string    `json:"role,omitempty"`
}

func viewOf(u User) userView {
	return userView{
		Email: u.Email, Name: u.Name, Admin: u.IsAdmin, DisabledAt: u.DisabledAt,
		HasPassword: u.PasswordHash != "", PasswordSetAt: u.PasswordChangedAt,
	}
}

// recordUser writes an event about a user.
func recordUser(
	ctx context.Context, tx *storage.Tx, now time.Time, actor event.Actor, name event.Name, id ID, before, after any,
) error {
	return event.Record(ctx, tx, now, actor, event.Entry{
		Name: name, Object: event.ObjectUser, ObjectID: id.String(), Before: before, After: after,
	})
}

// self is u as the actor of what they do themselves. from has the address and the request.
func self(u User, from event.Actor) event.Actor {
	return event.Actor{
		Kind: event.KindUser, ID: u.ID.String(), Name: u.Email, Address: from.Address, RequestID: from.RequestID,
	}
}
