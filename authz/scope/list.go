package scope

import (
	"fmt"
	"slices"
	"strings"
)

// Parse reads a list of scope names separated by spaces or commas, in any number. Repeated names count once, the first
// one's place is kept. The error names the offender. An empty list is no error.
func Parse(s string) ([]string, error) { return parse(s, ValidName) }

// ParseAllowance reads a list like Parse, whose members may be patterns (see ValidPattern).
func ParseAllowance(s string) ([]string, error) { return parse(s, ValidPattern) }

func parse(s string, valid func(string) error) ([]string, error) {
	if len(s) > MaxNames*(MaxNameLen+1) {
		return nil, fmt.Errorf("the scope list is longer than %d characters", MaxNames*(MaxNameLen+1))
	}
	var names []string
	for name := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' || r == ',' }) {
		if err := valid(name); err != nil {
			return nil, err
		}
		if slices.Contains(names, name) {
			continue
		}
		if len(names) == MaxNames {
			return nil, fmt.Errorf("the scope list has more than %d names", MaxNames)
		}
		names = append(names, name)
	}
	return names, nil
}

// Format writes a list as RFC 6749 has it: separated by single spaces.
func Format(names []string) string { return strings.Join(names, " ") }
