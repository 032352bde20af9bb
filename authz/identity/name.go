package identity

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const maxName = 100 // characters

// ParseName checks the name of a person or organization: 1 to 100 characters in NFC, blanks around it and doubled ones
// inside taken away, nothing invisible but the joiners that scripts need. Error: ErrName.
func ParseName(s string) (string, error) {
	if len(s) > 16*maxName || !utf8.ValidString(s) {
		return "", ErrName
	}
	s = norm.NFC.String(strings.Join(strings.Fields(s), " "))
	n := utf8.RuneCountInString(s)
	if n < 1 || n > maxName || strings.ContainsFunc(s, invisible) || !strings.ContainsFunc(s, visible) {
		return "", ErrName
	}
	return s, nil
}

func invisible(r rune) bool {
	const nonJoiner, joiner = '\u200c', '\u200d'
	return !unicode.IsGraphic(r) && r != nonJoiner && r != joiner
}

func visible(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.IsMark(r) }

// ParseSlug checks the short name of an organization: 2 to 40 of a-z, 0-9, and single hyphens between them. Error:
// ErrSlug.
func ParseSlug(s string) (string, error) {
	if len(s) < 2 || len(s) > 40 || s[0] == '-' || s[len(s)-1] == '-' || strings.Contains(s, "--") {
		return "", ErrSlug
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r != '-' && !plainRune(r) }) {
		return "", ErrSlug
	}
	return s, nil
}

func plainRune(r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' }

// slugOf makes a slug of a name, or "default" when too little of the name is Latin.
func slugOf(name string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case plainRune(r):
			return r
		case unicode.IsMark(r):
			return -1 // é is e and a mark
		}
		return ' '
	}, norm.NFKD.String(strings.ToLower(name)))
	slug := strings.Join(strings.Fields(plain), "-")
	slug = strings.TrimRight(slug[:min(len(slug), 40)], "-")
	if _, err := ParseSlug(slug); err != nil {
		return "default"
	}
	return slug
}

// line makes text from outside fit for a row: valid, one line, at most n characters.
func line(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s[:min(len(s), 8*n)], ""))
	if utf8.RuneCountInString(s) > n {
		s = string([]rune(s)[:n])
	}
	return s
}
