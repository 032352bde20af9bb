package scope

import (
	"slices"
	"strings"

	"postern/storage"
)

// Scope is an entry of the catalogue.
type Scope = storage.Scope

// Catalogue is the scopes that exist, unchangeable and safe for concurrent use.
type Catalogue struct {
	entries  []Scope
	byName   map[string]int
	defaults []string
}

// NewCatalogue keeps entries in their order.
func NewCatalogue(entries []Scope) *Catalogue {
	c := &Catalogue{entries: slices.Clone(entries), byName: make(map[string]int, len(entries))}
	for i, e := range c.entries {
		c.byName[e.Name] = i
		if e.Default {
			c.defaults = append(c.defaults, e.Name)
		}
	}
	return c
}

// Lookup finds the entry with this very name.
func (c *Catalogue) Lookup(name string) (Scope, bool) {
	i, ok := c.byName[name]
	if !ok {
		return Scope{}, false
	}
	return c.entries[i], true
}

// Entries returns all entries, in their order. They are not to be changed.
func (c *Catalogue) Entries() []Scope { return c.entries }

// Defaults returns the names of those given when a request names none.
func (c *Catalogue) Defaults() []string { return c.defaults }

// Reserved tells whether an administrator has to write name out in a client's allowance.
func (c *Catalogue) Reserved(name string) bool {
	if strings.HasPrefix(name, ReservedPrefix) {
		return true
	}
	e, ok := c.Lookup(name)
	return ok && e.Reserved
}

// Allowed tells whether a client with this allowance may have name: by itself, or, unless it is reserved, through a
// pattern. It does not ask whether the scope exists.
func (c *Catalogue) Allowed(allowance []string, name string) bool {
	if c.Reserved(name) {
		return slices.Contains(allowance, name)
	}
	return Allowed(allowance, name)
}
