package client

import (
	"context"
	"slices"
	"time"

	"postern/authz/event"
	"postern/storage"
)

// The bounds of a secret's life.
const (
	maxOverlap = 30 * 24 * time.Hour
	maxLife    = 10 * 366 * 24 * time.Hour
	keptDead   = 30 * 24 * time.Hour // how long expired secrets stay listed
)

// SecretOptions of AddSecret.
type SecretOptions struct {
	Expires time.Time // zero: never
	Secret  string    // made elsewhere; empty: a new one
}

// AddSecret gives a client one more secret. It returns the row and, once and never again, the secret. Errors:
// ErrNotFound, ErrPublic, ErrTooManySecrets, ErrSecret, ErrExpiry.
func (r *Registry) AddSecret(ctx context.Context, actor event.Actor, id string, o SecretOptions) (Secret, string, error) {
	now := r.now()
	if !o.Expires.IsZero() && (!o.Expires.After(now) || o.Expires.After(now.Add(maxLife))) {
		return Secret{}, "", ErrExpiry
	}
	s, secret, err := r.makeSecret(actor, o.Secret, o.Expires)
	if err != nil {
		return Secret{}, "", err
	}
	s.ClientID = id
	err = r.change(ctx, id, func(tx *storage.Tx, row Row, m Metadata) error {
		have, err := r.secrets(ctx, tx, row, m)
		if err != nil {
			return err
		}
		if len(have) >= MaxSecrets {
			return ErrTooManySecrets
		}
		return r.insertSecret(ctx, tx, actor, row, s)
	})
	if err != nil {
		return Secret{}, "", wrap("add client secret", err)
	}
	return s, secret, nil
}

// RotateSecret adds a secret and lets all others end after overlap, 0 to 30 days. Errors: as AddSecret.
func (r *Registry) RotateSecret(ctx context.Context, actor event.Actor, id string, overlap time.Duration) (Secret, string, error) {
	if overlap < 0 || overlap > maxOverlap {
		return Secret{}, "", ErrExpiry
	}
	s, secret, err := r.makeSecret(actor, "", time.Time{})
	if err != nil {
		return Secret{}, "", err
	}
	s.ClientID = id
	err = r.change(ctx, id, func(tx *storage.Tx, row Row, m Metadata) error {
		have, err := r.secrets(ctx, tx, row, m)
		if err != nil {
			return err
		}
		if overlap > 0 && len(have) >= MaxSecrets {
			return ErrTooManySecrets
		}
		if err := r.endSecrets(ctx, tx, actor, row, have, r.now().UTC().Add(overlap)); err != nil {
			return err
		}
		return r.insertSecret(ctx, tx, actor, row, s)
	})
	if err != nil {
		return Secret{}, "", wrap("rotate client secret", err)
	}
	return s, secret, nil
}

// RevokeSecret ends a secret at once. compromised says that somebody else may have used it: then every token and grant of
// the client ends too. It does not mind if it was the last one; the page asks before. Errors: ErrNotFound.
func (r *Registry) RevokeSecret(ctx context.Context, actor event.Actor, id string, secret storage.ID, compromised bool) error {
	err := r.change(ctx, id, func(tx *storage.Tx, row Row, _ Metadata) error {
		all, err := tx.ClientSecrets(ctx, id)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(s Secret) bool { return s.ID == secret })
		if i < 0 {
			return ErrNotFound
		}
		if err := tx.DeleteClientSecret(ctx, id, secret); err != nil {
			return err
		}
		if err := r.record(ctx, tx, actor, event.ClientSecretRevoked, row, audit(all[i]), nil); err != nil || !compromised {
			return err
		}
		return r.endTokens(ctx, tx, actor, event.ClientTokensRevoked, row, nil, nil)
	})
	return wrap("revoke client secret", err)
}

// makeSecret makes a row, without its client, from a new secret or a given one.
func (r *Registry) makeSecret(actor event.Actor, given string, expires time.Time) (s Secret, secret string, err error) {
	now := r.now().UTC()
	s = Secret{ID: storage.NewID(now), CreatedBy: by(actor), CreatedAt: now, ExpiresAt: expires.UTC()}
	if given != "" {
		s.Hash, s.Hint, err = importSecret(given)
		return s, given, err
	}
	secret, s.Hash, s.Hint = r.newSecret()
	return s, secret, nil
}

// secrets returns the live ones of a client that can have them, and forgets those that ended long ago.
func (r *Registry) secrets(ctx context.Context, tx *storage.Tx, row Row, m Metadata) ([]Secret, error) {
	if m.Public() {
		return nil, ErrPublic
	}
	all, err := tx.ClientSecrets(ctx, row.ID)
	if err != nil {
		return nil, err
	}
	now := r.now()
	for _, s := range all {
		if !alive(s.ExpiresAt, now.Add(-keptDead)) {
			if err := tx.DeleteClientSecret(ctx, row.ID, s.ID); err != nil {
				return nil, err
			}
		}
	}
	return liveAt(all, now), nil
}

func (r *Registry) insertSecret(ctx context.Context, tx *storage.Tx, actor event.Actor, row Row, s Secret) error {
	if err := tx.InsertClientSecret(ctx, s); err != nil {
		return err
	}
	return r.record(ctx, tx, actor, event.ClientSecretAdded, row, nil, audit(s))
}

// endSecrets lets secrets end at a time, unless they end before.
func (r *Registry) endSecrets(ctx context.Context, tx *storage.Tx, actor event.Actor, row Row, secrets []Secret, at time.Time) error {
	for _, s := range secrets {
		if !alive(s.ExpiresAt, at) {
			continue
		}
		before := audit(s)
		s.ExpiresAt = at
		if err := tx.UpdateClientSecret(ctx, s); err != nil {
			return err
		}
		if err := r.record(ctx, tx, actor, event.ClientSecretExpires, row, before, audit(s)); err != nil {
			return err
		}
	}
	return nil
}

// auditSecret is what the trail says of a secret: which one it was, not what.
type auditSecret struct {
	ID      string `json:"secret_id"`
	Hint    string `json:"ends_with"`
	Expires string `json:"expires,omitempty"`
}

func audit(s Secret) auditSecret {
	a := auditSecret{ID: s.ID.String(), Hint: s.Hint}
	if !s.ExpiresAt.IsZero() {
		a.Expires = s.ExpiresAt.UTC().Format(time.RFC3339)
	}
	return a
}
