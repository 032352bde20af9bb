package overview

import (
	"context"
	"encoding/json"
	"fmt"

	"postern/authz/scope"
	"postern/storage"
)

// maxWalked is how many clients are looked at, at most, to count what has no counter.
const maxWalked = 10_000

// Reach is what a scope reaches.
type Reach struct {
	Clients int   // that may ask for it
	Grants  int64 // live ones of these clients: an upper bound of those that have it
}

// Reaches counts, for each scope of the catalogue, the clients that may ask for it, looking at 10,000 clients at most.
func (b *Board) Reaches(ctx context.Context) (map[string]int, error) {
	c, err := b.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	err = b.walk(ctx, storage.ClientFilter{}, func(row storage.Client) error {
		allowance := allowanceOf(row)
		for _, s := range c.Entries() {
			if c.Allowed(allowance, s.Name) {
				counts[s.Name]++
			}
		}
		return nil
	})
	return counts, err
}

// Reach counts what one scope reaches.
func (b *Board) Reach(ctx context.Context, name string) (Reach, error) {
	c, err := b.catalogue(ctx)
	if err != nil {
		return Reach{}, err
	}
	var r Reach
	err = b.walk(ctx, storage.ClientFilter{}, func(row storage.Client) error {
		if !c.Allowed(allowanceOf(row), name) {
			return nil
		}
		grants, err := b.LiveGrants(ctx, row.ID)
		r.Clients++
		r.Grants += grants
		return err
	})
	return r, err
}

func (b *Board) catalogue(ctx context.Context) (*scope.Catalogue, error) {
	entries, err := b.store.Scopes(ctx)
	if err != nil {
		return nil, fmt.Errorf("read scopes: %w", err)
	}
	return scope.NewCatalogue(entries), nil
}

// allowanceOf reads the one member of a client's metadata that counts here. What does not read is no allowance.
func allowanceOf(row storage.Client) []string {
	var m struct {
		Scope string `json:"scope"`
	}
	if json.Unmarshal([]byte(row.Metadata), &m) != nil {
		return nil
	}
	allowance, err := scope.ParseAllowance(m.Scope)
	if err != nil {
		return nil
	}
	return allowance
}

// Size is how large an organization is.
type Size = storage.OrganizationSize

// Sizes counts the members of each of some organizations, and the clients that it publishes, by one query.
func (b *Board) Sizes(ctx context.Context, ids []storage.ID) (map[storage.ID]Size, error) {
	sizes, err := b.store.OrganizationSizes(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("count members and clients: %w", err)
	}
	return sizes, nil
}

func (b *Board) walk(ctx context.Context, f storage.ClientFilter, visit func(storage.Client) error) error {
	page := storage.Page{Limit: 200}
	for seen := 0; seen < maxWalked; {
		rows, next, err := b.store.Clients(ctx, f, page)
		if err != nil {
			return fmt.Errorf("walk clients: %w", err)
		}
		for _, row := range rows {
			if err := visit(row); err != nil {
				return err
			}
		}
		seen += len(rows)
		if page.After = next; next == "" {
			return nil
		}
	}
	return nil
}
