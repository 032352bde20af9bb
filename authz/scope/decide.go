package scope

import "slices"

// Reason is why a scope was refused.
type Reason string

// The reasons of a Refusal, as sentences about the scope.
const (
	Unknown    Reason = "is unknown"
	Reserved   Reason = "is reserved, and this client was not given it by name"
	NotAllowed Reason = "is not allowed for this client"
	NotGranted Reason = "was not granted before, and a refresh cannot add it"
)

// Refusal is the invalid_scope of RFC 6749, sections 4.1.2.1 and 5.2.
type Refusal struct {
	Scope  string
	Reason Reason
}

// Error says which scope and why. It is safe in an error_description, and meant for it.
func (r *Refusal) Error() string { return "scope " + show(r.Scope) + " " + string(r.Reason) }

// Decide grants what was requested, in its order, or refuses for the first scope that a client with this allowance
// cannot have. If nothing was requested, it grants the catalogue's default scopes that the client may have; these can be
// none.
func Decide(c *Catalogue, allowance, requested []string) (granted []string, _ *Refusal) {
	if len(requested) == 0 {
		return Permitted(c, allowance, c.defaults), nil
	}
	for _, name := range requested {
		if r := decideOne(c, allowance, name); r != nil {
			return nil, r
		}
	}
	return slices.Clone(requested), nil
}

func decideOne(c *Catalogue, allowance []string, name string) *Refusal {
	_, known := c.Lookup(name)
	switch {
	case !known:
		return &Refusal{name, Unknown}
	case c.Allowed(allowance, name):
		return nil
	case c.Reserved(name):
		return &Refusal{name, Reserved}
	}
	return &Refusal{name, NotAllowed}
}

// Permitted returns those of names that exist and that a client with this allowance may have now. A grant made under a
// wider allowance is cut down by it at refresh.
func Permitted(c *Catalogue, allowance, names []string) []string {
	kept := make([]string, 0, len(names))
	for _, name := range names {
		if decideOne(c, allowance, name) == nil {
			kept = append(kept, name)
		}
	}
	return kept
}

// Narrow answers the scope parameter of a refresh (RFC 6749, section 6): nothing requested keeps what was granted,
// something that was not granted is refused.
func Narrow(granted, requested []string) ([]string, *Refusal) {
	if len(requested) == 0 {
		return granted, nil
	}
	for _, name := range requested {
		if !slices.Contains(granted, name) {
			return nil, &Refusal{name, NotGranted}
		}
	}
	return requested, nil
}
