package scope

import (
	"errors"
	"fmt"
	"strings"
)

// The bounds of names and lists.
const (
	MaxNameLen = 200 // bytes
	MaxNames   = 100 // in one list
)

// ReservedPrefix begins the names of Postern's own scopes. They are reserved whatever the catalogue says of them.
const ReservedPrefix = "postern."

// ValidName returns nil if name can be a scope's name: 1 to 200 visible ASCII characters without the quote and the
// backslash (RFC 6749, section 3.3), without the comma, which separates lists, and without the wildcard *.
func ValidName(name string) error {
	switch {
	case name == "":
		return errors.New("a scope name is empty")
	case len(name) > MaxNameLen:
		return fmt.Errorf("scope %s is longer than %d characters", show(name), MaxNameLen)
	case strings.ContainsFunc(name, func(r rune) bool { return !scopeChar(r) }):
		return fmt.Errorf("scope %s has a character that scope names cannot have", show(name))
	case strings.Contains(name, "*"):
		return fmt.Errorf("scope %s has a wildcard: a request names each scope", show(name))
	}
	return nil
}

// scopeChar tells whether r is a NQCHAR of RFC 6749, appendix A, other than the comma.
func scopeChar(r rune) bool {
	return r > ' ' && r < 0x7f && r != '"' && r != '\\' && r != ','
}

// show makes foreign text fit for an error_description (RFC 6749, section 5.2): what is not allowed there becomes a
// question mark, and what is long is cut.
func show(name string) string {
	const limit = 60
	text := strings.Map(func(r rune) rune {
		if r < ' ' || r > 0x7e || r == '"' || r == '\\' {
			return '?'
		}
		return r
	}, name)
	if len(text) > limit {
		return text[:limit] + "..."
	}
	return text
}
