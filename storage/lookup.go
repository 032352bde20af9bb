package storage

import (
	"context"
	"slices"
	"time"
)

// What a page shows beside the rows of a list: one query for up to 100 rows instead of one for each.

// ofEach asks for some of the ids at a time.
func ofEach[ID any](ids []ID, ask func(some []any) error) error {
	for some := range slices.Chunk(ids, askedAtOnce) {
		args := make([]any, len(some))
		for i, id := range some {
			args[i] = id
		}
		if err := ask(args); err != nil {
			return err
		}
	}
	return nil
}

// ClientsByID returns those clients of ids that exist, disabled ones too.
func (r reads) ClientsByID(ctx context.Context, ids []string) (map[string]Client, error) {
	found := map[string]Client{}
	err := ofEach(ids, func(some []any) error {
		var f filter
		f.in("c.id", some)
		rows, err := all(ctx, r, "read clients", scanClient, clientQuery+f.where(), f.args...)
		for _, c := range rows {
			found[c.ID] = c
		}
		return err
	})
	return found, err
}

// LastCounted returns, for each object of a sort, when anything was last counted whose kind begins with prefix. One of
// which nothing was is left out.
func (r reads) LastCounted(ctx context.Context, object, prefix string, ids []string) (map[string]time.Time, error) {
	last := map[string]time.Time{}
	err := ofEach(ids, func(some []any) error {
		var f filter
		f.match("object", object)
		f.in("object_id", some)
		f.add("substr(kind, 1, ?) = ?", len(prefix), prefix)
		return r.each(ctx, "read last counts", func(r row) error {
			var id string
			var at instant
			err := r.Scan(&id, &at)
			last[id] = time.Time(at)
			return err
		}, "select object_id, max(last_at) from activity"+f.where()+" group by object_id", f.args...)
	})
	return last, err
}

// OrganizationSize is how much belongs to an organization.
type OrganizationSize struct {
	ParentSlug string // empty: it is part of none
	Members    int64
	Clients    int64 // that it publishes
}

// OrganizationSizes returns the sizes of those organizations of ids that exist.
func (r reads) OrganizationSizes(ctx context.Context, ids []ID) (map[ID]OrganizationSize, error) {
	keys := make([][]byte, len(ids))
	for i := range ids {
		keys[i] = ids[i].key()
	}
	sizes := map[ID]OrganizationSize{}
	err := ofEach(keys, func(some []any) error {
		var f filter
		f.in("o.id", some)
		return r.each(ctx, "read sizes of organizations", func(r row) error {
			var id ID
			var s OrganizationSize
			err := r.Scan(&id, &s.ParentSlug, &s.Members, &s.Clients)
			sizes[id] = s
			return err
		}, `select o.id, coalesce(p.slug, ''), (select count(*) from memberships m where m.org_id = o.id),
				(select count(*) from clients c where c.org_id = o.id)
			from organizations o left join organizations p on p.id = o.parent_id`+f.where(), f.args...)
	})
	return sizes, err
}

// Access is what a user's live grants give one client for one organization.
type Access struct {
	ClientID string
	OrgID    ID
	Scopes   []string  // of all of them together
	Grants   int64     // how many there are
	Since    time.Time // when the oldest was made
	LastUsed time.Time // when the last one was made or refreshed
}

// AccessOf lists what clients can do for a user at now, by client and organization. A grant counts while it can be
// refreshed or an access token of it is valid.
func (r reads) AccessOf(ctx context.Context, user ID, now time.Time) ([]Access, error) {
	rows, err := all(ctx, r, "list access of user", scanAccess, `
		select g.client_id, g.org_id, g.scopes, count(*), min(g.created_at), max(g.rotated_at)
		from grants g join clients c on c.id = g.client_id join users u on u.id = g.user_id
		where g.user_id = $1 and g.revoked_at is null and g.client_epoch = c.epoch and g.user_epoch = u.epoch
			and g.expires_at > $2
			and (g.idle_ttl = 0 or g.rotated_at + g.idle_ttl > $2 or g.rotated_at + g.access_ttl > $2)
		group by g.client_id, g.org_id, g.scopes order by g.client_id, g.org_id, g.scopes`, user.key(), micros(now))
	if err != nil {
		return nil, err
	}
	var merged []Access
	for _, a := range rows {
		last := len(merged) - 1
		if last < 0 || merged[last].ClientID != a.ClientID || merged[last].OrgID != a.OrgID {
			merged = append(merged, a)
			continue
		}
		merged[last].add(a)
	}
	return merged, nil
}

func scanAccess(r row) (Access, error) {
	var a Access
	err := r.Scan(&a.ClientID, &a.OrgID, (*words)(&a.Scopes), &a.Grants, (*instant)(&a.Since), (*instant)(&a.LastUsed))
	return a, err
}

func (a *Access) add(b Access) {
	a.Grants += b.Grants
	if b.Since.Before(a.Since) {
		a.Since = b.Since
	}
	if b.LastUsed.After(a.LastUsed) {
		a.LastUsed = b.LastUsed
	}
	for _, name := range b.Scopes {
		if !slices.Contains(a.Scopes, name) {
			a.Scopes = append(a.Scopes, name)
		}
	}
}
