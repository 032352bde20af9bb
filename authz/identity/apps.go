package identity

import (
	"context"
	"errors"
	"fmt"

	"postern/storage"
)

// App is an app that a user allowed, with what it is now.
type App struct {
	Consent      Consent
	Client       storage.Client // its OrgName is the publisher's
	Organization string         // name of the organization that it acts for; empty: gone
}

// Apps lists the apps that a user allowed, as stored; one whose client is gone is left out.
func (d *Directory) Apps(ctx context.Context, user ID) ([]App, error) {
	consents, err := d.store.ConsentsOfUser(ctx, user)
	if err != nil {
		return nil, fmt.Errorf("list apps: %w", err)
	}
	memberships, err := d.store.Memberships(ctx, user)
	if err != nil {
		return nil, fmt.Errorf("list apps: %w", err)
	}
	names := map[ID]string{}
	for _, m := range memberships {
		names[m.OrgID] = m.OrgName
	}
	apps := make([]App, 0, len(consents))
	for _, c := range consents {
		client, err := d.store.Client(ctx, c.ClientID)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("list apps: %w", err)
		}
		apps = append(apps, App{c, client, names[c.OrgID]})
	}
	return apps, nil
}
