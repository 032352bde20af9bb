package client

import (
	"slices"
	"strings"
)

// Problem is one thing that is wrong with metadata.
type Problem struct {
	Field   string // the member's name; empty: the document as a whole
	Message string // reads on from the member's name
}

// Problems are all things that are wrong. It is an error; a nil or empty list is none, so return Err().
type Problems []Problem

// Code is the error of RFC 7591, section 3.2.2.
func (p Problems) Code() string {
	if len(p) > 0 && p[0].Field == "redirect_uris" {
		return "invalid_redirect_uri"
	}
	return "invalid_client_metadata"
}

// Error lists the problems, in an error_description's characters.
func (p Problems) Error() string {
	var lines []string
	for _, problem := range p {
		lines = append(lines, strings.TrimSpace(problem.Field+" "+problem.Message))
	}
	return describe(strings.Join(lines, "; "))
}

// Err returns p as an error, or nil if there is no problem.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// Of returns the messages about a member.
func (p Problems) Of(field string) []string {
	var messages []string
	for _, problem := range p {
		if problem.Field == field {
			messages = append(messages, problem.Message)
		}
	}
	return messages
}

func (p *Problems) add(field, message string) { *p = append(*p, Problem{field, message}) }

// describe makes text fit for an error_description (RFC 6749, section 5.2), at most 1,000 characters of it.
func describe(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '"':
			return '\''
		case r < ' ' || r > 0x7e || r == '\\':
			return '?'
		}
		return r
	}, text)
	return text[:min(len(text), 1000)]
}

// sorted brings them into an order that does not change from run to run.
func (p Problems) sorted() Problems {
	slices.SortStableFunc(p, func(a, b Problem) int { return strings.Compare(a.Field, b.Field) })
	return p
}
