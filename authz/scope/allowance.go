package scope

import (
	"fmt"
	"slices"
	"strings"
)

// ValidPattern returns nil if p can stand in a client's allowance: a scope name, or one whose whole last segment is the
// wildcard (jobs:* or vani.teams.*). Segments end with a colon, a dot or a slash. A lone * is refused, and so is a
// wildcard over Postern's own scopes.
func ValidPattern(p string) error {
	prefix, wild := cutWildcard(p)
	if !wild && strings.Contains(p, "*") {
		return fmt.Errorf("scope pattern %s has a wildcard that is not its whole last segment", show(p))
	}
	if !wild {
		return ValidName(p)
	}
	if strings.HasPrefix(p, ReservedPrefix) {
		return fmt.Errorf("scope pattern %s covers reserved scopes: name each of them", show(p))
	}
	return ValidName(prefix)
}

// cutWildcard splits jobs:* into jobs: and true. Something must stand before the separator.
func cutWildcard(p string) (prefix string, wild bool) {
	prefix, wild = strings.CutSuffix(p, "*")
	if !wild || len(prefix) < 2 || !strings.ContainsRune(":./", rune(prefix[len(prefix)-1])) {
		return p, false
	}
	return prefix, true
}

// Matches tells whether pattern covers name: it is the name, or its part before the wildcard begins it and something
// follows. vani.teams.* covers vani.teams.a and vani.teams.a.b, but not vani.teams.
func Matches(pattern, name string) bool {
	if pattern == name {
		return true
	}
	prefix, wild := cutWildcard(pattern)
	return wild && len(name) > len(prefix) && strings.HasPrefix(name, prefix)
}

// Allowed tells whether allowance has name, by itself or through a pattern. Names that begin with ReservedPrefix must be
// written out. For scopes that the catalogue reserves, use Catalogue.Allowed.
func Allowed(allowance []string, name string) bool {
	if strings.HasPrefix(name, ReservedPrefix) {
		return slices.Contains(allowance, name)
	}
	return slices.ContainsFunc(allowance, func(p string) bool { return Matches(p, name) })
}
