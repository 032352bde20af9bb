package identity

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"postern/storage"
)

// unusedAfter is how long an app has to be still before removing it is suggested.
const unusedAfter = 90 * day

// App is an app that can act for a user in an organization: one that they allowed, or a first-party app that they used.
type App struct {
	Consent      Consent        // zero: a first-party app, which did not ask
	Client       storage.Client // its OrgName is the publisher's
	OrgID        ID
	Organization string // name of the organization that it acts for; empty: gone
	Scopes       []string
	Since        time.Time // when it was allowed, or first used
	LastUsed     time.Time // zero: never
}

// ID names the app among those of its user.
func (a App) ID() string {
	if a.Consent.ID.IsZero() {
		return a.OrgID.String() + "." + a.Client.ID
	}
	return a.Consent.ID.String()
}

// Unused tells whether nothing was heard of the app for 90 days: neither used nor allowed again.
func (a App) Unused(now time.Time) bool {
	return now.Sub(latest(a.Since, a.Consent.UpdatedAt, a.LastUsed)) >= unusedAfter
}

func latest(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }

// appKey is what there is one App of.
type appKey struct {
	client string
	org    ID
}

// Apps lists the apps of a user by organization and name; one whose client is gone is left out. It takes four queries,
// however many there are.
func (d *Directory) Apps(ctx context.Context, user ID) ([]App, error) {
	consents, err := d.store.ConsentsOfUser(ctx, user)
	if err != nil {
		return nil, fmt.Errorf("list apps: %w", err)
	}
	used, err := d.store.AccessOf(ctx, user, d.now())
	if err != nil {
		return nil, fmt.Errorf("list apps: %w", err)
	}
	apps, err := d.describe(ctx, user, join(consents, used))
	if err != nil {
		return nil, fmt.Errorf("list apps: %w", err)
	}
	return apps, nil
}

// join makes one App of what was allowed and what is used.
func join(consents []Consent, used []storage.Access) map[appKey]App {
	apps := map[appKey]App{}
	for _, c := range consents {
		apps[appKey{c.ClientID, c.OrgID}] = App{
			Consent: c, OrgID: c.OrgID, Scopes: c.Scopes, Since: c.CreatedAt, LastUsed: c.LastUsedAt,
		}
	}
	for _, a := range used {
		key := appKey{a.ClientID, a.OrgID}
		app, allowed := apps[key]
		if !allowed {
			app = App{OrgID: a.OrgID, Scopes: a.Scopes, Since: a.Since}
		}
		app.LastUsed = latest(app.LastUsed, a.LastUsed)
		apps[key] = app
	}
	return apps
}

// describe adds what the apps and organizations are called, and sorts.
func (d *Directory) describe(ctx context.Context, user ID, apps map[appKey]App) ([]App, error) {
	if len(apps) == 0 {
		return nil, nil
	}
	var ids []string
	for key := range apps {
		ids = append(ids, key.client)
	}
	slices.Sort(ids)
	clients, err := d.store.ClientsByID(ctx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	memberships, err := d.store.Memberships(ctx, user)
	if err != nil {
		return nil, err
	}
	names := map[ID]string{}
	for _, m := range memberships {
		names[m.OrgID] = m.OrgName
	}
	var list []App
	for key, app := range apps {
		var found bool
		if app.Client, found = clients[key.client]; found {
			app.Organization = names[key.org]
			list = append(list, app)
		}
	}
	slices.SortFunc(list, inOrder)
	return list, nil
}

func inOrder(a, b App) int {
	return cmp.Or(cmp.Compare(a.Organization, b.Organization), bytes.Compare(a.OrgID[:], b.OrgID[:]),
		cmp.Compare(a.Client.Name, b.Client.Name), cmp.Compare(a.Client.ID, b.Client.ID))
}
