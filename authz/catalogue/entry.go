package catalogue

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"postern/authz/scope"
	"postern/storage"
)

// Scope is an entry of the catalogue.
type Scope = storage.Scope

// The kinds of scope: what somebody who has it can do to what it is about.
const (
	Read        = "read"
	Write       = "write"
	Destructive = "destructive"
)

// Kinds are all of them, from least harm to most.
var Kinds = []string{Read, Write, Destructive}

// The bounds of an entry's texts, in characters.
const (
	maxTitle       = 100
	maxDescription = 500
	maxGroup       = 60
)

// Problem is one thing that is wrong with an entry.
type Problem struct {
	Field   string // name, title, description, group, kind, default
	Message string // reads on from the field's name
}

// Problems are all things that are wrong. It is an error; return Err(), since a nil list is none.
type Problems []Problem

// Error lists the problems.
func (p Problems) Error() string {
	var lines []string
	for _, one := range p {
		lines = append(lines, one.Field+" "+one.Message)
	}
	return strings.Join(lines, "; ")
}

// Err returns p as an error, or nil if there is no problem.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

func (p *Problems) add(field, message string) { *p = append(*p, Problem{field, message}) }

// complete returns s with what was not said filled in. The error is Problems.
func complete(s Scope) (Scope, error) {
	s.Title, s.Group, s.Description = oneLine(s.Title), oneLine(s.Group), strings.TrimSpace(s.Description)
	if s.Kind == "" {
		s.Kind = Read
	}
	if strings.HasPrefix(s.Name, scope.ReservedPrefix) {
		s.Reserved = true
	}
	var p Problems
	if err := scope.ValidName(s.Name); err != nil {
		p.add("name", "is refused: "+err.Error())
	}
	if s.Title == "" {
		p.add("title", "must not be empty: people read it on the consent page")
	}
	checkText(&p, "title", s.Title, maxTitle)
	checkText(&p, "group", s.Group, maxGroup)
	checkText(&p, "description", strings.NewReplacer("\r\n", " ", "\n", " ").Replace(s.Description), maxDescription)
	if !slices.Contains(Kinds, s.Kind) {
		p.add("kind", "must be read, write or destructive")
	}
	if s.Default && s.Reserved {
		p.add("default", "must be false for a reserved scope, which clients are given by name")
	}
	return s, p.Err()
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// checkText refuses characters that nobody sees, which could make one sentence read as another.
func checkText(p *Problems, field, text string, limit int) {
	invisible := func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError || r == '\u2028' || r == '\u2029'
	}
	switch {
	case utf8.RuneCountInString(text) > limit:
		p.add(field, fmt.Sprintf("must have at most %d characters", limit))
	case strings.ContainsFunc(text, invisible):
		p.add(field, "must not have control or invisible characters")
	}
}
